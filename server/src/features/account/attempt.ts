import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

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

async function waitOf(tx: Tx, attempted: Attempted, windowMs: number): Promise<Counted> {
  const found = await tx.maybe<{ at: Instant; isBlocked: boolean }>(sql('findWait'), attempted);
  const until = (found?.at ?? tx.now) + (found?.isBlocked === true ? 0 : windowMs);
  return { isOpen: false, retryAfterSeconds: Math.max(1, Math.ceil((until - tx.now) / 1000)) };
}

/** Counts one use; closed when `limit` is used up. Concurrent uses never pass the limit. */
export async function countUse(
  tx: Tx,
  attempted: Attempted,
  limit: AttemptLimit,
): Promise<Counted> {
  const windowFrom = tx.now - limit.windowMs;
  const values = { ...attempted, now: tx.now, windowFrom, usesMax: limit.usesMax };
  const row = await tx.maybe(sql('countInWindow'), values);
  return row === undefined ? waitOf(tx, attempted, limit.windowMs) : { isOpen: true };
}

/**
 * Counts one guess at a secret before it is judged: five in 15 minutes, then a pause that grows
 * from one to 15 minutes, so the owner is never locked out for ever.
 */
export async function countGuess(tx: Tx, attempted: Attempted): Promise<Counted> {
  const windowFrom = tx.now - guessWindowMs;
  const row = await tx.maybe(sql('countGuess'), { ...attempted, now: tx.now, windowFrom });
  return row === undefined ? waitOf(tx, attempted, 0) : { isOpen: true };
}

/** Forgets the guesses of someone who has proved himself. */
export async function forgetGuesses(tx: Tx, attempted: Attempted): Promise<void> {
  await tx.execute(sql('forgetAttempts'), attempted);
}

/** Refuses `too_many_attempts` with the wait when a counter was closed. */
export function demandOpen(counted: readonly Counted[]): void {
  const waits = counted.flatMap((one) => (one.isOpen ? [] : [one.retryAfterSeconds]));
  if (waits.length > 0) refuse('too_many_attempts', { retryAfterSeconds: Math.max(...waits) });
}
