import type { Db } from '../../db/pool.ts';
import { transact, type Actor } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { closeProgramme } from './closing.ts';

const sql = twin(import.meta.url);

/** Goes on with every closing that was approved and not finished. Run every half minute. */
export async function resumeClosings(db: Db, actor: Actor): Promise<void> {
  const open = await transact(db, actor, (tx) =>
    tx.rows<{ closingOrderId: string }>(sql('openClosings')),
  );
  for (const { closingOrderId } of open) await closeProgramme(db, actor, closingOrderId);
}
