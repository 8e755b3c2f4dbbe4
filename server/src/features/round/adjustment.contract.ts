import { Type } from 'typebox';
import { adjustmentTakes } from '@huiquan/domain/round/adjustment.ts';
import { route } from '../../http/contract.ts';
import {
  ContentHash,
  Count,
  Empty,
  Id,
  InstantWire,
  OneOf,
  PositiveFen,
  SafeText,
} from '../../http/wire.ts';

const programme = Type.Object({ programmeId: Id });
const adjustment = Type.Object({ adjustmentId: Id });

const Share = Type.Object({
  kind: Type.String(),
  fundId: Id,
  position: Type.Integer(),
  faceFen: PositiveFen,
  quantity: Type.Integer(),
});

const Adjustment = Type.Object({
  adjustmentId: Id,
  takes: OneOf(adjustmentTakes),
  sourceRoundId: Type.Optional(Id),
  targetRoundId: Type.Optional(Id),
  reason: Type.String(),
  state: OneOf(['prepared', 'approved', 'cancelled']),
  contentHash: ContentHash,
  preparedBy: Id,
  createdAt: InstantWire,
  shares: Type.Array(Share),
});

export const prepareAdjustmentRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/adjustments',
  permission: 'round.adjust_prepare',
  summary: '编制轮次调整：可用资金、未发库存、已结束轮次的结余或过期价值转入以后的轮次',
  params: programme,
  body: Type.Object({
    takes: OneOf(adjustmentTakes),
    sourceRoundId: Type.Optional(Id),
    targetRoundId: Type.Optional(Id),
    stock: Type.Array(Type.Object({ kind: SafeText(64), quantity: Count(1, 10_000_000) }), {
      minItems: 1,
      maxItems: 50,
    }),
    reason: SafeText(500),
  }),
  reply: Adjustment,
  status: 'created',
  refusals: [
    'not_found',
    'invalid_rule',
    'state_conflict',
    'round_closed',
    'insufficient_funds',
    'programme_not_running',
    'programme_closed',
  ],
});

export const approveAdjustmentRoute = route({
  method: 'POST',
  url: '/api/adjustments/{adjustmentId}/approve',
  permission: 'round.adjust_approve',
  summary: '审批轮次调整(须由另一人)，库存与资金即时生效',
  params: adjustment,
  body: Type.Object({ contentHash: ContentHash }),
  reply: Empty,
  refusals: [
    'not_found',
    'already_decided',
    'content_changed',
    'separation_of_duties',
    'invalid_rule',
    'state_conflict',
    'round_closed',
    'insufficient_funds',
    'programme_not_running',
    'programme_closed',
  ],
  secondFactor: true,
  recentSignIn: true,
});

export const cancelAdjustmentRoute = route({
  method: 'POST',
  url: '/api/adjustments/{adjustmentId}/cancel',
  permission: 'round.adjust_prepare',
  summary: '撤回未审批的轮次调整',
  params: adjustment,
  body: Empty,
  reply: Empty,
  refusals: ['not_found', 'already_decided'],
});

export const listAdjustmentsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/adjustments',
  permission: 'round.read',
  summary: '活动的轮次调整',
  params: programme,
  reply: Type.Object({ items: Type.Array(Adjustment) }),
  refusals: ['not_found'],
});
