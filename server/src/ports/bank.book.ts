import { fen, zeroFen, type Fen } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { Type, type Static } from 'typebox';
import type { InstructionState, PayoutProblem } from './bank.ts';

const problems = Type.Union([
  Type.Literal('insufficient_balance'),
  Type.Literal('account_closed'),
  Type.Literal('name_mismatch'),
  Type.Literal('account_frozen'),
  Type.Literal('other'),
]);

/** What the bank writes down. Instants in the future have been decided but not yet happened. */
export const bankFactSchema = Type.Union([
  Type.Object({
    fact: Type.Literal('account'),
    account: Type.String(),
    name: Type.String(),
    openingFen: Type.Integer(),
    /** Some banks leave the serial number of a line blank. */
    serials: Type.Union([Type.Literal('given'), Type.Literal('blank')]),
  }),
  Type.Object({
    fact: Type.Literal('line'),
    account: Type.String(),
    serial: Type.String(),
    /** Money in is positive. */
    amountFen: Type.Integer(),
    tradedAt: Type.Integer(),
    bookedAt: Type.Integer(),
    partyName: Type.String(),
    partyAccount: Type.String(),
    summary: Type.String(),
    remark: Type.String(),
    instructionId: Type.Optional(Type.String()),
  }),
  Type.Object({ fact: Type.Literal('repeat'), serial: Type.String() }),
  Type.Object({
    fact: Type.Literal('file'),
    fileId: Type.String(),
    digest: Type.String(),
    receivedAt: Type.Integer(),
    totalFen: Type.Integer(),
    receiptCopies: Type.Integer(),
    instructionIds: Type.Array(Type.String()),
  }),
  Type.Object({
    fact: Type.Literal('instruction'),
    instructionId: Type.String(),
    amountFen: Type.Integer(),
    /** From when on the bank says so; null for never. */
    saidAt: Type.Union([Type.Integer(), Type.Null()]),
    serial: Type.String(),
    problem: Type.Optional(problems),
    returnedAt: Type.Optional(Type.Integer()),
    returnSerial: Type.Optional(Type.String()),
  }),
]);
export type BankFact = Static<typeof bankFactSchema>;
export type AccountFact = Extract<BankFact, { fact: 'account' }>;
export type LineFact = Extract<BankFact, { fact: 'line' }>;
export type FileFact = Extract<BankFact, { fact: 'file' }>;
export type InstructionFact = Extract<BankFact, { fact: 'instruction' }>;

/** The bank's own books: what really happened, whatever it said. */
export type BankBook = {
  readonly accounts: Map<string, AccountFact>;
  readonly lines: Map<string, LineFact[]>;
  /** Serials of lines the bank prints twice by mistake. */
  readonly repeats: Set<string>;
  readonly files: Map<string, FileFact>;
  readonly instructions: Map<string, InstructionFact>;
  /** How many serial numbers are in use. */
  lineCount: number;
};

export function emptyBankBook(): BankBook {
  return {
    accounts: new Map(),
    lines: new Map(),
    repeats: new Set(),
    files: new Map(),
    instructions: new Map(),
    lineCount: 0,
  };
}

export function enterBank(book: BankBook, fact: BankFact): void {
  switch (fact.fact) {
    case 'account':
      book.accounts.set(fact.account, fact);
      book.lines.set(fact.account, []);
      return;
    case 'line':
      book.lines.get(fact.account)?.push(fact);
      book.lineCount += 1;
      return;
    case 'repeat':
      book.repeats.add(fact.serial);
      return;
    case 'file':
      book.files.set(fact.fileId, fact);
      return;
    case 'instruction':
      book.instructions.set(fact.instructionId, fact);
      return;
    default:
      fact satisfies never;
  }
}

/** The balance of `account` with all lines booked before `before` (Infinity: all decided ones). */
export function balanceFen(book: BankBook, account: string, before: number): Fen {
  let balance: bigint = fen(book.accounts.get(account)?.openingFen ?? 0);
  for (const line of book.lines.get(account) ?? []) {
    if (line.bookedAt < before) balance += BigInt(line.amountFen);
  }
  return fen(balance);
}

/** What `account` can still pay: all outgoings decided so far, incomings once booked by `now`. */
export function coverFen(book: BankBook, account: string, now: number): Fen {
  let cover: bigint = fen(book.accounts.get(account)?.openingFen ?? 0);
  for (const line of book.lines.get(account) ?? []) {
    if (line.amountFen < 0 || line.bookedAt <= now) cover += BigInt(line.amountFen);
  }
  return fen(cover);
}

/** The lines of `account` booked in [from, to), oldest first. */
export function linesBetween(
  book: BankBook,
  account: string,
  span: { readonly from: number; readonly to: number },
): readonly LineFact[] {
  const own = book.lines.get(account) ?? [];
  return own
    .filter((line) => line.bookedAt >= span.from && line.bookedAt < span.to)
    .toSorted((one, other) => one.bookedAt - other.bookedAt);
}

/** What the bank says about an instruction at `now`. */
export function stateOf(fact: InstructionFact, now: number): InstructionState {
  if (fact.saidAt === null || fact.saidAt > now) return { outcome: 'processing' };
  const reason: PayoutProblem = fact.problem ?? 'other';
  if (fact.returnedAt !== undefined && fact.returnedAt <= now) {
    const serial = fact.returnSerial ?? '';
    return { outcome: 'returned', serial, reason, returnedAt: instant(fact.returnedAt) };
  }
  if (fact.problem !== undefined && fact.returnedAt === undefined) {
    return { outcome: 'failed', reason };
  }
  return { outcome: 'paid', serial: fact.serial, paidAt: instant(fact.saidAt) };
}

/** What all accounts hold together: money neither appears nor vanishes but by a line. */
export function totalFen(book: BankBook): Fen {
  let total: bigint = zeroFen;
  for (const account of book.accounts.keys()) total += balanceFen(book, account, Infinity);
  return fen(total);
}
