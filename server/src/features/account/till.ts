import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/** Whether the staff member works the till of this shop now. */
export async function isCashierOf(
  tx: Tx,
  at: { readonly shopId: string; readonly staffId: string },
): Promise<boolean> {
  return (await tx.maybe(sql('isCashier'), at)) !== undefined;
}

/** Whether the till is still bound. */
export async function isBound(tx: Tx, terminalId: string): Promise<boolean> {
  return (await tx.maybe(sql('isBound'), { terminalId })) !== undefined;
}
