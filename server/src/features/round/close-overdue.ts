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
  const failures: unknown[] = [];
  for (const { roundId } of overdue) {
    // One round that cannot be closed must not keep the money of the others.
    await transact(db, actor, (tx) => closeRound(tx, { roundId })).catch((error: unknown) => {
      failures.push(error);
    });
  }
  if (failures.length > 0) {
    throw new AggregateError(failures, `${failures.length} rounds could not be closed`);
  }
  return overdue.length;
}
