import { instant, type Instant } from '@huiquan/domain/instant.ts';
import {
  normalizePaymentCode,
  paymentCodeFrom,
  paymentCodeProblem,
} from '@huiquan/domain/payment-code.ts';
import { refuse, type RefusalCode } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';

const sql = twin(import.meta.url);

/** How long a code lives, and when the page fetches the next one, in ms after it was made. */
export const codeLifeMs = 60_000;
export const codeRefreshMs = 50_000;
/** Stands for every region while the location service cannot judge. */
export const anyRegion = '*';

const codesKeptMs = 86_400_000;

/** One request for a code. */
export type CodeRequest = {
  /** Undefined until the real name is verified. */
  readonly personId: string | undefined;
  readonly sessionId: string;
  /** Unique to the request and its caller: the same request derives the same digits. */
  readonly requestId: string;
  /** The voucher the resident picked, if any. */
  readonly voucherId?: string | undefined;
  /** Codes of the regions the person stands in; undefined where no location was told. */
  readonly regions?: readonly string[] | undefined;
};

/** A code as the wallet shows it, and its own instants. */
export type PaymentCode = {
  readonly digits: string;
  readonly validFrom: Instant;
  readonly expiresAt: Instant;
  readonly refreshAfter: Instant;
};

/** What a till scanned: the person behind the code, or why it is none. */
export type CodeUse =
  | {
      readonly personId: string;
      readonly sessionId: string;
      readonly voucherId: string | null;
      readonly regions: readonly string[] | null;
      readonly refused?: undefined;
    }
  | { readonly refused: RefusalCode };

type KnownCode = {
  readonly codeHash: Buffer;
  readonly personId: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly endedAt: Instant | null;
  readonly endedBy: 'used' | 'other_used' | 'replaced' | null;
};

/** The digits for a request; the same request always derives the same ones, nothing is stored. */
export function codeDigits(keys: Keys, personId: string, requestId: string): string {
  return paymentCodeFrom(keys.index('payment-code', `digits ${personId} ${requestId}`));
}

const hashOf = (keys: Keys, digits: string) => keys.index('payment-code', `code ${digits}`);

/**
 * Makes one code per request, in their order: 19 digits for 60 s, of which only a keyed hash is
 * kept. An older code than the last two of a person ends. A repeated request gets its first answer
 * again. An item is refused `real_name_required` without a verified person and `not_found` for a
 * voucher that is not the person's. Locks the persons' codes.
 * @policy W2, XN23 四(三); inv-27
 */
export async function issuePaymentCodes(
  tx: Tx,
  keys: Keys,
  requests: readonly CodeRequest[],
): Promise<(PaymentCode | { readonly refused: RefusalCode })[]> {
  const wanted = requests.flatMap(({ personId, ...request }) => {
    if (personId === undefined) return [];
    const digits = codeDigits(keys, personId, request.requestId);
    return [{ ...request, personId, digits, codeHash: hashOf(keys, digits) }];
  });
  const personIds = wanted.map((one) => one.personId);
  const codeHashes = wanted.map((one) => one.codeHash);
  if (wanted.length === 0) return requests.map(() => ({ refused: 'real_name_required' }));
  // None of them waits for the one before it to be answered; they are carried out in this order.
  const [, made] = await Promise.all([
    tx.rows(sql('lockPersons'), { personIds }),
    tx.execute(sql('insertCodes'), {
      codeHashes,
      personIds,
      sessionIds: wanted.map((one) => one.sessionId),
      voucherIds: wanted.map((one) => one.voucherId ?? null),
      regions: wanted.map((one) => one.regions?.join(',') ?? null),
      now: tx.now,
      expiresAt: instant(tx.now + codeLifeMs),
    }),
    tx.execute(sql('endOlderCodes'), { personIds, now: tx.now }),
    record(tx, {
      kind: 'wallet.codes_issued',
      subject: { kind: 'person', id: personIds[0] ?? '' },
      items: wanted.map((one) => [one.personId, one.sessionId, one.voucherId ?? null]),
    }),
  ]);
  const fresh = { createdAt: tx.now, expiresAt: instant(tx.now + codeLifeMs) };
  // Where one was not written it is a repeated request's, or its voucher is not the person's.
  const known = made === wanted.length ? undefined : await knownCodes(tx, codeHashes);
  const shownOf = (one: (typeof wanted)[number]) => {
    const code = known === undefined ? fresh : known.get(one.codeHash.toString('hex'));
    return code === undefined ? { refused: 'not_found' as const } : shown(one.digits, code);
  };
  const waiting = wanted.values();
  return requests.map(({ personId }) => {
    const next = personId === undefined ? undefined : waiting.next().value;
    return next === undefined ? { refused: 'real_name_required' } : shownOf(next);
  });
}

