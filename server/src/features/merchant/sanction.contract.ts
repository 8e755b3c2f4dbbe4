import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Empty, Id, OneOf, Paragraph, SafeText } from '../../http/wire.ts';

const approval = { secondFactor: true, recentSignIn: true } as const;
const listing = Type.Object({ listingId: Id });
const sanction = Type.Object({ sanctionId: Id });
const evidence = Paragraph(2_000);

export const suspendRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/merchants/{merchantId}/suspension',
  permission: 'merchant.suspend',
  summary: '立即暂停商户受理，一人即可',
  params: Type.Object({ programmeId: Id, merchantId: Id }),
  body: Type.Object({ evidence }),
  reply: sanction,
  status: 'created',
  refusals: ['not_found', 'state_conflict'],
});

export const prepareSanctionRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/merchants/{merchantId}/sanctions',
  permission: 'merchant.sanction_prepare',
  summary: '提出取消资格或恢复受理，待另一人复核',
  params: Type.Object({ programmeId: Id, merchantId: Id }),
  body: Type.Object({ kind: OneOf(['disqualify', 'restore']), evidence }),
  reply: sanction,
  status: 'created',
  refusals: ['not_found'],
});

export const decideSanctionRoute = route({
  method: 'POST',
  url: '/api/merchant-sanctions/{sanctionId}/decision',
  permission: 'merchant.sanction_approve',
  summary: '复核取消资格或恢复受理',
  params: sanction,
  body: Type.Object({ decision: OneOf(['approved', 'rejected']) }),
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'separation_of_duties', 'state_conflict'],
  ...approval,
});

export const listDishonestRoute = route({
  method: 'POST',
  url: '/api/dishonesty-listings',
  permission: 'dishonesty.create',
  summary: '提出列入失信名单，附证据，待另一人复核',
  body: Type.Object({ programmeId: Id, uscc: SafeText(40), evidence }),
  reply: listing,
  status: 'created',
  refusals: ['not_found', 'invalid_uscc'],
});

export const approveListingRoute = route({
  method: 'POST',
  url: '/api/dishonesty-listings/{listingId}/approval',
  permission: 'dishonesty.approve',
  summary: '复核列入失信名单，下一次扫码起生效',
  params: listing,
  body: Type.Object({ programmeId: Id }),
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'separation_of_duties'],
  ...approval,
});

export const endListingRoute = route({
  method: 'POST',
  url: '/api/dishonesty-listings/{listingId}/end',
  permission: 'dishonesty.approve',
  summary: '移出失信名单',
  params: listing,
  body: Type.Object({ programmeId: Id }),
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'separation_of_duties'],
  ...approval,
});
