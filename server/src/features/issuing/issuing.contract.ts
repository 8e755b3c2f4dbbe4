import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  ContentHash,
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
} from '../../http/wire.ts';

const approval = { secondFactor: true, recentSignIn: true } as const;
const batch = Type.Object({ batchId: Id });
const recall = Type.Object({ recallId: Id });
const roster = Type.Object({ rosterId: Id });
const forecastRefusals = [
  'not_found',
  'state_conflict',
  'programme_not_running',
  'programme_closed',
  'nothing_to_issue',
  'invalid_rule',
  'cap_exceeded',
  'fund_not_confirmed',
  'insufficient_funds',
  'payment_differs',
] as const;

const BatchWire = Type.Object({
  batchId: Id,
  programmeId: Id,
  versionId: Id,
  rosterId: Id,
  rosterName: Type.String(),
  organisationName: Type.String(),
  state: OneOf(['prepared', 'approved', 'issuing', 'issued', 'cancelled', 'recalling', 'recalled']),
  contentHash: ContentHash,
  entitlementCount: Type.Integer(),
  voucherCount: Type.Integer(),
  amountFen: PositiveFen,
  preparedBy: Id,
  approvedBy: Type.Optional(Id),
  createdAt: InstantWire,
  approvedAt: Type.Optional(InstantWire),
  issuedAt: Type.Optional(InstantWire),
});

const fundNames = {
  fundId: Id,
  position: Type.Integer(),
  poolName: Type.String(),
  funderName: Type.String(),
};

const ForecastWire = Type.Object({
  contentHash: ContentHash,
  entitlementCount: Type.Integer(),
  voucherCount: Type.Integer(),
  amountFen: FenWire,
  funds: Type.Array(Type.Object({ ...fundNames, amountFen: FenWire })),
  channels: Type.Array(
    Type.Object({
      channel: Type.String(),
      name: Type.String(),
      entitlementCount: Type.Integer(),
      amountFen: FenWire,
    }),
  ),
  kinds: Type.Array(
    Type.Object({
      kind: Type.String(),
      name: Type.String(),
      faceFen: PositiveFen,
      voucherCount: Type.Integer(),
      // Until then what is not used can be taken back.
      validTo: InstantWire,
    }),
  ),
  refusals: Type.Array(Type.Object({ code: Type.String(), count: Type.Integer() })),
  issueUntil: Type.Optional(InstantWire),
});

export const dryRunRoute = route({
  method: 'GET',
  url: '/api/rosters/{rosterId}/issue-forecast',
  permission: 'issue_batch.create',
  summary: '试算：发放张数、金额、各资金户与渠道分摊、将被拒绝的人数(不写入任何数据)',
  params: roster,
  reply: ForecastWire,
  refusals: [...forecastRefusals],
});

export const prepareBatchRoute = route({
  method: 'POST',
  url: '/api/rosters/{rosterId}/issue-batches',
  permission: 'issue_batch.create',
  summary: '编制发放批次(另一人审批后生效)',
  params: roster,
  reply: Type.Object({ batchId: Id, contentHash: ContentHash }),
  status: 'created',
  refusals: [...forecastRefusals],
});

export const forecastBatchRoute = route({
  method: 'GET',
  url: '/api/issue-batches/{batchId}/forecast',
  permission: 'issue_batch.read',
  summary: '审批前重新试算：内容与编制时是否一致',
  params: batch,
  reply: ForecastWire,
  refusals: [...forecastRefusals],
});

export const approveBatchRoute = route({
  method: 'POST',
  url: '/api/issue-batches/{batchId}/approval',
  permission: 'issue_batch.approve',
  summary: '审批发放批次，占用资金',
  params: batch,
  body: Type.Object({ contentHash: ContentHash }),
  reply: Empty,
  refusals: [...forecastRefusals, 'separation_of_duties', 'content_changed', 'already_decided'],
  ...approval,
});

export const cancelBatchRoute = route({
  method: 'POST',
  url: '/api/issue-batches/{batchId}/cancellation',
  permission: 'issue_batch.create',
  summary: '撤销尚未审批的批次',
  params: batch,
  reply: Empty,
  refusals: ['not_found', 'already_decided'],
});

