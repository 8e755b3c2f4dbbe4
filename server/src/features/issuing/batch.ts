import { createHash } from 'node:crypto';
import type { Reach } from '@huiquan/domain/access.ts';
import type { Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { jsonText, twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { post } from '../../ledger/post.ts';
import { currentPlan, requireRunning } from '../programme/load-plan.ts';
import { bindKnownPersons } from './bind.ts';
import { forecastIssue, type IssueForecast, orderValues } from './forecast.ts';
import { directedKinds } from './kinds.ts';

const sql = twin(import.meta.url);

export type BatchState =
  | 'prepared'
  | 'approved'
  | 'issuing'
  | 'issued'
  | 'cancelled'
  | 'recalling'
  | 'recalled';

/** A batch as those see it who approve or follow it. */
export type Batch = {
  readonly batchId: string;
  readonly programmeId: string;
  readonly versionId: string;
  readonly rosterId: string;
  /** The file of the list, and whose list it is. */
  readonly rosterName: string;
  readonly organisationName: string;
  readonly state: BatchState;
  readonly contentHash: Buffer;
  readonly entitlementCount: number;
  readonly voucherCount: number;
  readonly amountFen: Fen;
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly createdAt: Instant;
  readonly approvedAt: Instant | null;
  readonly issuedAt: Instant | null;
};

/** The hash of everything an approver agrees to: the rows, their order, the money, the plan. */
export function hashOfForecast(forecast: IssueForecast): Buffer {
  const { rosterId, versionId, entitlementCount, voucherCount, amountFen } = forecast;
  const { funds, channels, kinds, ranges, fingerprint } = forecast;
  const figures = { entitlementCount, voucherCount, amountFen, funds, channels, kinds, ranges };
  const content = { rosterId, versionId, ...figures, fingerprint };
  return createHash('sha256').update(jsonText(content)).digest();
}

/**
 * Prepares a batch from a confirmed roster: the forecast, kept under its hash until a second person
 * approves it. No money moves. Refuses as `forecastIssue`, and `state_conflict` for a roster that
 * has a live batch.
 * @policy requirements I1, I4
 */
export async function prepareBatch(
  tx: Tx,
  input: { readonly rosterId: string },
): Promise<{ readonly batchId: string; readonly contentHash: Buffer }> {
  const forecast = await forecastIssue(tx, { rosterId: input.rosterId, mode: 'read' });
  const contentHash = hashOfForecast(forecast);
  const batchId = newId();
  const { rosterId, programmeId, versionId, entitlementCount, voucherCount, amountFen } = forecast;
  const figures = { entitlementCount, voucherCount, amountFen };
  const inserted = await tx.maybe(sql('insertBatch'), {
    batchId,
    rosterId,
    programmeId,
    versionId,
    ...figures,
    contentHash,
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  if (inserted === undefined) refuse('state_conflict', { rosterId });
  await record(tx, {
    kind: 'batch.prepared',
    subject: { kind: 'issue_batch', id: batchId },
    programmeId,
    body: { rosterId, contentHash: contentHash.toString('hex'), ...figures },
  });
  return { batchId, contentHash };
}

/**
 * Approves a batch as the approver saw it: the forecast is made again, and only if it is the same
 * is its money committed, fund by fund in the order of use, and every row given its place and
 * channel. Persons who are known already are bound. Locks what the funds have available. Refuses
 * `not_found`, `separation_of_duties`, `content_changed`, `already_decided`, and as
 * `forecastIssue`.
 * @policy SX20 一(二), SM23 十一(一), requirements I4, F1; inv-45
 */
export async function approveBatch(
  tx: Tx,
  input: { readonly batchId: string; readonly seenHash: Buffer },
): Promise<void> {
  const { batchId, seenHash } = input;
  const batch = await getBatch(tx, batchId);
  const { rosterId, programmeId } = batch;
  const values = { batchId, seenHash, approvedBy: tx.actor.id, now: tx.now };
  if ((await tx.maybe(sql('approveBatch'), values)) === undefined) {
    const { state } = await getBatch(tx, batchId);
    refuse(state === 'prepared' ? 'content_changed' : 'already_decided', { state });
  }
  const forecast = await forecastIssue(tx, { rosterId, mode: 'lock' });
  if (!hashOfForecast(forecast).equals(seenHash)) refuse('content_changed');
  await commitRows(tx, batchId, forecast);
  const eventId = await record(tx, {
    kind: 'batch.approved',
    subject: { kind: 'issue_batch', id: batchId },
    programmeId,
    body: { contentHash: seenHash.toString('hex'), funds: forecast.funds },
  });
  await bindKnownPersons(tx, batchId);
  const reference = { kind: 'issue_batch', id: batchId };
  await post(
    tx,
    eventId,
    forecast.funds.map(({ fundId, amountFen }) => ({
      fundId,
      from: 'available',
      to: 'committed',
      amountFen,
      kind: 'committed',
      reference,
    })),
  );
}

async function commitRows(tx: Tx, batchId: string, forecast: IssueForecast): Promise<void> {
  const { rosterId, ranges, funds, entitlementCount } = forecast;
  const current = await currentPlan(tx, forecast.programmeId);
  const { source } = await tx.one<{ source: string }>(sql('sourceOfRoster'), { rosterId });
  const order = orderValues(rosterId, current, directedKinds(current.plan, source));
  const rows = await tx.execute(sql('commitEntitlements'), { batchId, ...order });
  if (rows !== entitlementCount) refuse('content_changed', { rows, entitlementCount });
  await tx.execute(sql('insertRanges'), {
    batchId,
    starts: ranges.map((range) => range.startFen),
    ends: ranges.map((range) => range.endFen),
    fundIds: ranges.map((range) => range.fundId),
  });
  await tx.execute(sql('insertBatchFunds'), {
    batchId,
    fundIds: funds.map((fund) => fund.fundId),
    positions: funds.map((fund) => fund.position),
    amounts: funds.map((fund) => fund.amountFen),
  });
}

/**
 * Takes a batch back that nobody approved yet; what two persons approved takes two to undo, see
 * `prepareRecall`. Refuses `not_found`, `already_decided`.
 */
export async function cancelBatch(tx: Tx, input: { readonly batchId: string }): Promise<void> {
  const { batchId } = input;
  const programmeId = await moveBatch(tx, { batchId, from: ['prepared'], to: 'cancelled' });
  if (programmeId === undefined) {
    const { state } = await getBatch(tx, batchId);
    refuse('already_decided', { state });
  }
  const subject = { kind: 'issue_batch', id: batchId };
  await record(tx, { kind: 'batch.cancelled', subject, programmeId });
}

/**
 * Starts the issue of an approved batch; of several starts one works and the others are refused
 * `state_conflict`. The vouchers are made by the job `issue_batch`. Refuses `not_found`,
 * `registration_closed` from the plan's issue cut-off on, `programme_not_running`,
 * `programme_closed`.
 * @policy SX20 一(二): 于2020年5月20日24时前; fault-47
 */
export async function startIssue(tx: Tx, input: { readonly batchId: string }): Promise<void> {
  const { batchId } = input;
  const { programmeId } = await getBatch(tx, batchId);
  const current = await currentPlan(tx, programmeId);
  requireRunning(current);
  const { issueUntil } = current.plan;
  if (issueUntil !== undefined && tx.now >= issueUntil) {
    refuse('registration_closed', { issueUntil });
  }
  const moved = await moveBatch(tx, { batchId, from: ['approved'], to: 'issuing' });
  if (moved === undefined) {
    const { state } = await getBatch(tx, batchId);
    refuse('state_conflict', { state });
  }
  const subject = { kind: 'issue_batch', id: batchId };
  await record(tx, { kind: 'batch.started', subject, programmeId });
  await enqueue(tx, 'issue_batch', { batchId });
}

/** Moves a batch from one of `from`; undefined if it is in another state. For this feature only. */
export async function moveBatch(
  tx: Tx,
  move: {
    readonly batchId: string;
    readonly from: readonly BatchState[];
    readonly to: BatchState;
  },
): Promise<string | undefined> {
  const values = { batchId: move.batchId, fromStates: move.from, toState: move.to, now: tx.now };
  const row = await tx.maybe<{ programmeId: string }>(sql('moveBatch'), values);
  return row?.programmeId;
}

/** A batch. Refuses `not_found`. */
export async function getBatch(tx: Tx, batchId: string): Promise<Batch> {
  return (await tx.maybe<Batch>(sql('findBatch'), { batchId })) ?? refuse('not_found');
}

/**
 * Batches of a programme within `reach`, newest first; `before` is the last id of the page before.
 */
export async function listBatches(
  tx: Tx,
  page: {
    readonly programmeId: string;
    readonly reach: Pick<Reach, 'everything' | 'organisationPaths' | 'programmeIds'>;
    readonly before?: string | undefined;
    readonly size: number;
  },
): Promise<readonly Batch[]> {
  const { programmeId, before, size, reach } = page;
  return tx.rows<Batch>(sql('listBatches'), {
    programmeId,
    size,
    before: before ?? null,
    everything: reach.everything,
    programmeIds: reach.programmeIds,
    paths: reach.organisationPaths,
  });
}

/** How far a batch is: rows by state, whether their person is known, and channel; money by fund. */
export async function progressOfBatch(tx: Tx, batchId: string) {
  type Progress = {
    readonly state: string;
    readonly isBound: boolean;
    readonly channel: string;
    readonly entitlementCount: bigint;
    readonly amountFen: Fen;
  };
  type Money = {
    readonly fundId: string;
    readonly position: number;
    readonly committedFen: Fen;
    readonly issuedFen: Fen;
    readonly releasedFen: Fen;
  };
  return {
    batch: await getBatch(tx, batchId),
    rows: await tx.rows<Progress>(sql('progressOfBatch'), { batchId }),
    funds: await tx.rows<Money>(sql('fundsOfBatch'), { batchId }),
  };
}

/** Rows of a batch that got nothing, with the reason and its figures. */
export async function listRefusals(
  tx: Tx,
  page: { readonly batchId: string; readonly after?: string | undefined; readonly size: number },
) {
  type Refused = {
    readonly entitlementId: string;
    readonly row: number;
    readonly code: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
  return tx.rows<Refused>(sql('listRefusals'), { ...page, after: page.after ?? null });
}
