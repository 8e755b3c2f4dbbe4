import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Recall } from './recall.ts';

const sql = twin(import.meta.url);

type ListedRecall = Pick<
  Recall,
  'recallId' | 'state' | 'reason' | 'preparedBy' | 'voidedCount' | 'createdAt'
>;

/** The recalls of a batch, newest first: one under way at most. */
export async function listRecalls(tx: Tx, batchId: string): Promise<readonly ListedRecall[]> {
  return tx.rows<ListedRecall>(sql('listRecalls'), { batchId });
}
