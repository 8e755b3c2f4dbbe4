import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  DayWire,
  DeskWire,
  Empty,
  FenWire,
  Id,
  InstantWire,
  OneOf,
  Page,
  pageQuery,
  PositiveFen,
  SafeText,
  SignedFen,
} from '../../http/wire.ts';
import { accountKinds } from '../../ledger/post.ts';

const PlanId = Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$', maxLength: 40 });
const programme = Type.Object({ programmeId: Id });
const fund = Type.Object({ fundId: Id });

const AccountWire = Type.Object({
  name: SafeText(100),
  number: Type.String({ pattern: '^[0-9-]{5,40}$', maxLength: 40 }),
  bank: SafeText(100),
});

const BalancesWire = Type.Object({
  fundedFen: SignedFen,
  available: SignedFen,
  committed: SignedFen,
  outstanding: SignedFen,
  payable: SignedFen,
  payable_held: SignedFen,
  settled: SignedFen,
  receivable: SignedFen,
  return_due: SignedFen,
  returned: SignedFen,
});

const FundWire = Type.Object({
  fundId: Id,
  programmeId: Id,
  pool: Type.String(),
  funderId: Id,
  funderName: Type.String(),
  sourceClass: Type.String(),
  channel: Type.String(),
  channelName: Type.String({ description: '方案中的渠道名称，未分渠道的为空' }),
  position: Type.Integer({ description: '使用顺序，小的先用' }),
  hasReturnAccount: Type.Boolean(),
  balances: BalancesWire,
});

export const openPlannedFundsRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/planned-funds',
  permission: 'allocation.create',
  summary: '按方案开立资金户，已开立的不重复',
  params: programme,
  reply: Type.Object({ opened: Type.Integer() }),
  refusals: ['not_found', 'programme_not_running', 'programme_closed'],
});

export const openFundRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/funds',
  permission: 'funding_order.create',
  summary: '出资单位开立自己的资金户',
  params: programme,
  body: Type.Object({
    pool: PlanId,
    funderId: Id,
    funder: Type.Optional(PlanId),
    channel: Type.Optional(PlanId),
    returnAccount: Type.Optional(AccountWire),
  }),
  reply: Type.Object({ fundId: Id, isNew: Type.Boolean() }),
  status: 'created',
  refusals: [
    'not_found',
    'not_eligible',
    'invalid_rule',
    'programme_not_running',
    'programme_closed',
  ],
});

export const listFundsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/funds',
  permission: 'fund.read',
  summary: '活动的资金户及各科目余额',
  params: programme,
  query: Type.Object({ ...pageQuery, pool: Type.Optional(PlanId) }),
  reply: Page(FundWire),
  refusals: ['not_found'],
});

export const getFundRoute = route({
  method: 'GET',
  url: '/api/funds/{fundId}',
  permission: 'fund.read',
  summary: '资金户及各科目余额',
  params: fund,
  reply: FundWire,
  refusals: ['not_found'],
});

export const setReturnAccountRoute = route({
  method: 'PUT',
  url: '/api/funds/{fundId}/return-account',
  permission: 'funding_order.create',
  summary: '登记结余退回账户',
  params: fund,
  body: AccountWire,
  reply: Empty,
  refusals: ['not_found'],
  secondFactor: true,
});

export const programmeMoneyRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/money',
  permission: 'fund.read',
  summary: '活动资金总览：各资金池余额、是否用完、预警',
  params: programme,
  reply: Type.Object({
    pools: Type.Array(
      Type.Object({
        pool: Type.String(),
        name: Type.String(),
        plannedFen: Type.Optional(FenWire),
        isUsedUp: Type.Boolean(),
        balances: BalancesWire,
      }),
    ),
    warnings: Type.Array(
      Type.Object({
        fundId: Id,
        pool: Type.String(),
        warning: Type.Enum(['low_balance', 'used_up', 'idle_money', 'not_funded']),
        availableFen: FenWire,
        confirmedFen: FenWire,
        lastMovedAt: Type.Optional(InstantWire),
      }),
    ),
    confirming: DeskWire,
    transferring: DeskWire,
  }),
  refusals: ['not_found', 'programme_not_running'],
});

