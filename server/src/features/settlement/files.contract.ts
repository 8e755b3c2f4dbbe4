import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Count, DayWire, Empty, FenWire, Id, OneOf, SignedFen } from '../../http/wire.ts';

const merchant = Type.Object({ programmeId: Id, merchantId: Id });
const Day = Type.Object({ day: DayWire });
const UseFlow = Type.Object({
  day: DayWire,
  funderId: Id,
  flow: Type.Optional(OneOf(['uses', 'refunds'])),
});
const Digests = Type.Object({
  sha1: Type.String({ pattern: '^[0-9a-f]{40}$' }),
  sm3: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  bytes: Count(0, Number.MAX_SAFE_INTEGER),
});

export const paymentFileRoute = route({
  method: 'GET',
  url: '/api/settlement-runs/{runId}/payment-file',
  permission: 'payout.execute',
  summary: '下载付款指令文件(含收款账号，下载留痕)',
  params: Type.Object({ runId: Id }),
  query: Type.Object({ format: Type.Optional(OneOf(['csv', 'xlsx'])) }),
  reply: Empty,
  download: true,
  secondFactor: true,
  recentSignIn: true,
  refusals: ['not_found'],
});

export const merchantStatementRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/merchants/{merchantId}/statement',
  permission: 'settlement.read',
  summary: '商户对账单：按日、周、月汇总',
  params: merchant,
  query: Type.Object({
    fromDay: DayWire,
    toDay: DayWire,
    by: Type.Optional(OneOf(['day', 'week', 'month'])),
    format: Type.Optional(OneOf(['csv', 'xlsx'])),
  }),
  reply: Empty,
  download: true,
  refusals: ['not_found', 'invalid_rule', 'sheet_limits'],
});

const StatementSums = {
  redemptions: Count(0, 1_000_000),
  orderFen: FenWire,
  voucherFen: FenWire,
  cashFen: FenWire,
  refunds: Count(0, 1_000_000),
  backFen: FenWire,
  dueFen: SignedFen,
  paidFen: SignedFen,
};

export const statementSumsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/merchants/{merchantId}/statement-sums',
  permission: 'settlement.read',
  summary: '商户对账单的数字：按日、周、月与合计',
  params: merchant,
  query: Type.Object({
    fromDay: DayWire,
    toDay: DayWire,
    by: Type.Optional(OneOf(['day', 'week', 'month'])),
  }),
  reply: Type.Object({
    periods: Type.Array(Type.Object({ period: Type.String(), ...StatementSums })),
    total: Type.Object(StatementSums),
  }),
  refusals: ['not_found', 'invalid_rule', 'sheet_limits'],
});

export const merchantBillRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/merchants/{merchantId}/bill',
  permission: 'settlement.read',
  summary: '商户日结算账单(交易账单格式)',
  params: merchant,
  query: Day,
  reply: Empty,
  download: true,
  refusals: ['not_found', 'sheet_limits'],
});

export const merchantBillDigestsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/merchants/{merchantId}/bill-digests',
  permission: 'settlement.read',
  summary: '商户日结算账单的 SHA-1 与 SM3 摘要',
  params: merchant,
  query: Day,
  reply: Digests,
  refusals: ['not_found', 'sheet_limits'],
});

export const useFlowRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/use-flow',
  permission: 'settlement.read',
  summary: '出资方日核销流水(flow=refunds 为退款流水)',
  params: Type.Object({ programmeId: Id }),
  query: UseFlow,
  reply: Empty,
  download: true,
  refusals: ['not_found', 'sheet_limits'],
});

export const useFlowDigestsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/use-flow-digests',
  permission: 'settlement.read',
  summary: '出资方日流水文件的 SHA-1 与 SM3 摘要',
  params: Type.Object({ programmeId: Id }),
  query: UseFlow,
  reply: Digests,
  refusals: ['not_found', 'sheet_limits'],
});
