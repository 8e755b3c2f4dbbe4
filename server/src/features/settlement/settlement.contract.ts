import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  ContentHash,
  Count,
  DayWire,
  Empty,
  FenWire,
  Id,
  InstantWire,
  OneOf,
  Page,
  pageQuery,
  SafeText,
} from '../../http/wire.ts';

const programme = Type.Object({ programmeId: Id });
const run = Type.Object({ runId: Id });
const payout = Type.Object({ payoutId: Id });
const hold = Type.Object({ holdId: Id });
const Reason = Type.Object({ reason: SafeText(500) });
const approval = { secondFactor: true, recentSignIn: true } as const;
const runStates = ['prepared', 'approved', 'sent', 'finished', 'rejected'] as const;
const payoutStates = [
  'prepared',
  'approved',
  'sent',
  'paid',
  'failed',
  'came_back',
  'rejected',
] as const;
const waits = [
  'approval',
  'bank',
  'payout_failed',
  'payout_hold',
  'no_account',
  'account_changed',
  'not_due',
  'next_run',
] as const;

const RunWire = Type.Object({
  runId: Id,
  programmeId: Id,
  number: Count(1, 1_000_000),
  cutOff: InstantWire,
  state: Type.Enum([...runStates]),
  lineCount: Count(0, 1_000_000),
  payoutCount: Count(0, 1_000_000),
  amountFen: FenWire,
  contentHash: ContentHash,
  preparedBy: Type.String(),
  approvedBy: Type.Optional(Type.String()),
  createdAt: InstantWire,
  approvedAt: Type.Optional(InstantWire),
  bankRefusal: Type.Optional(Type.String()),
});

export const prepareRunsRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/settlement-runs',
  permission: 'settlement.create',
  summary: '生成结算批次：截止日(含)以前的核销和退款，默认到昨日，每个专户一批',
  params: programme,
  body: Type.Object({ throughDay: Type.Optional(DayWire) }),
  reply: Type.Object({ runs: Type.Array(RunWire) }),
  status: 'created',
  refusals: ['not_found', 'state_conflict', 'busy'],
});

export const listRunsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/settlement-runs',
  permission: 'settlement.read',
  summary: '结算批次列表',
  params: programme,
  query: Type.Object({ ...pageQuery, state: Type.Optional(OneOf(runStates)) }),
  reply: Page(RunWire),
  refusals: ['not_found'],
});

export const getRunRoute = route({
  method: 'GET',
  url: '/api/settlement-runs/{runId}',
  permission: 'settlement.read',
  summary: '结算批次详情，含审批须核对的内容摘要',
  params: run,
  reply: RunWire,
  refusals: ['not_found'],
});

export const approveRunRoute = route({
  method: 'POST',
  url: '/api/settlement-runs/{runId}/approval',
  permission: 'settlement.approve',
  summary: '另一人审批结算批次，批准后付款',
  params: run,
  body: Type.Object({ contentHash: ContentHash }),
  reply: Empty,
  refusals: [
    'not_found',
    'already_decided',
    'content_changed',
    'separation_of_duties',
    'account_on_hold',
  ],
  ...approval,
});

export const rejectRunRoute = route({
  method: 'POST',
  url: '/api/settlement-runs/{runId}/rejection',
  permission: 'settlement.approve',
  summary: '退回结算批次，其明细进入下一批',
  params: run,
  body: Reason,
  reply: Empty,
  refusals: ['not_found', 'already_decided'],
  ...approval,
});

export const resendRunRoute = route({
  method: 'POST',
  url: '/api/settlement-runs/{runId}/resending',
  permission: 'payout.execute',
  summary: '银行拒收原因处理后，以同一编号重新发送付款文件',
  params: run,
  reply: Empty,
  refusals: ['not_found', 'state_conflict'],
  ...approval,
});

const PayoutWire = Type.Object({
  payoutId: Id,
  runId: Id,
  merchantId: Id,
  merchantName: Type.String(),
  attempt: Count(1, 32_767),
  amountFen: FenWire,
  state: Type.Enum([...payoutStates]),
  failure: Type.Optional(Type.String()),
  preparedBy: Type.Optional(Type.String()),
  sentAt: Type.Optional(InstantWire),
  decidedAt: Type.Optional(InstantWire),
});

export const listPayoutsRoute = route({
  method: 'GET',
  url: '/api/settlement-runs/{runId}/payouts',
  permission: 'payout.read',
  summary: '一批中各商户的付款及其各次付款结果',
  params: run,
  query: Type.Object({ ...pageQuery, merchantId: Type.Optional(Id) }),
  reply: Page(PayoutWire),
  refusals: ['not_found'],
});

