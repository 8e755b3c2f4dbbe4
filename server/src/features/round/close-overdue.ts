import type { Db } from '../../db/pool.ts';
import { transact, type Actor } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { closeRound } from './round.ts';

const sql = twin(import.meta.url);

/**
 * Closes every round that is over, each in a transaction of its own: what it did not give is
 * available again for a later one. May be killed, run twice and run late: no claim is accepted
 * after a round's end, whether it was closed or not. Answers how many it found.
 * @policy XN23 三(二), 三(三); inv-15
 */
export async function closeOverdueRounds(db: Db, actor: Actor): Promise<number> {
  const overdue = await transact(db, actor, (tx) =>
    tx.rows<{ roundId: string }>(sql('overdueRounds'), { now: tx.now }),
  );
  for (const { roundId } of overdue) {
    await transact(db, actor, (tx) => closeRound(tx, { roundId }));
  }
  return overdue.length;
}