export const moneyFlowsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/money-flows',
  permission: 'fund.read',
  summary: '资金去向：各资金池每一类转账的笔数和合计，只含可见的资金户',
  params: programme,
  reply: Type.Object({
    flows: Type.Array(
      Type.Object({
        pool: Type.String(),
        targetPool: Type.String({ description: '与 pool 不同的只有资金池调剂' }),
        source: Type.Enum([...accountKinds]),
        target: Type.Enum([...accountKinds]),
        kind: Type.String(),
        count: Type.Integer(),
        amountFen: FenWire,
      }),
    ),
  }),
  refusals: [],
});

export const listTransfersRoute = route({
  method: 'GET',
  url: '/api/funds/{fundId}/transfers',
  permission: 'fund.read',
  summary: '资金户明细账，按记账先后；可只看某一科目、某一类或某几日',
  params: fund,
  query: Type.Object({
    ...pageQuery,
    account: Type.Optional(OneOf(accountKinds)),
    kind: Type.Optional(PlanId),
    fromDay: Type.Optional(DayWire),
    toDay: Type.Optional(DayWire),
    newestFirst: Type.Optional(Type.Boolean()),
  }),
  reply: Page(
    Type.Object({
      transferId: Type.Integer(),
      sourceFundId: Id,
      source: Type.String(),
      targetFundId: Id,
      target: Type.String(),
      merchantId: Type.Optional(Id),
      amountFen: PositiveFen,
      kind: Type.String(),
      referenceKind: Type.String(),
      referenceId: Type.String(),
      eventId: Type.Integer(),
      at: InstantWire,
      day: Type.String(),
    }),
  ),
  refusals: ['not_found'],
});

const PoolTransferWire = Type.Object({
  poolTransferId: Id,
  programmeId: Id,
  sourceFundId: Id,
  sourcePool: Type.String(),
  targetFundId: Id,
  targetPool: Type.String(),
  amountFen: PositiveFen,
  reason: Type.String(),
  state: Type.Enum(['prepared', 'approved', 'rejected']),
  preparedBy: Id,
  approvedBy: Type.Optional(Id),
  createdAt: InstantWire,
});

export const preparePoolTransferRoute = route({
  method: 'POST',
  url: '/api/pool-transfers',
  permission: 'pool_transfer.create',
  summary: '申请在资金池之间调剂，复核前不动账',
  body: Type.Object({
    sourceFundId: Id,
    targetFundId: Id,
    amountFen: PositiveFen,
    reason: SafeText(500),
  }),
  reply: PoolTransferWire,
  status: 'created',
  refusals: ['not_found', 'invalid_rule', 'insufficient_funds', 'programme_closed'],
});

export const listPoolTransfersRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/pool-transfers',
  permission: 'pool_transfer.read',
  summary: '资金池调剂记录',
  params: programme,
  query: Type.Object(pageQuery),
  reply: Page(PoolTransferWire),
  refusals: ['not_found'],
});

const poolTransfer = Type.Object({ poolTransferId: Id });

export const approvePoolTransferRoute = route({
  method: 'POST',
  url: '/api/pool-transfers/{poolTransferId}/approval',
  permission: 'pool_transfer.approve',
  summary: '批准资金池调剂并记账',
  params: poolTransfer,
  reply: PoolTransferWire,
  refusals: [
    'not_found',
    'already_decided',
    'separation_of_duties',
    'insufficient_funds',
    'programme_closed',
  ],
  secondFactor: true,
  recentSignIn: true,
});

export const rejectPoolTransferRoute = route({
  method: 'POST',
  url: '/api/pool-transfers/{poolTransferId}/rejection',
  permission: 'pool_transfer.approve',
  summary: '退回资金池调剂申请',
  params: poolTransfer,
  body: Type.Object({ reason: SafeText(500) }),
  reply: Empty,
  refusals: ['not_found', 'already_decided'],
  secondFactor: true,
  recentSignIn: true,
});
