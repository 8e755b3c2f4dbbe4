import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Id, InstantWire, OneOf } from '../../http/wire.ts';

export const reviewChecksRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/merchants/{merchantId}/checks',
  permission: 'merchant.read',
  summary: '报名的自动核对：信用代码、失信名单、方案条件',
  params: Type.Object({ programmeId: Id, merchantId: Id }),
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        check: OneOf(['credit_code', 'dishonesty', 'conditions']),
        passes: Type.Boolean(),
        told: Type.Optional(Type.String()),
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const listSanctionsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/merchant-sanctions',
  permission: 'merchant.read',
  summary: '活动中对商户的处置，待复核的在前',
  params: Type.Object({ programmeId: Id }),
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        sanctionId: Id,
        merchantId: Id,
        name: Type.String(),
        kind: OneOf(['suspend', 'disqualify', 'restore']),
        state: OneOf(['prepared', 'approved', 'rejected']),
        evidence: Type.String(),
        preparedBy: Type.String(),
        approvedBy: Type.Optional(Type.String()),
        createdAt: InstantWire,
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const listListingsRoute = route({
  method: 'GET',
  url: '/api/dishonesty-listings',
  permission: 'dishonesty.read',
  summary: '失信名单，含待复核和已移出的',
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        listingId: Id,
        uscc: Type.String(),
        name: Type.Optional(Type.String()),
        evidence: Type.String(),
        listedBy: Type.String(),
        approvedBy: Type.Optional(Type.String()),
        listedAt: InstantWire,
        endedAt: Type.Optional(InstantWire),
      }),
    ),
  }),
  refusals: [],
});