/** As `issuePaymentCodes` for one request; the refusal is thrown. */
export async function issuePaymentCode(
  tx: Tx,
  keys: Keys,
  request: CodeRequest,
): Promise<PaymentCode> {
  const [code] = await issuePaymentCodes(tx, keys, [request]);
  if (code === undefined) throw new Error('no answer for the code');
  return 'refused' in code ? refuse(code.refused) : code;
}

function shown(digits: string, code: Pick<KnownCode, 'createdAt' | 'expiresAt'>): PaymentCode {
  return {
    digits,
    validFrom: code.createdAt,
    expiresAt: code.expiresAt,
    refreshAfter: instant(code.createdAt + codeRefreshMs),
  };
}

async function knownCodes(tx: Tx, codeHashes: readonly Buffer[]) {
  if (codeHashes.length === 0) return new Map<string, KnownCode>();
  const rows = await tx.rows<KnownCode>(sql('findCodes'), { codeHashes });
  return new Map(rows.map((row) => [row.codeHash.toString('hex'), row]));
}

/**
 * Ends the codes that tills scanned, in their order, whatever comes of the redemption: a used code
 * also ends the person's other live one. Refused, item by item: `code_invalid` for what was not
 * wholly read, `code_unknown`, `code_expired` (also when replaced by newer ones), `code_used`. Part
 * of the redemption's act; it records nothing of its own. Locks the persons' codes.
 * @policy W2, XN23 四(三); inv-27, att-R1, att-R3
 */
export async function usePaymentCodes(
  tx: Tx,
  keys: Keys,
  scanned: readonly string[],
): Promise<CodeUse[]> {
  const judged = scanned.map((text) => {
    const digits = normalizePaymentCode(text);
    const problem = paymentCodeProblem(digits);
    return problem === undefined ? { hash: hashOf(keys, digits) } : { problem };
  });
  const codeHashes = judged.flatMap((one) => ('hash' in one ? [one.hash] : []));
  type Row = Extract<CodeUse, { refused?: undefined }> & { readonly codeHash: Buffer };
  const [, rows] =
    codeHashes.length === 0
      ? [[], []]
      : await Promise.all([
          tx.rows(sql('lockPersonsOf'), { codeHashes }),
          tx.rows<Row>(sql('useCodes'), { codeHashes, now: tx.now }),
        ]);
  const used = new Map(rows.map(({ codeHash, ...use }) => [codeHash.toString('hex'), use]));
  // Why the others are none is read under the lock: one may have been used while this waited.
  const known = used.size === codeHashes.length ? undefined : await knownCodes(tx, codeHashes);
  const taken = new Set<string>();
  return judged.map((one) => {
    if (one.problem !== undefined) return { refused: one.problem };
    const hash = one.hash.toString('hex');
    const use = used.get(hash);
    if (use === undefined) return { refused: endOf(known?.get(hash)) };
    if (taken.has(hash)) return { refused: 'code_used' };
    taken.add(hash);
    return use;
  });
}

function endOf(code: KnownCode | undefined): RefusalCode {
  if (code === undefined) return 'code_unknown';
  return code.endedBy === 'used' || code.endedBy === 'other_used' ? 'code_used' : 'code_expired';
}

/** Forgets codes that ended a day ago. Answers how many. */
export async function purgePaymentCodes(tx: Tx): Promise<number> {
  return tx.execute(sql('deleteOldCodes'), { before: instant(tx.now - codesKeptMs) });
}