export const retryPayoutRoute = route({
  method: 'POST',
  url: '/api/payouts/{payoutId}/retry',
  permission: 'settlement.create',
  summary: '付款失败或退汇后提出再次付款(新编号)，另一人审批',
  params: payout,
  reply: Type.Object({ payoutId: Id, attempt: Count(2, 32_767) }),
  status: 'created',
  refusals: ['not_found', 'state_conflict', 'account_on_hold'],
});

export const decidePayoutRoute = route({
  method: 'POST',
  url: '/api/payouts/{payoutId}/decision',
  permission: 'payout.approve',
  summary: '审批再次付款',
  params: payout,
  body: Type.Object({ decision: OneOf(['approved', 'rejected']) }),
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'separation_of_duties', 'account_on_hold'],
  ...approval,
});

const HoldWire = Type.Object({
  holdId: Id,
  redemptionId: Id,
  merchantId: Id,
  merchantName: Type.String(),
  deductionFen: FenWire,
  reason: Type.String(),
  openedBy: Type.String(),
  openedAt: InstantWire,
  proposedDecision: Type.Optional(Type.Enum(['release', 'void'])),
  proposedBy: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  decision: Type.Optional(Type.Enum(['release', 'void'])),
  releasedBy: Type.Optional(Type.String()),
  releasedAt: Type.Optional(InstantWire),
  voidedFen: FenWire,
});

export const holdPayoutRoute = route({
  method: 'POST',
  url: '/api/redemptions/{redemptionId}/payout-hold',
  permission: 'payout.hold',
  summary: '有疑点的核销暂停付款',
  params: Type.Object({ redemptionId: Id }),
  body: Reason,
  reply: Type.Object({ holdId: Id }),
  status: 'created',
  refusals: ['not_found', 'already_decided', 'state_conflict'],
});

export const listHoldsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/payout-holds',
  permission: 'payout.read',
  summary: '暂停付款清单',
  params: programme,
  query: Type.Object({ ...pageQuery, state: Type.Optional(OneOf(['open', 'all'])) }),
  reply: Page(HoldWire),
  refusals: ['not_found'],
});

export const proposeHoldEndRoute = route({
  method: 'POST',
  url: '/api/payout-holds/{holdId}/proposal',
  permission: 'payout.release',
  summary: '提出恢复付款或作废，另一人决定',
  params: hold,
  body: Type.Object({ decision: OneOf(['release', 'void']), note: SafeText(500) }),
  reply: Empty,
  refusals: ['not_found', 'already_decided'],
});

export const endHoldRoute = route({
  method: 'POST',
  url: '/api/payout-holds/{holdId}/end',
  permission: 'payout.release',
  summary: '另一人按所提意见恢复付款或作废',
  params: hold,
  body: Type.Object({ decision: OneOf(['release', 'void']) }),
  reply: Empty,
  refusals: [
    'not_found',
    'already_decided',
    'state_conflict',
    'content_changed',
    'separation_of_duties',
  ],
  ...approval,
});

export const clearingRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/clearing',
  permission: 'settlement.read',
  summary: '按日清算：各商户各出资方的核销和退款',
  params: programme,
  query: Type.Object({ day: DayWire }),
  reply: Type.Object({
    rows: Type.Array(
      Type.Object({
        merchantId: Id,
        merchantName: Type.String(),
        fundId: Id,
        funderName: Type.String(),
        redemptionCount: Count(0, 10_000_000),
        redeemedFen: FenWire,
        refundCount: Count(0, 10_000_000),
        refundedFen: FenWire,
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const ageingRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/settlement-ageing',
  permission: 'settlement.read',
  summary: '未付核销账龄：每笔等待什么、已等几日',
  params: programme,
  query: Type.Object({ merchantId: Type.Optional(Id) }),
  reply: Type.Object({
    rows: Type.Array(
      Type.Object({
        merchantId: Id,
        merchantName: Type.String(),
        waitsFor: Type.Enum([...waits]),
        days: Count(0, 100_000),
        redemptionCount: Count(1, 10_000_000),
        amountFen: FenWire,
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const overdueReturnsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/overdue-returns',
  permission: 'fund_return.read',
  summary: '逾期未退回出资方的结余',
  params: programme,
  reply: Type.Object({
    rows: Type.Array(
      Type.Object({
        returnId: Type.Optional(Id),
        fundId: Id,
        amountFen: FenWire,
        state: Type.String(),
        returnBy: DayWire,
        daysLate: Count(1, 100_000),
      }),
    ),
  }),
  refusals: ['not_found'],
});
