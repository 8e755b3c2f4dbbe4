import { fenOnWire } from '@huiquan/domain/fen.ts';
import { dayOf, endOfDay, instantText, startOfDay } from '@huiquan/domain/instant.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { programmeScope } from '../programme/load-plan.ts';
import {
  ageingReport,
  clearDay,
  getPayout,
  getRun,
  listPayouts,
  listRuns,
  type Payout,
  type PayoutPosition,
  type Run,
} from './clearing.ts';
import { approveRun, rejectRun } from './decide-run.ts';
import { fileRoutes } from './files.routes.ts';
import { holdRoutes } from './hold.routes.ts';
import { resendRun } from './pay-run.ts';
import { listOverdueReturns } from './pay-return.ts';
import { prepareRuns } from './prepare-run.ts';
import { authorizeReader, payScope } from './reader.ts';
import { reconciliationRoutes } from './reconciliation.routes.ts';
import { decidePayout, retryPayout } from './retry-payout.ts';
import * as contract from './settlement.contract.ts';

const pageSize = 50;

function runWire(run: Run) {
  const { approvedBy, approvedAt, bankRefusal, payerAccount: _, ...rest } = run;
  return {
    ...rest,
    amountFen: fenOnWire(run.amountFen),
    cutOff: instantText(run.cutOff),
    createdAt: instantText(run.createdAt),
    ...(approvedBy === null ? {} : { approvedBy }),
    ...(approvedAt === null ? {} : { approvedAt: instantText(approvedAt) }),
    ...(bankRefusal === null ? {} : { bankRefusal }),
  };
}

function payoutWire(payout: Payout) {
  const { failure, preparedBy, sentAt, decidedAt, programmeId: _, ...rest } = payout;
  return {
    ...rest,
    amountFen: fenOnWire(payout.amountFen),
    ...(failure === null ? {} : { failure }),
    ...(preparedBy === null ? {} : { preparedBy }),
    ...(sentAt === null ? {} : { sentAt: instantText(sentAt) }),
    ...(decidedAt === null ? {} : { decidedAt: instantText(decidedAt) }),
  };
}

const runs: readonly Handled[] = [
  handle(contract.prepareRunsRoute, async (request) => {
    const { programmeId } = request.params;
    const { throughDay } = request.body;
    return request.transact(async (tx) => {
      request.authorize(await payScope(tx, programmeId, 'prepare'));
      const cutOff = throughDay === undefined ? startOfDay(dayOf(tx.now)) : endOfDay(throughDay);
      const prepared = await prepareRuns(tx, { programmeId, cutOff });
      const found: Run[] = [];
      for (const { runId } of prepared) found.push(await getRun(tx, runId));
      return { runs: found.map(runWire) };
    });
  }),
  handle(contract.listRunsRoute, async (request) => {
    const { limit = pageSize, state } = request.query;
    const { programmeId } = request.params;
    const before = request.position<number>();
    return request.read(async (tx) => {
      await authorizeReader(request, tx, { programmeId, permission: 'settlement.read' });
      const items = (await listRuns(tx, { programmeId, state, before, limit })).map(runWire);
      const last = items.at(-1);
      if (items.length < limit || last === undefined) return { items };
      return { items, next: request.cursor(last.number) };
    });
  }),
  handle(contract.getRunRoute, async (request) =>
    request.read(async (tx) => {
      const found = await getRun(tx, request.params.runId);
      const { programmeId } = found;
      await authorizeReader(request, tx, { programmeId, permission: 'settlement.read' });
      return runWire(found);
    }),
  ),
  handle(contract.approveRunRoute, async (request) =>
    request.transact(async (tx) => {
      const { runId } = request.params;
      const { programmeId } = await getRun(tx, runId);
      request.authorize(await payScope(tx, programmeId, 'approve'));
      await approveRun(tx, { runId, contentHash: request.body.contentHash });
      return {};
    }),
  ),
  handle(contract.rejectRunRoute, async (request) =>
    request.transact(async (tx) => {
      const { runId } = request.params;
      const { programmeId } = await getRun(tx, runId);
      request.authorize(await payScope(tx, programmeId, 'approve'));
      await rejectRun(tx, { runId, reason: request.body.reason });
      return {};
    }),
  ),
  handle(contract.resendRunRoute, async (request) =>
    request.transact(async (tx) => {
      const { runId } = request.params;
      const { programmeId } = await getRun(tx, runId);
      request.authorize(await programmeScope(tx, programmeId));
      await resendRun(tx, runId);
      return {};
    }),
  ),
];

const payouts: readonly Handled[] = [
  handle(contract.listPayoutsRoute, async (request) => {
    const { limit = pageSize, merchantId } = request.query;
    const { runId } = request.params;
    const after = request.position<PayoutPosition>();
    return request.read(async (tx) => {
      const { programmeId } = await getRun(tx, runId);
      const asked = { programmeId, merchantId, permission: 'payout.read' } as const;
      await authorizeReader(request, tx, asked);
      const items = (await listPayouts(tx, { runId, merchantId, after, limit })).map(payoutWire);
      const last = items.at(-1);
      if (items.length < limit || last === undefined) return { items };
      const { attempt } = last;
      return { items, next: request.cursor({ merchantId: last.merchantId, attempt }) };
    });
  }),
  handle(contract.retryPayoutRoute, async (request) =>
    request.transact(async (tx) => {
      const { payoutId } = request.params;
      const { programmeId } = await getPayout(tx, payoutId);
      request.authorize(await payScope(tx, programmeId, 'prepare'));
      return retryPayout(tx, { payoutId });
    }),
  ),
  handle(contract.decidePayoutRoute, async (request) =>
    request.transact(async (tx) => {
      const { payoutId } = request.params;
      const { programmeId } = await getPayout(tx, payoutId);
      request.authorize(await payScope(tx, programmeId, 'approve'));
      await decidePayout(tx, { payoutId, decision: request.body.decision });
      return {};
    }),
  ),
];

const reads: readonly Handled[] = [
  handle(contract.clearingRoute, async (request) => {
    const { programmeId } = request.params;
    return request.read(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      const rows = await clearDay(tx, { programmeId, day: request.query.day });
      return {
        rows: rows.map((row) => ({
          ...row,
          redeemedFen: fenOnWire(row.redeemedFen),
          refundedFen: fenOnWire(row.refundedFen),
        })),
      };
    });
  }),
  handle(contract.ageingRoute, async (request) => {
    const { programmeId } = request.params;
    const { merchantId } = request.query;
    return request.read(async (tx) => {
      const scope = await programmeScope(tx, programmeId);
      request.authorize(merchantId === undefined ? scope : { ...scope, merchantId });
      const rows = await ageingReport(tx, { programmeId, merchantId });
      return { rows: rows.map((row) => ({ ...row, amountFen: fenOnWire(row.amountFen) })) };
    });
  }),
  handle(contract.overdueReturnsRoute, async (request) => {
    const { programmeId } = request.params;
    return request.read(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      const rows = await listOverdueReturns(tx, programmeId);
      return { rows: rows.map((row) => ({ ...row, amountFen: fenOnWire(row.amountFen) })) };
    });
  }),
];

/** Settlement: runs, payouts, holds, clearing, reconciliation, and the files of all of them. */
export function settlementRoutes(context: Context): readonly Handled[] {
  return [
    ...runs,
    ...payouts,
    ...holdRoutes,
    ...reads,
    ...reconciliationRoutes,
    ...fileRoutes(context),
  ];
}
