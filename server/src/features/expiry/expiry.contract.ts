import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  ContentHash,
  DayWire,
  Empty,
  FenWire,
  Id,
  InstantWire,
  OneOf,
  PositiveFen,
  SignedFen,
} from '../../http/wire.ts';

const approval = { secondFactor: true, recentSignIn: true } as const;
const programme = Type.Object({ programmeId: Id });
const closing = Type.Object({ closingOrderId: Id });
const fundReturn = Type.Object({ returnId: Id });

export const extendProgrammeRoute = route({
  method: 'POST',
  url: '/api/programme-versions/{versionId}/extension-approval',
  permission: 'programme.approve',
  summary: '审批延期：未使用且未到期的券一并顺延',
  params: Type.Object({ versionId: Id }),
  body: Type.Object({ contentHash: ContentHash }),
  reply: Type.Object({ moved: Type.Integer({ description: '顺延的券张数' }) }),
  refusals: [
    'not_found',
    'programme_closed',
    'plan_has_errors',
    'content_changed',
    'already_decided',
    'separation_of_duties',
  ],
  ...approval,
});

export const prepareClosingRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/closings',
  permission: 'programme.close_prepare',
  summary: '申请结束活动(全部券到期之后)',
  params: programme,
  reply: Type.Object({ closingOrderId: Id }),
  status: 'created',
  refusals: ['not_found', 'programme_not_running', 'programme_closed', 'state_conflict'],
});

export const listClosingsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/closings',
  permission: 'programme.read',
  summary: '结束活动的申请及其状态，新的在前',
  params: programme,
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        closingOrderId: Id,
        state: Type.Enum(['prepared', 'approved', 'rejected', 'done']),
        preparedBy: Id,
        createdAt: InstantWire,
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const approveClosingRoute = route({
  method: 'POST',
  url: '/api/closings/{closingOrderId}/approval',
  permission: 'programme.close_approve',
  summary: '审批结束活动：结清发放、到期与剩余资金',
  params: closing,
  reply: Empty,
  status: 'accepted',
  refusals: [
    'not_found',
    'already_decided',
    'separation_of_duties',
    'programme_not_running',
    'programme_closed',
    'state_conflict',
  ],
  ...approval,
});

export const rejectClosingRoute = route({
  method: 'POST',
  url: '/api/closings/{closingOrderId}/rejection',
  permission: 'programme.close_approve',
  summary: '驳回结束活动的申请',
  params: closing,
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'separation_of_duties'],
});

export const closingFiguresRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/closing-figures',
  permission: 'voucher.summary',
  summary: '发放、使用、结余与退回(逐资金户)',
  params: programme,
  reply: Type.Object({
    closedAt: Type.Optional(InstantWire),
    returnBy: Type.Optional(DayWire),
    funds: Type.Array(
      Type.Object({
        fundId: Id,
        fundedFen: SignedFen,
        issuedCount: Type.Integer(),
        issuedFen: FenWire,
        redeemedCount: Type.Integer(),
        redeemedFen: FenWire,
        recalledCount: Type.Integer(),
        heldCount: Type.Integer(),
        heldFen: FenWire,
        residualFen: SignedFen,
        returnDueFen: SignedFen,
        returnedFen: FenWire,
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const prepareReturnsRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/fund-returns',
  permission: 'fund_return.create',
  summary: '编制退回指令：每个资金户退回其自己的账户',
  params: programme,
  reply: Type.Object({
    items: Type.Array(Type.Object({ returnId: Id, fundId: Id, amountFen: PositiveFen })),
  }),
  status: 'created',
  refusals: ['not_found', 'state_conflict', 'nothing_to_return', 'programme_not_running'],
});

export const approveReturnRoute = route({
  method: 'POST',
  url: '/api/fund-returns/{returnId}/approval',
  permission: 'fund_return.approve',
  summary: '审批退回',
  params: fundReturn,
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'separation_of_duties', 'programme_not_running'],
  ...approval,
});

export const rejectReturnRoute = route({
  method: 'POST',
  url: '/api/fund-returns/{returnId}/rejection',
  permission: 'fund_return.approve',
  summary: '驳回退回',
  params: fundReturn,
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'separation_of_duties', 'programme_not_running'],
});

export const listReturnsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/fund-returns',
  permission: 'fund_return.read',
  summary: '退回指令及其状态、最后期限',
  params: programme,
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        returnId: Id,
        fundId: Id,
        amountFen: PositiveFen,
        state: OneOf(['prepared', 'approved', 'sent', 'returned', 'failed', 'rejected']),
        returnBy: Type.Optional(DayWire),
        createdAt: InstantWire,
        sentAt: Type.Optional(InstantWire),
        returnedAt: Type.Optional(InstantWire),
      }),
    ),
  }),
  refusals: ['not_found'],
});
