import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import type { ActName } from '@huiquan/domain/plan/effective-plan.ts';
import type { Tx } from '../../db/transact.ts';
import { handle, type Handled, type Request } from '../../http/handle.ts';
import { deskOf } from '../programme/desk.ts';
import { actScope, type Side } from '../programme/load-plan.ts';
import {
  approveBatch,
  type Batch,
  cancelBatch,
  getBatch,
  listBatches,
  listRefusals,
  prepareBatch,
  progressOfBatch,
  startIssue,
} from './batch.ts';
import { forecastIssue } from './forecast.ts';
import { forecastWire } from './forecast-wire.ts';
import * as contract from './issuing.contract.ts';
import { namesIn } from './names.ts';
import {
  approveRecall,
  getRecall,
  type KeptVoucher,
  listKept,
  prepareRecall,
  rejectRecall,
} from './recall.ts';
import { listRecalls } from './recall-list.ts';
import { placeOfRoster } from './roster-place.ts';

const pageSize = 50;

function batchWire({ contentHash, amountFen, createdAt, ...batch }: Batch) {
  const { approvedAt, issuedAt, approvedBy, ...rest } = batch;
  return {
    ...rest,
    contentHash: contentHash.toString('hex'),
    amountFen: fenOnWire(amountFen),
    createdAt: instantText(createdAt),
    ...(approvedBy === null ? {} : { approvedBy }),
    ...(approvedAt === null ? {} : { approvedAt: instantText(approvedAt) }),
    ...(issuedAt === null ? {} : { issuedAt: instantText(issuedAt) }),
  };
}

/** The roster's place decides who acts: its branch, its programme, the parties the plan names. */
async function authorizeRoster(
  request: Request,
  tx: Tx,
  given: { readonly rosterId: string; readonly act: ActName; readonly side: Side },
): Promise<void> {
  const place = await placeOfRoster(tx, given.rosterId);
  request.authorize(await actScope(tx, { ...place, act: given.act, side: given.side }));
}

async function authorizeBatch(
  request: Request,
  tx: Tx,
  given: { readonly batchId: string; readonly act?: ActName; readonly side?: Side },
): Promise<Batch> {
  const batch = await getBatch(tx, given.batchId);
  const { rosterId } = batch;
  if (given.act === undefined) request.authorize(await placeOfRoster(tx, rosterId));
  else {
    const { act, side = 'prepare' } = given;
    await authorizeRoster(request, tx, { rosterId, act, side });
  }
  return batch;
}

const preparing: readonly Handled[] = [
  handle(contract.dryRunRoute, async (request) =>
    request.read(async (tx) => {
      const { rosterId } = request.params;
      await authorizeRoster(request, tx, { rosterId, act: 'issue_batch', side: 'prepare' });
      return forecastWire(tx, await forecastIssue(tx, { rosterId, mode: 'read' }));
    }),
  ),
  handle(contract.prepareBatchRoute, async (request) =>
    request.transact(async (tx) => {
      const { rosterId } = request.params;
      await authorizeRoster(request, tx, { rosterId, act: 'issue_batch', side: 'prepare' });
      const { batchId, contentHash } = await prepareBatch(tx, { rosterId });
      return { batchId, contentHash: contentHash.toString('hex') };
    }),
  ),
  handle(contract.forecastBatchRoute, async (request) =>
    request.read(async (tx) => {
      const { rosterId } = await authorizeBatch(request, tx, request.params);
      return forecastWire(tx, await forecastIssue(tx, { rosterId, mode: 'read' }));
    }),
  ),
  handle(contract.approveBatchRoute, async (request) =>
    request.transact(async (tx) => {
      const { batchId } = request.params;
      await authorizeBatch(request, tx, { batchId, act: 'issue_batch', side: 'approve' });
      const seenHash = Buffer.from(request.body.contentHash, 'hex');
      await approveBatch(tx, { batchId, seenHash });
      return {};
    }),
  ),
  handle(contract.cancelBatchRoute, async (request) =>
    request.transact(async (tx) => {
      const { batchId } = request.params;
      await authorizeBatch(request, tx, { batchId, act: 'issue_batch' });
      await cancelBatch(tx, { batchId });
      return {};
    }),
  ),
  handle(contract.startIssueRoute, async (request) =>
    request.transact(async (tx) => {
      const { batchId } = request.params;
      await authorizeBatch(request, tx, { batchId });
      await startIssue(tx, { batchId });
      return {};
    }),
  ),
];

const issueDesk = {
  act: 'issue_batch',
  permissions: { prepare: 'issue_batch.create', approve: 'issue_batch.approve' },
} as const;
const recallDesk = {
  act: 'recall_batch',
  permissions: { prepare: 'recall.create', approve: 'recall.approve' },
} as const;

