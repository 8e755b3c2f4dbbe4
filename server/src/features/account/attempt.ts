import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { wavesOf } from '../../db/waves.ts';

const sql = twin(import.meta.url);
const guessWindowMs = 15 * 60_000;

/** What is counted: `subject` is a keyed hash of the account, phone, device or address. */
export type Attempted = { readonly kind: string; readonly subject: Buffer };

/** How many in how long. */
export type AttemptLimit = { readonly usesMax: number; readonly windowMs: number };

/** What the counter said; a caller that keeps the count although it refuses looks at it later. */
export type Counted =
  | { readonly isOpen: true }
  | { readonly isOpen: false; readonly retryAfterSeconds: number };

type Subject = { readonly subject: Buffer; readonly name: string };

/** Counts one for each of `subjects`, those alike in turn; `count` answers those left open. */
async function countEach(
  tx: Tx,
  kind: string,
  subjects: readonly Buffer[],
  by: {
    readonly windowMs: number;
    readonly count: (subjects: readonly Buffer[]) => Promise<readonly { subject: Buffer }[]>;
  },
): Promise<readonly Counted[]> {
  const all = subjects.map((subject): Subject => ({ subject, name: subject.toString('hex') }));
  const counted = new Map<Subject, Counted>();
  // Where somebody took the row away meanwhile.
  const unknown = Math.max(1, Math.ceil(by.windowMs / 1000));
  for (const wave of wavesOf(all, (one) => [one.name])) {
    const rows = await by.count(wave.map((one) => one.subject));
    const open = new Set(rows.map((row) => row.subject.toString('hex')));
    const closed = wave.filter((one) => !open.has(one.name));
    for (const one of wave) counted.set(one, { isOpen: true });
    const waits = await waitsOf(tx, kind, closed, by.windowMs);
    for (const one of closed) {
      counted.set(one, { isOpen: false, retryAfterSeconds: waits.get(one.name) ?? unknown });
    }
  }
  return all.map((one) => counted.get(one) ?? { isOpen: false, retryAfterSeconds: 1 });
}

/** In how many seconds the next attempt of each is welcome. */
async function waitsOf(
  tx: Tx,
  kind: string,
  closed: readonly Subject[],
  windowMs: number,
): Promise<ReadonlyMap<string, number>> {
  if (closed.length === 0) return new Map();
  type Row = { readonly subject: Buffer; readonly at: Instant; readonly isBlocked: boolean };
  const subjects = closed.map((one) => one.subject);
  const rows = await tx.rows<Row>(sql('findWaits'), { kind, subjects });
  return new Map(
    rows.map((row) => {
      const until = row.at + (row.isBlocked ? 0 : windowMs);
      const seconds = Math.max(1, Math.ceil((until - tx.now) / 1000));
      return [row.subject.toString('hex'), seconds];
    }),
  );
}

const only = (counted: readonly Counted[]): Counted =>
  counted[0] ?? { isOpen: false, retryAfterSeconds: 1 };

/** As `countUse` for each of `subjects`, in their order. */
export function countUses(
  tx: Tx,
  attempted: { readonly kind: string; readonly subjects: readonly Buffer[] },
  limit: AttemptLimit,
): Promise<readonly Counted[]> {
  const { kind } = attempted;
  const { usesMax, windowMs } = limit;
  const values = { kind, now: tx.now, windowFrom: tx.now - windowMs, usesMax };
  return countEach(tx, kind, attempted.subjects, {
    windowMs,
    count: (subjects) => tx.rows(sql('countInWindow'), { ...values, subjects }),
  });
}

/** Counts one use; closed when `limit` is used up. Concurrent uses never pass the limit. */
export async function countUse(
  tx: Tx,
  { kind, subject }: Attempted,
  limit: AttemptLimit,
): Promise<Counted> {
  return only(await countUses(tx, { kind, subjects: [subject] }, limit));
}

/** As `countGuess` for each of `subjects`, in their order. */
export function countGuesses(
  tx: Tx,
  kind: string,
  guessed: readonly Buffer[],
): Promise<readonly Counted[]> {
  const values = { kind, now: tx.now, windowFrom: tx.now - guessWindowMs };
  return countEach(tx, kind, guessed, {
    windowMs: 0,
    count: (subjects) => tx.rows(sql('countGuesses'), { ...values, subjects }),
  });
}

/**
 * Counts one guess at a secret before it is judged: five in 15 minutes, then a pause that grows
 * from one to 15 minutes, so the owner is never locked out for ever.
 */
export async function countGuess(tx: Tx, { kind, subject }: Attempted): Promise<Counted> {
  return only(await countGuesses(tx, kind, [subject]));
}

/** Forgets the guesses at what belongs to people who have proved themselves. */
export async function forgetEach(tx: Tx, kind: string, subjects: readonly Buffer[]): Promise<void> {
  await tx.execute(sql('forgetAttempts'), { kind, subjects });
}

/** Forgets the guesses of someone who has proved himself. */
export async function forgetGuesses(tx: Tx, { kind, subject }: Attempted): Promise<void> {
  await forgetEach(tx, kind, [subject]);
}

/** Refuses `too_many_attempts` with the wait when a counter was closed. */
export function demandOpen(counted: readonly Counted[]): void {
  const waits = counted.flatMap((one) => (one.isOpen ? [] : [one.retryAfterSeconds]));
  if (waits.length > 0) refuse('too_many_attempts', { retryAfterSeconds: Math.max(...waits) });
}
