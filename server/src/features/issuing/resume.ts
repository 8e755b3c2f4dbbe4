import type { Db } from '../../db/pool.ts';
import { transact, type Actor } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { runRecall } from './recall.ts';
import { runIssue } from './run.ts';

const sql = twin(import.meta.url);

/**
 * Goes on with every batch and recall that was started and not ended, whoever was killed with it in
 * hand: run every half minute, an issue resumes within that time and not after the queue's hours.
 * Beside a worker that is alive it takes what that one does not hold.
 * @policy requirement I1; fault-2, fault-22
 */
export async function resumeIssuing(db: Db, actor: Actor): Promise<void> {
  const batches = await transact(db, actor, (tx) =>
    tx.rows<{ batchId: string }>(sql('openBatches')),
  );
  for (const { batchId } of batches) await runIssue(db, actor, batchId);
  const recalls = await transact(db, actor, (tx) =>
    tx.rows<{ recallId: string }>(sql('openRecalls')),
  );
  for (const { recallId } of recalls) await runRecall(db, actor, recallId);
}