const reading: readonly Handled[] = [
  handle(contract.listBatchesRoute, async (request) => {
    const { programmeId } = request.params;
    const { limit = pageSize } = request.query;
    const before = request.position<{ batchId: string }>()?.batchId;
    return request.read(async (tx) => {
      const reach = request.reach();
      const found = await listBatches(tx, { programmeId, reach, before, size: limit });
      const items = found.map(batchWire);
      const last = found.at(-1);
      if (found.length < limit || last === undefined) return { items };
      return { items, next: request.cursor({ batchId: last.batchId }) };
    });
  }),
  handle(contract.getBatchRoute, async (request) =>
    request.read(async (tx) => {
      const { batchId } = request.params;
      await authorizeBatch(request, tx, { batchId });
      const { batch, rows, funds } = await progressOfBatch(tx, batchId);
      const names = await namesIn(tx, batch.programmeId);
      const place = await placeOfRoster(tx, batch.rosterId);
      const whose = {
        programmeId: place.programmeId,
        ownerPath: place.organisationPath,
        grants: request.principal.grants,
      };
      return {
        batch: batchWire(batch),
        desk: await deskOf(tx, { ...whose, ...issueDesk }),
        recallDesk: await deskOf(tx, { ...whose, ...recallDesk }),
        rows: rows.map((row) => ({
          ...row,
          channelName: names.channel(row.channel),
          entitlementCount: Number(row.entitlementCount),
          amountFen: fenOnWire(row.amountFen),
        })),
        funds: funds.map((fund) => ({
          fundId: fund.fundId,
          position: fund.position,
          ...names.fund(fund.fundId),
          committedFen: fenOnWire(fund.committedFen),
          issuedFen: fenOnWire(fund.issuedFen),
          releasedFen: fenOnWire(fund.releasedFen),
        })),
      };
    }),
  ),
  handle(contract.listRefusalsRoute, async (request) => {
    const { batchId } = request.params;
    const { limit = pageSize } = request.query;
    const after = request.position<{ entitlementId: string }>()?.entitlementId;
    return request.read(async (tx) => {
      await authorizeBatch(request, tx, { batchId });
      const found = await listRefusals(tx, { batchId, after, size: limit });
      const last = found.at(-1);
      if (found.length < limit || last === undefined) return { items: [...found] };
      const next = request.cursor({ entitlementId: last.entitlementId });
      return { items: [...found], next };
    });
  }),
];

type Position = { readonly personId: string; readonly voucherId: string };

const keptWire = ({ voucherId, state, faceFen }: KeptVoucher) => ({
  voucherId,
  state,
  faceFen: fenOnWire(faceFen),
});

async function authorizeRecall(request: Request, tx: Tx, recallId: string, side: Side) {
  const { batchId } = await getRecall(tx, recallId);
  await authorizeBatch(request, tx, { batchId, act: 'recall_batch', side });
}

const recalling: readonly Handled[] = [
  handle(contract.prepareRecallRoute, async (request) =>
    request.transact(async (tx) => {
      const { batchId } = request.params;
      await authorizeBatch(request, tx, { batchId, act: 'recall_batch', side: 'prepare' });
      return prepareRecall(tx, { batchId, reason: request.body.reason });
    }),
  ),
  handle(contract.approveRecallRoute, async (request) =>
    request.transact(async (tx) => {
      const { recallId } = request.params;
      await authorizeRecall(request, tx, recallId, 'approve');
      await approveRecall(tx, { recallId });
      return {};
    }),
  ),
  handle(contract.rejectRecallRoute, async (request) =>
    request.transact(async (tx) => {
      const { recallId } = request.params;
      await authorizeRecall(request, tx, recallId, 'approve');
      await rejectRecall(tx, { recallId });
      return {};
    }),
  ),
  handle(contract.listRecallsRoute, async (request) =>
    request.read(async (tx) => {
      const { batchId } = await authorizeBatch(request, tx, request.params);
      const found = await listRecalls(tx, batchId);
      return {
        items: found.map(({ createdAt, ...one }) => ({
          ...one,
          createdAt: instantText(createdAt),
        })),
      };
    }),
  ),
  handle(contract.getRecallRoute, async (request) => {
    const { recallId } = request.params;
    const { limit = pageSize } = request.query;
    const after = request.position<Position>();
    return request.read(async (tx) => {
      const recall = await getRecall(tx, recallId);
      const { batchId, state, reason, voidedCount } = recall;
      await authorizeBatch(request, tx, { batchId });
      const kept = await listKept(tx, { batchId, after, size: limit });
      const answer = { recallId, batchId, state, reason, voidedCount, kept: kept.map(keptWire) };
      const last = kept.at(-1);
      if (kept.length < limit || last === undefined) return answer;
      const { personId, voucherId } = last;
      return { ...answer, next: request.cursor({ personId, voucherId }) };
    });
  }),
];

/** Issuing by list: dry run, two persons, start, progress, recall. */
export const issuingRoutes: readonly Handled[] = [...preparing, ...reading, ...recalling];
