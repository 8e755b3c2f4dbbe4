import { type Fen, fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { type Instant, instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { post } from '../../ledger/post.ts';
import { giveBackLimits } from '../limit/limit.ts';
import { currentPlan, loadPlan } from '../programme/load-plan.ts';
import { type MovedVoucher, voidVouchers } from '../voucher/voucher.ts';
import { type BatchState, getBatch, moveBatch } from './batch.ts';
import { issueCounters } from './kinds.ts';
import { chunkSize, releaseRows } from './run.ts';

const sql = twin(import.meta.url);
const heldAgainMs = 60_000;
const recallable = new Set<BatchState>(['approved', 'issuing', 'issued']);

export type Recall = {
  readonly recallId: string;
  readonly batchId: string;
  readonly programmeId: string;
  readonly reason: string;
  readonly state: 'prepared' | 'approved' | 'rejected' | 'done';
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly voidedCount: number;
  readonly createdAt: Instant;
  /** Nothing had been started when it was approved: there is only money to give back. */
  readonly beforeStart: boolean;
};

/**
 * Proposes to take back what a batch issued and nobody redeemed, or the whole batch before it is
 * started. Refuses `not_found`, `state_conflict` for a batch that was not approved or has a recall
 * under way.
 * @policy requirement I5; fault-48
 */
export async function prepareRecall(
  tx: Tx,
  input: { readonly batchId: string; readonly reason: string },
): Promise<{ readonly recallId: string }> {
  const { batchId, reason } = input;
  const { state, programmeId } = await getBatch(tx, batchId);
  if (!recallable.has(state)) refuse('state_conflict', { state });
  const recallId = newId();
  const values = { recallId, batchId, reason, preparedBy: tx.actor.id, now: tx.now };
  if ((await tx.maybe(sql('insertRecall'), values)) === undefined) refuse('state_conflict');
  await record(tx, {
    kind: 'recall.prepared',
    subject: { kind: 'issue_batch', id: batchId },
    programmeId,
    body: { recallId },
  });
  return { recallId };
}

/**
 * A second person agrees: from here on the batch issues nothing more, and the job `recall_batch`
 * takes its vouchers back. A batch that is started meanwhile is recalled as a started one. Refuses
 * `not_found`, `separation_of_duties`, `already_decided`, `state_conflict`.
 */
export async function approveRecall(tx: Tx, input: { readonly recallId: string }): Promise<void> {
  const { recallId } = input;
  const { programmeId, batchId } = await getRecall(tx, recallId);
  await decideRecall(tx, recallId, 'approved');
  const beforeStart = await stopBatch(tx, batchId);
  if (beforeStart) await tx.execute(sql('noteBeforeStart'), { recallId });
  await record(tx, {
    kind: 'recall.approved',
    subject: { kind: 'issue_batch', id: batchId },
    programmeId,
    body: { recallId, beforeStart },
  });
  await enqueue(tx, 'recall_batch', { recallId });
}

/** Ends what a batch may still issue; true if it had not been started. */
async function stopBatch(tx: Tx, batchId: string): Promise<boolean> {
  const to = 'recalling';
  if ((await moveBatch(tx, { batchId, from: ['approved'], to })) !== undefined) return true;
  const moved = await moveBatch(tx, { batchId, from: ['issuing', 'issued'], to });
  if (moved === undefined) refuse('state_conflict');
  return false;
}

/** A second person declines. Refuses `not_found`, `separation_of_duties`, `already_decided`. */
export async function rejectRecall(tx: Tx, input: { readonly recallId: string }): Promise<void> {
  const { recallId } = input;
  const { programmeId, batchId } = await getRecall(tx, recallId);
  await decideRecall(tx, recallId, 'rejected');
  const subject = { kind: 'issue_batch', id: batchId };
  await record(tx, { kind: 'recall.rejected', subject, programmeId, body: { recallId } });
}

async function decideRecall(tx: Tx, recallId: string, toState: 'approved' | 'rejected') {
  const values = { recallId, toState, decidedBy: tx.actor.id };
  if ((await tx.maybe(sql('decideRecall'), values)) === undefined) refuse('already_decided');
}

/** A recall. Refuses `not_found`. */
export async function getRecall(tx: Tx, recallId: string): Promise<Recall> {
  return (await tx.maybe<Recall>(sql('findRecall'), { recallId })) ?? refuse('not_found');
}

/**
 * Takes up to `size` vouchers back: unused → void, their limits and their money given back, to
 * `available` while the programme runs and to `return_due` once it has ended. Answers how many.
 */
async function recallChunk(tx: Tx, recall: Recall, size: number): Promise<number> {
  const { batchId, programmeId, recallId } = recall;
  const values = { batchId, size, now: tx.now };
  const refs = await tx.rows<{ personId: string; voucherId: string }>(
    sql('unredeemedChunk'),
    values,
  );
  const moves = await voidVouchers(tx, refs);
  const voided = moves.flatMap((move) => (move.voucher === undefined ? [] : [move.voucher]));
  if (voided.length === 0) return 0;
  const { plan, state } = await currentPlan(tx, programmeId);
  const hasEnded = tx.now >= plan.endsAt || state === 'closing' || state === 'closed';
  const eventId = await record(tx, {
    kind: 'batch.recalled',
    subject: { kind: 'issue_batch', id: batchId },
    programmeId,
    body: { recallId },
    items: voided.map((one) => [one.personId, one.voucherId, 'unused', 'void']),
  });
  await giveBack(tx, programmeId, voided);
  await tx.execute(sql('countVoided'), { recallId, voided: voided.length });
  await post(
    tx,
    eventId,
    [...sumByFund(voided)].map(([fundId, amountFen]) => ({
      fundId,
      from: 'outstanding',
      to: hasEnded ? 'return_due' : 'available',
      amountFen,
      kind: 'recalled',
      reference: { kind: 'issue_batch', id: batchId },
    })),
  );
  return voided.length;
}

/** An end that was released meanwhile has no money in `outstanding` any more. */
function sumByFund(vouchers: readonly MovedVoucher[]): ReadonlyMap<string, Fen> {
  const sums = new Map<string, Fen>();
  for (const { fundId, faceFen, expiryReleased } of vouchers) {
    if (!expiryReleased) sums.set(fundId, fen((sums.get(fundId) ?? 0n) + faceFen));
  }
  return sums;
}

async function giveBack(tx: Tx, programmeId: string, voided: readonly MovedVoucher[]) {
  type Fact = {
    readonly personId: string;
    readonly originId: string;
    readonly kind: string;
    readonly faceFen: Fen;
    readonly versionId: string;
    readonly issuedAt: Instant;
    readonly voided: bigint;
    readonly allVoid: boolean;
  };
  const facts = await tx.rows<Fact>(sql('factsForLimits'), {
    personIds: voided.map((one) => one.personId),
    voucherIds: voided.map((one) => one.voucherId),
  });
  const counters = [];
  for (const fact of facts) {
    const plan = await loadPlan(tx, fact.versionId);
    const count = Number(fact.voided);
    const amountFen = fen(fact.voided * fact.faceFen);
    const row = { ...fact, count, amountFen, at: instant(fact.issuedAt) };
    // How often a member got something is given back only when nothing of it is left.
    const own = issueCounters({ programmeId, plan }, row);
    counters.push(...own.filter((one) => fact.allVoid || !isOccasion(one.limitKey)));
  }
  await giveBackLimits(tx, counters);
  const entitlementIds = facts.filter((fact) => fact.allVoid).map((fact) => fact.originId);
  await tx.execute(sql('recallEntitlements'), { entitlementIds });
}

const isOccasion = (limitKey: string) => /^cap\/[^/]+\/count\//.test(limitKey);

/** Gives the money of rows that got nothing back; those of a batch never started are free again. */
async function releaseWaiting(tx: Tx, recall: Recall): Promise<number> {
  const { batchId, programmeId, recallId, beforeStart } = recall;
  const values = { batchId, size: chunkSize };
  const rows = await tx.rows<{ entitlementId: string }>(sql('takeWaitingRows'), values);
  if (rows.length === 0) return 0;
  const entitlementIds = rows.map((row) => row.entitlementId);
  const eventId = await record(tx, {
    kind: 'recall.waiting_released',
    subject: { kind: 'issue_batch', id: batchId },
    programmeId,
    body: { recallId },
    items: entitlementIds,
  });
  const toState = beforeStart ? 'confirmed' : 'recalled';
  await releaseRows(tx, { batchId, entitlementIds, eventId, toState });
  if (beforeStart) await tx.execute(sql('freeRows'), { batchId, entitlementIds });
  return rows.length;
}

async function finishRecall(tx: Tx, recall: Recall): Promise<void> {
  const { batchId, programmeId, recallId, beforeStart } = recall;
  const { held } = await tx.one<{ held: bigint }>(sql('countHeld'), { batchId, now: tx.now });
  if (held > 0n) {
    // A try under way decides first; what it gives back is taken back then.
    const runAt = instant(tx.now + heldAgainMs);
    await enqueue(tx, 'recall_batch', { recallId }, { runAt, key: `recall_batch ${recallId}` });
    return;
  }
  const done = await tx.maybe<{ voidedCount: number }>(sql('finishRecall'), { recallId });
  if (done === undefined) return;
  const to = beforeStart ? 'cancelled' : 'recalled';
  await moveBatch(tx, { batchId, from: ['recalling'], to });
  const subject = { kind: 'issue_batch', id: batchId };
  const body = { recallId, voidedCount: done.voidedCount };
  await record(tx, { kind: 'recall.done', subject, programmeId, body });
}

/**
 * Carries out an approved recall, chunk by chunk; may be killed and run again, by several workers
 * at once. Vouchers in a try are waited for; redeemed ones stay, see `listKept`.
 * @policy requirement I5; fault-48
 */
export async function runRecall(db: Db, actor: Actor, recallId: string): Promise<void> {
  const recall = await transact(db, actor, (tx) => getRecall(tx, recallId));
  if (recall.state !== 'approved') return;
  while ((await transact(db, actor, (tx) => recallChunk(tx, recall, chunkSize))) > 0);
  while ((await transact(db, actor, (tx) => releaseWaiting(tx, recall))) > 0);
  await transact(db, actor, (tx) => finishRecall(tx, recall));
}

/** A voucher that a recall could not take back: redeemed, or in a try. */
export type KeptVoucher = {
  readonly personId: string;
  readonly voucherId: string;
  readonly state: 'used' | 'held';
  readonly faceFen: Fen;
};

/**
 * The vouchers of a batch that a recall leaves, page by page after the last one of the page before.
 */
export async function listKept(
  tx: Tx,
  page: {
    readonly batchId: string;
    readonly after?: { readonly personId: string; readonly voucherId: string } | undefined;
    readonly size: number;
  },
): Promise<readonly KeptVoucher[]> {
  const { batchId, size, after } = page;
  return tx.rows<KeptVoucher>(sql('listKept'), {
    batchId,
    size,
    afterPerson: after?.personId ?? null,
    afterVoucher: after?.voucherId ?? null,
  });
}
