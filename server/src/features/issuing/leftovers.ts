import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { currentPlan } from '../programme/load-plan.ts';
import { moveBatch } from './batch.ts';
import { chunkSize, releaseRows } from './run.ts';

const sql = twin(import.meta.url);

/** Rows without a person, or every row that is still committed. */
type Scope = 'unbound' | 'all';

async function returnChunk(
  tx: Tx,
  batch: { readonly batchId: string; readonly programmeId: string; readonly scope: Scope },
): Promise<number> {
  const { batchId, programmeId, scope } = batch;
  const values = { batchId, scope, size: chunkSize };
  const rows = await tx.rows<{ entitlementId: string }>(sql('takeUnbound'), values);
  if (rows.length === 0) return 0;
  const entitlementIds = rows.map((row) => row.entitlementId);
  const eventId = await record(tx, {
    kind: 'batch.unbound_returned',
    subject: { kind: 'issue_batch', id: batchId },
    programmeId,
    items: entitlementIds,
  });
  await releaseRows(tx, { batchId, entitlementIds, eventId, toState: 'returned' });
  return rows.length;
}

/** Batches that hold money for rows of `scope`, in one programme or in all. */
async function batchesWithLeftovers(tx: Tx, programmeId: string | null, scope: Scope) {
  type Leftover = { readonly batchId: string; readonly programmeId: string };
  return tx.rows<Leftover>(sql('batchesWithLeftovers'), { programmeId, scope });
}

/**
 * Returns the money of rows that nobody came for to `available`, in every programme whose issue
 * cut-off has passed: committed → available, row by row ended, chunk by chunk. May be killed and
 * run again. Answers how many rows it ended.
 * @policy SX20 一(二), requirement O7
 */
export async function returnUnbound(db: Db, actor: Actor): Promise<number> {
  const due = await transact(db, actor, async (tx) => {
    const found = await batchesWithLeftovers(tx, null, 'unbound');
    const past: typeof found = [];
    for (const batch of found) {
      const { issueUntil } = (await currentPlan(tx, batch.programmeId)).plan;
      if (issueUntil !== undefined && issueUntil <= tx.now) past.push(batch);
    }
    return past;
  });
  let ended = 0;
  for (const batch of due) ended += await returnBatch(db, actor, { ...batch, scope: 'unbound' });
  return ended;
}

async function returnBatch(
  db: Db,
  actor: Actor,
  batch: { readonly batchId: string; readonly programmeId: string; readonly scope: Scope },
): Promise<number> {
  for (let ended = 0; ;) {
    const rows = await transact(db, actor, (tx) => returnChunk(tx, batch));
    if (rows === 0) return ended;
    ended += rows;
  }
}

/**
 * Ends the issuing of a programme that is closing: every row that is still committed returns its
 * money to `available`, and batches that never started are cancelled. Idempotent; may be killed and
 * run again.
 * @policy requirements O7, S5
 */
export async function endIssuing(db: Db, actor: Actor, programmeId: string): Promise<void> {
  const left = await transact(db, actor, (tx) => batchesWithLeftovers(tx, programmeId, 'all'));
  for (const batch of left) await returnBatch(db, actor, { ...batch, scope: 'all' });
  await transact(db, actor, async (tx) => {
    const ended = await tx.rows<{ batchId: string }>(sql('endPreparedBatches'), { programmeId });
    for (const { batchId } of left) {
      await moveBatch(tx, { batchId, from: ['issuing'], to: 'issued' });
    }
    if (ended.length === 0) return;
    await record(tx, {
      kind: 'batch.ended',
      subject: { kind: 'programme', id: programmeId },
      programmeId,
      body: { batchIds: ended.map((batch) => batch.batchId) },
    });
  });
}
