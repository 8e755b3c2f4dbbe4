import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  ContentHash,
  Count,
  Empty,
  FenWire,
  Id,
  InstantWire,
  LocationWire,
  PositiveFen,
  SafeText,
} from '../../http/wire.ts';

const approval = { secondFactor: true, recentSignIn: true } as const;
const round = Type.Object({ roundId: Id });
const programme = Type.Object({ programmeId: Id });
const Reason = Type.Object({ reason: SafeText(500) });

export const listRoundsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/rounds',
  permission: 'public',
  summary: '轮次、开抢时间与剩余张数(附服务器时间)',
  params: programme,
  reply: Type.Object({
    serverTime: InstantWire,
    pools: Type.Array(
      Type.Object({
        pool: Type.String(),
        name: Type.String(),
        state: Type.Enum(['not_funded', 'open', 'used_up']),
      }),
    ),
    items: Type.Array(
      Type.Object({
        number: Type.Integer(),
        roundId: Type.Optional(Id),
        opensAt: InstantWire,
        closesAt: InstantWire,
        state: Type.Enum(['planned', 'prepared', 'approved', 'stopped', 'closed']),
        stock: Type.Array(
          Type.Object({
            kind: Type.String(),
            quantity: Type.Integer(),
            remaining: Type.Integer(),
          }),
        ),
      }),
    ),
  }),
  refusals: ['not_found', 'programme_not_running'],
});

export const prepareRoundRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/rounds',
  permission: 'round.create',
  summary: '编制一轮：库存与资金占用(另一人审批后生效)',
  params: programme,
  body: Type.Object({
    number: Count(1, 1_000),
    stock: Type.Optional(
      Type.Array(Type.Object({ kind: SafeText(64), quantity: Count(1, 10_000_000) }), {
        minItems: 1,
        maxItems: 50,
      }),
    ),
  }),
  reply: Type.Object({
    roundId: Id,
    contentHash: ContentHash,
    shares: Type.Array(
      Type.Object({
        kind: Type.String(),
        fundId: Id,
        position: Type.Integer(),
        faceFen: PositiveFen,
        quantity: Type.Integer(),
      }),
    ),
  }),
  status: 'created',
  refusals: [
    'not_found',
    'state_conflict',
    'round_closed',
    'insufficient_funds',
    'invalid_rule',
    'programme_not_running',
    'programme_closed',
  ],
});

export const approveRoundRoute = route({
  method: 'POST',
  url: '/api/rounds/{roundId}/approve',
  permission: 'round.approve',
  summary: '审批一轮，占用资金，到点自动开放',
  params: round,
  body: Type.Object({ contentHash: ContentHash }),
  reply: Empty,
  refusals: [
    'not_found',
    'already_decided',
    'content_changed',
    'separation_of_duties',
    'round_closed',
    'insufficient_funds',
    'programme_not_running',
    'programme_closed',
  ],
  ...approval,
});

export const cancelRoundRoute = route({
  method: 'POST',
  url: '/api/rounds/{roundId}/cancel',
  permission: 'round.create',
  summary: '撤回未审批的轮次',
  params: round,
  body: Empty,
  reply: Empty,
  refusals: ['not_found', 'already_decided'],
});

export const stopRoundRoute = route({
  method: 'POST',
  url: '/api/rounds/{roundId}/stop',
  permission: 'round.stop',
  summary: '紧急停止一轮(一人即可)',
  params: round,
  body: Reason,
  reply: Empty,
  refusals: ['not_found', 'state_conflict'],
});

export const requestRestartRoute = route({
  method: 'POST',
  url: '/api/rounds/{roundId}/restart',
  permission: 'round.create',
  summary: '申请恢复已停止的轮次',
  params: round,
  body: Reason,
  reply: Type.Object({ restartId: Id }),
  status: 'created',
  refusals: ['not_found', 'state_conflict'],
});

export const approveRestartRoute = route({
  method: 'POST',
  url: '/api/rounds/{roundId}/restarts/{restartId}/approve',
  permission: 'round.approve',
  summary: '批准恢复(须由另一人)',
  params: Type.Object({ roundId: Id, restartId: Id }),
  body: Empty,
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'separation_of_duties', 'state_conflict'],
  ...approval,
});

export const closeRoundRoute = route({
  method: 'POST',
  url: '/api/rounds/{roundId}/close',
  permission: 'round.create',
  summary: '轮次结束，未发出的资金退回可用',
  params: round,
  body: Empty,
  reply: Empty,
  refusals: ['not_found', 'state_conflict'],
});

export const claimRoute = route({
  method: 'POST',
  url: '/api/rounds/{roundId}/claims',
  permission: 'claim.create',
  summary: '抢券',
  params: round,
  body: Type.Object({
    kind: SafeText(64),
    captchaPass: Type.Optional(
      Type.String({ minLength: 1, maxLength: 4_000, pattern: '^[A-Za-z0-9._-]+$' }),
    ),
    location: Type.Optional(LocationWire),
  }),
  notInput: ['captchaPass', 'location'],
  reply: Type.Object({
    voucherId: Id,
    kind: Type.String(),
    faceFen: FenWire,
    validFrom: InstantWire,
    validTo: InstantWire,
  }),
  status: 'created',
  refusals: [
    'not_found',
    'real_name_required',
    'round_not_open',
    'round_closed',
    'sold_out',
    'limit_reached',
    'cap_exceeded',
    'kinds_exclusive',
    'captcha_required',
    'captcha_invalid',
    'consent_required',
    'location_required',
    'location_inaccurate',
    'location_not_eligible',
    'too_many_attempts',
    'invalid_rule',
    'risk_controls_degraded',
    'programme_not_running',
    'programme_closed',
  ],
});
