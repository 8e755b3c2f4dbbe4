import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Id, InstantWire, OneOf, Page, pageQuery, Paragraph } from '../../http/wire.ts';

const kinds = ['claim', 'payment', 'refund', 'price', 'refused', 'misuse', 'other'] as const;
const decisions = ['upheld', 'dismissed', 'explained'] as const;
const textMax = 500;
const answerMax = 500;

const answer = Type.Optional(
  Type.Object({
    decision: Type.Enum([...decisions]),
    text: Type.String(),
    at: InstantWire,
    by: Type.Optional(Type.String({ description: '答复单位' })),
  }),
);

const told = {
  complaintId: Id,
  programmeId: Id,
  kind: Type.Enum([...kinds]),
  shopName: Type.Optional(Type.String()),
  redemptionId: Type.Optional(Id),
  text: Type.String(),
  filedAt: InstantWire,
  dueAt: InstantWire,
  answer,
};

export const fileComplaintRoute = route({
  method: 'POST',
  url: '/api/complaints',
  permission: 'complaint.create',
  summary: '居民投诉：针对活动，可注明门店或一笔付款',
  body: Type.Object({
    programmeId: Id,
    kind: OneOf(kinds),
    text: Paragraph(textMax),
    shopId: Type.Optional(Id),
    redemptionId: Type.Optional(Id),
  }),
  reply: Type.Object({ complaintId: Id, dueAt: InstantWire }),
  status: 'created',
  refusals: ['not_found', 'forbidden', 'too_many_attempts'],
});

export const listOwnComplaintsRoute = route({
  method: 'GET',
  url: '/api/me/complaints',
  permission: 'complaint.read',
  summary: '我的投诉和答复，最近的在前',
  query: Type.Object(pageQuery),
  reply: Page(Type.Object({ ...told, programmeTitle: Type.String() })),
  refusals: ['forbidden'],
});

export const listComplaintsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/complaints',
  permission: 'complaint.read',
  summary: '活动的投诉：待答复的先到先列、超期的因此在最前，已答复的最近在前',
  params: Type.Object({ programmeId: Id }),
  query: Type.Object({ state: OneOf(['open', 'answered']), ...pageQuery }),
  reply: Page(Type.Object({ ...told, phone: Type.String(), isLate: Type.Boolean() })),
  refusals: ['not_found'],
});

export const countComplaintsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/complaint-counts',
  permission: 'complaint.read',
  summary: '待答复的投诉有几件，其中几件超期',
  params: Type.Object({ programmeId: Id }),
  reply: Type.Object({ openCount: Type.Integer(), lateCount: Type.Integer() }),
  refusals: ['not_found'],
});

export const answerComplaintRoute = route({
  method: 'POST',
  url: '/api/complaints/{complaintId}/answer',
  permission: 'complaint.answer',
  summary: '答复并办结投诉，须有结论',
  params: Type.Object({ complaintId: Id }),
  body: Type.Object({ decision: OneOf(decisions), text: Paragraph(answerMax) }),
  reply: Type.Object({ answeredAt: InstantWire }),
  refusals: ['not_found', 'already_decided'],
});
