import type { Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { type Instant, instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { jsonText, twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';
import type { ChannelsSeen } from './channels-seen.ts';
import {
  matchLine,
  orderBook,
  type OrderToMatch,
  payerIndexOf,
  type UnmatchedReason,
} from './bank-line-match.ts';
import type { Statement, StatementLine } from './bank-statement.ts';
import { type ExactMatch, takeExactMatches } from './confirmation.ts';

const sql = twin(import.meta.url);

/** A statement whose counterparties only their key opens. */
export type SealedStatement = Omit<Statement, 'lines'> & {
  readonly lines: readonly SealedLine[];
};
type SealedLine = Omit<StatementLine, 'counterpartyName' | 'counterpartyNumber'> & {
  readonly bankLineId: string;
  readonly counterparty: Buffer | null;
  readonly keyId: number | null;
  readonly payerIndex: Buffer | null;
};

/** Seals the counterparties of a statement, before the transaction that stores it. */
export function sealStatement(keys: Keys, statement: Statement): SealedStatement {
  const lines = statement.lines.map(({ counterpartyName, counterpartyNumber, ...line }) => {
    const isKnown = counterpartyName !== '' || counterpartyNumber !== '';
    const account = JSON.stringify({ name: counterpartyName, number: counterpartyNumber });
    return {
      ...line,
      bankLineId: newId(),
      counterparty: isKnown ? keys.seal(account) : null,
      keyId: isKnown ? keys.currentId : null,
      payerIndex: counterpartyName === '' ? null : payerIndexOf(keys, counterpartyName),
    };
  });
  return { ...statement, lines };
}

/** What became of the incoming lines: confirmed, waiting for approval, or standing unmatched. */
export type Matched = {
  readonly confirmed: number;
  readonly waiting: number;
  readonly unmatched: number;
};

export type Imported = Matched & {
  readonly bankFileId: string;
  readonly lines: number;
  readonly newLines: number;
};

/**
 * Stores a bank statement and confirms the orders its lines pay, all in one act. The same file
 * again
 * refuses `already_imported`; a file that overlaps an earlier one adds only its new lines. A line
 * that fits no order exactly stands unmatched with its reason. Refuses `not_found` for an account
 * that no order of the programme is paid to, `bank_file_invalid` where a serial number contradicts
 * what was imported before. Locks the orders its lines pay.
 * @policy requirements F1, S3; SX20 一(二); fault-34, inv-35
 */
export async function importBankStatement(
  tx: Tx,
  input: {
    readonly programmeId: string;
    readonly accountNumber: string;
    readonly fileName: string;
    /** SHA-256 of the file. */
    readonly digest: Buffer;
    readonly statement: SealedStatement;
    readonly channels?: ChannelsSeen;
  },
): Promise<Imported> {
  const { programmeId, accountNumber, statement } = input;
  const account = { programmeId, accountNumber, channels: input.channels ?? null };
  const { known } = await tx.one<{ known: boolean }>(sql('isProgrammeAccount'), account);
  if (!known) refuse('not_found');
  const bankFileId = await insertFile(tx, input);
  const fresh = await insertLines(tx, { bankFileId, accountNumber, lines: statement.lines });
  const newLineCount = fresh.length;
  const eventId = await record(tx, {
    kind: 'bank_statement.imported',
    subject: { kind: 'bank_file', id: bankFileId },
    programmeId,
    body: { lines: statement.lines.length, newLines: newLineCount },
    items: fresh.map(({ bankLineId, direction, amountFen }) => ({
      bankLineId,
      direction,
      amountFen,
    })),
  });
  const incoming = fresh.filter((line) => line.direction === 'in');
  const matched = await matchIncoming(tx, { accountNumber, eventId, lines: incoming });
  return { bankFileId, lines: statement.lines.length, newLines: newLineCount, ...matched };
}

async function insertFile(
  tx: Tx,
  input: {
    readonly accountNumber: string;
    readonly fileName: string;
    readonly digest: Buffer;
    readonly statement: SealedStatement;
    readonly channels?: ChannelsSeen;
  },
): Promise<string> {
  const { accountNumber, fileName, digest, statement } = input;
  const file = await tx.maybe<{ bankFileId: string }>(sql('insertFile'), {
    bankFileId: newId(),
    accountNumber,
    digest,
    fileName,
    lineCount: statement.lines.length,
    openingFen: statement.openingFen ?? null,
    closingFen: statement.closingFen ?? null,
    uploadedBy: tx.actor.id,
    now: tx.now,
  });
  if (file !== undefined) return file.bankFileId;
  const earlier = await tx.maybe<{ bankFileId: string }>(sql('findFileByDigest'), {
    accountNumber,
    digest,
  });
  refuse('already_imported', { bankFileId: earlier?.bankFileId });
}

async function insertLines(
  tx: Tx,
  file: {
    readonly bankFileId: string;
    readonly accountNumber: string;
    readonly lines: readonly SealedLine[];
  },
): Promise<readonly SealedLine[]> {
  const { bankFileId, accountNumber, lines } = file;
  const identity = {
    accountNumber,
    serials: lines.map((line) => line.serial),
    occurrences: lines.map((line) => line.occurrence),
    postedAts: lines.map((line) => line.postedAt),
    directions: lines.map((line) => line.direction),
    amounts: lines.map((line) => line.amountFen),
  };
  const inserted = await tx.rows<{ bankLineId: string }>(sql('insertLines'), {
    ...identity,
    bankFileId,
    bankLineIds: lines.map((line) => line.bankLineId),
    balances: lines.map((line) => line.balanceFen ?? null),
    remarks: lines.map((line) => line.remark),
    orderNumbers: lines.map((line) => line.orderNumber),
    counterparties: lines.map((line) => line.counterparty),
    keyIds: lines.map((line) => line.keyId),
    payerIndexes: lines.map((line) => line.payerIndex),
  });
  const wrong = await tx.rows<{ serial: string }>(sql('contradictedSerials'), identity);
  if (wrong.length > 0) {
    const serials = wrong.map((row) => row.serial);
    refuse('bank_file_invalid', { reason: 'serial_contradicts', serials });
  }
  await tx.execute(sql('setNewLineCount'), { bankFileId, newLineCount: inserted.length });
  const fresh = new Set(inserted.map((row) => row.bankLineId));
  return lines.filter((line) => fresh.has(line.bankLineId));
}

type Incoming = {
  readonly bankLineId: string;
  readonly amountFen: Fen;
  readonly remark: string;
  readonly payerIndex: Buffer | null;
};

async function matchIncoming(
  tx: Tx,
  input: {
    readonly accountNumber: string;
    readonly eventId: bigint;
    readonly lines: readonly Incoming[];
  },
): Promise<Matched> {
  const { accountNumber, eventId, lines } = input;
  const amounts = lines.map((line) => line.amountFen);
  const values = { accountNumber, amounts };
  const book = orderBook(await tx.rows<OrderToMatch>(sql('ordersOfAccount'), values));
  const taken = new Set<string>();
  const matches: ExactMatch[] = [];
  const open = new Map<string, { reason: UnmatchedReason; details: object }>();
  for (const line of lines) {
    const match = matchLine(line, book, taken);
    if ('reason' in match) {
      open.set(line.bankLineId, match);
      continue;
    }
    taken.add(match.fundingOrderId);
    matches.push({ fundingOrderId: match.fundingOrderId, bankLineId: line.bankLineId });
  }
  const { confirmed, waiting, notTaken } = await takeExactMatches(tx, { matches, eventId });
  for (const [bankLineId, reason] of notTaken) open.set(bankLineId, { reason, details: {} });
  await tx.execute(sql('explainLines'), {
    bankLineIds: [...open.keys()],
    reasons: [...open.values()].map((one) => one.reason),
    details: [...open.values()].map((one) => jsonText(one.details)),
  });
  return { confirmed, waiting, unmatched: open.size };
}

/** Lines looked at by one `rematchBankLines`. */
const rematchMax = 5_000;

/**
 * Looks again for the orders of an account's unmatched incoming lines: an order may be stated after
 * its money came. Refuses `not_found` for an account that is not the programme's.
 */
export async function rematchBankLines(
  tx: Tx,
  input: {
    readonly programmeId: string;
    readonly accountNumber: string;
    readonly channels?: ChannelsSeen;
  },
): Promise<Matched> {
  const { programmeId, accountNumber } = input;
  const account = { programmeId, accountNumber, channels: input.channels ?? null };
  const { known } = await tx.one<{ known: boolean }>(sql('isProgrammeAccount'), account);
  if (!known) refuse('not_found');
  const values = { accountNumber, limit: rematchMax };
  const lines = await tx.rows<Incoming>(sql('unmatchedLines'), values);
  const subject = { kind: 'programme', id: programmeId };
  const body = { lines: lines.length };
  const eventId = await record(tx, {
    kind: 'bank_statement.rematched',
    subject,
    programmeId,
    body,
  });
  return matchIncoming(tx, { accountNumber, eventId, lines });
}

/** A statement that was imported. */
export type BankFile = {
  readonly bankFileId: string;
  readonly accountNumber: string;
  readonly fileName: string;
  readonly lineCount: number;
  readonly newLineCount: number;
  readonly openingFen: Fen | null;
  readonly closingFen: Fen | null;
  readonly uploadedAt: Instant;
};

/** The statements of a programme's accounts, newest first; of those of `channels` where bounded. */
export async function listBankFiles(
  tx: Tx,
  programmeId: string,
  channels: ChannelsSeen,
): Promise<readonly BankFile[]> {
  return tx.rows<BankFile>(sql('listFiles'), { programmeId, channels: channels ?? null });
}

export type BankLine = {
  readonly bankLineId: string;
  readonly bankFileId: string;
  readonly accountNumber: string;
  readonly postedAt: Instant;
  readonly direction: 'in' | 'out';
  readonly amountFen: Fen;
  readonly balanceFen: Fen | null;
  readonly remark: string;
  readonly state: 'unmatched' | 'matched' | 'explained';
  readonly reason: UnmatchedReason | null;
  readonly reasonDetails: Readonly<Record<string, unknown>>;
  readonly matchedKind: string | null;
  readonly matchedId: string | null;
};

/** Where a page of bank lines continues. */
export type BankLinePosition = { readonly at: Instant; readonly bankLineId: string };

/**
 * A page of the lines on a programme's accounts, oldest first. `paths` narrows it to the lines that
 * paid orders of organisations below them.
 */
export async function listBankLines(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly state?: BankLine['state'] | undefined;
    readonly direction?: BankLine['direction'] | undefined;
    readonly bankFileId?: string | undefined;
    readonly paths?: readonly string[] | undefined;
    readonly channels?: ChannelsSeen;
    readonly after?: BankLinePosition | undefined;
    readonly limit: number;
  },
): Promise<readonly BankLine[]> {
  return tx.rows<BankLine>(sql('listLines'), {
    programmeId: asked.programmeId,
    state: asked.state ?? null,
    direction: asked.direction ?? null,
    bankFileId: asked.bankFileId ?? null,
    wholeProgramme: asked.paths === undefined,
    paths: asked.paths ?? [],
    channels: asked.channels ?? null,
    afterAt: asked.after?.at ?? instant(0),
    afterId: asked.after?.bankLineId ?? '00000000-0000-0000-0000-000000000000',
    limit: asked.limit,
  });
}
