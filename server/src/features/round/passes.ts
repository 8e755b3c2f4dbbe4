import { shortKey } from '../../db/short-key.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

const passKey = (nonce: string) => shortKey(`captcha-pass ${nonce}`);

/**
 * Spends captcha passes by their nonces; answers for each, in their order, whether it was spent by
 * this call: not one that was spent before, nor the second of two alike.
 */
export async function spendPasses(tx: Tx, nonces: readonly string[]): Promise<readonly boolean[]> {
  if (nonces.length === 0) return [];
  const keys = nonces.map(passKey);
  const wanted = new Set(keys);
  const { nonceKeys } = await tx.one<{ nonceKeys: readonly string[] | null }>(sql('spendNonces'), {
    nonceKeys: [...wanted],
    now: tx.now,
  });
  const fresh = nonceKeys === null ? wanted : new Set(nonceKeys);
  return keys.map((key) => fresh.delete(key));
}

/** Undoes what this transaction spent, so that the passes may be used again. */
export async function returnPasses(tx: Tx, nonces: readonly string[]): Promise<void> {
  if (nonces.length === 0) return;
  await tx.execute(sql('returnNonces'), { nonceKeys: nonces.map(passKey) });
}
