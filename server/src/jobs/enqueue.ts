import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../db/transact.ts';
import { twin } from '../db/twin.ts';

const sql = twin(import.meta.url);

/**
 * Puts work after the transaction: runs once it commits, never if it rolls back, at least once,
 * again with growing pauses when it fails. `payload` carries ids only, never personal data. Of
 * several waiting jobs with the same `key` one remains.
 */
export async function enqueue(
  tx: Tx,
  name: string,
  payload: Readonly<Record<string, string | number>>,
  options: { readonly runAt?: Instant; readonly key?: string } = {},
): Promise<void> {
  const { runAt = null, key = null } = options;
  await tx.rows(sql('addJob'), { name, payload, runAt, key });
}
