import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/**
 * Makes a person of everyone in a range of rows of a list of record who is not known yet, and
 * answers how many. Only for lists that an authority vouches for.
 * @policy SM23 五(二), 七(一)
 */
export async function ensureListedPersons(
  tx: Tx,
  range: { readonly rosterId: string; readonly from: number; readonly to: number },
): Promise<number> {
  return tx.execute(sql('ensureListedPersons'), { ...range, now: tx.now });
}
