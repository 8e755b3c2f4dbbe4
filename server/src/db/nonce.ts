import type { Instant } from '@huiquan/domain/instant.ts';
import { shortKey } from './short-key.ts';
import type { Asking, Tx } from './transact.ts';
import { twin } from './twin.ts';

const sql = twin(import.meta.url);

/** What bore the nonce: one purpose's nonces mean nothing to another. */
export type NoncePurpose =
  | 'captcha-challenge'
  | 'captcha-pass'
  | 'network-callback'
  | 'signed_request';

/** Nonces of one purpose. */
export type Nonces = { readonly purpose: NoncePurpose; readonly nonces: readonly string[] };

const keysOf = ({ purpose, nonces }: Nonces) => nonces.map((one) => shortKey(`${purpose} ${one}`));

/**
 * Spends nonces and remembers them until `expiresAt`; answers for each, in their order, whether it
 * was spent by this call: not one that was spent before, nor the second of two alike.
 */
export async function spendNonces(
  asking: Asking,
  nonces: Nonces,
  expiresAt: Instant,
): Promise<readonly boolean[]> {
  if (nonces.nonces.length === 0) return [];
  const keys = keysOf(nonces);
  const wanted = new Set(keys);
  type Row = { readonly nonceKeys: readonly string[] | null };
  const values = { nonceKeys: [...wanted], expiresAt };
  const { nonceKeys } = await asking.one<Row>(sql('spendNonces'), values);
  const fresh = nonceKeys === null ? wanted : new Set(nonceKeys);
  return keys.map((key) => fresh.delete(key));
}

/** Undoes what this transaction spent, so that what bears the nonces may be used again. */
export async function returnNonces(tx: Tx, nonces: Nonces): Promise<void> {
  if (nonces.nonces.length === 0) return;
  await tx.execute(sql('returnNonces'), { nonceKeys: keysOf(nonces) });
}

/** Forgets spent nonces whose bearers are over; part of the day's jobs. Answers how many. */
export async function purgeNonces(tx: Tx): Promise<number> {
  return tx.execute(sql('purgeNonces'), { now: tx.now });
}