export const startIssueRoute = route({
  method: 'POST',
  url: '/api/issue-batches/{batchId}/start',
  permission: 'issue_batch.execute',
  summary: '开始发放已审批的批次',
  params: batch,
  reply: Empty,
  status: 'accepted',
  refusals: [
    'not_found',
    'state_conflict',
    'registration_closed',
    'programme_not_running',
    'programme_closed',
  ],
  ...approval,
});

export const listBatchesRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/issue-batches',
  permission: 'issue_batch.read',
  summary: '发放批次',
  params: Type.Object({ programmeId: Id }),
  query: Type.Object(pageQuery),
  reply: Page(BatchWire),
  refusals: ['not_found'],
});

export const getBatchRoute = route({
  method: 'GET',
  url: '/api/issue-batches/{batchId}',
  permission: 'issue_batch.read',
  summary: '批次进度与资金，与本人可办的事',
  params: batch,
  reply: Type.Object({
    batch: BatchWire,
    desk: DeskWire,
    recallDesk: DeskWire,
    rows: Type.Array(
      Type.Object({
        state: Type.String(),
        isBound: Type.Boolean(),
        channel: Type.String(),
        channelName: Type.String(),
        entitlementCount: Type.Integer(),
        amountFen: FenWire,
      }),
    ),
    funds: Type.Array(
      Type.Object({
        ...fundNames,
        committedFen: FenWire,
        issuedFen: FenWire,
        releasedFen: FenWire,
      }),
    ),
  }),
  refusals: ['not_found', 'programme_not_running'],
});

export const listRefusalsRoute = route({
  method: 'GET',
  url: '/api/issue-batches/{batchId}/refusals',
  permission: 'issue_batch.read',
  summary: '未能发放的名单行及原因',
  params: batch,
  query: Type.Object(pageQuery),
  reply: Page(
    Type.Object({
      entitlementId: Id,
      row: Type.Integer({ description: '名单文件中的行号' }),
      code: Type.String(),
      details: Type.Unsafe<unknown>({}),
    }),
  ),
  refusals: ['not_found'],
});

export const prepareRecallRoute = route({
  method: 'POST',
  url: '/api/issue-batches/{batchId}/recalls',
  permission: 'recall.create',
  summary: '申请收回批次中尚未使用的券；批次尚未开始的，撤回整批、退回占用的资金',
  params: batch,
  body: Type.Object({ reason: SafeText(500) }),
  reply: Type.Object({ recallId: Id }),
  status: 'created',
  refusals: ['not_found', 'state_conflict'],
});

export const approveRecallRoute = route({
  method: 'POST',
  url: '/api/recalls/{recallId}/approval',
  permission: 'recall.approve',
  summary: '审批收回',
  params: recall,
  reply: Empty,
  refusals: ['not_found', 'separation_of_duties', 'already_decided', 'state_conflict'],
  ...approval,
});

export const rejectRecallRoute = route({
  method: 'POST',
  url: '/api/recalls/{recallId}/rejection',
  permission: 'recall.approve',
  summary: '驳回收回申请',
  params: recall,
  reply: Empty,
  refusals: ['not_found', 'separation_of_duties', 'already_decided'],
});

export const listRecallsRoute = route({
  method: 'GET',
  url: '/api/issue-batches/{batchId}/recalls',
  permission: 'recall.read',
  summary: '批次的收回申请，新的在前',
  params: batch,
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        recallId: Id,
        state: OneOf(['prepared', 'approved', 'rejected', 'done']),
        reason: Type.String(),
        preparedBy: Id,
        voidedCount: Type.Integer(),
        createdAt: InstantWire,
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const getRecallRoute = route({
  method: 'GET',
  url: '/api/recalls/{recallId}',
  permission: 'recall.read',
  summary: '收回进度与已使用、收不回的券',
  params: recall,
  query: Type.Object(pageQuery),
  reply: Type.Object({
    recallId: Id,
    batchId: Id,
    state: OneOf(['prepared', 'approved', 'rejected', 'done']),
    reason: Type.String(),
    voidedCount: Type.Integer(),
    kept: Type.Array(
      Type.Object({ voucherId: Id, state: OneOf(['used', 'held']), faceFen: PositiveFen }),
    ),
    next: Type.Optional(Type.String()),
  }),
  refusals: ['not_found'],
});
