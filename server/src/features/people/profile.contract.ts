import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { FenWire, Id, InstantWire, OneOf, Page, pageQuery } from '../../http/wire.ts';

export const getProfileRoute = route({
  method: 'GET',
  url: '/api/me/profile',
  permission: 'signed_in',
  summary: '本人资料(脱敏)',
  reply: Type.Object({
    phone: Type.String(),
    name: Type.Optional(Type.String()),
    idNumber: Type.Optional(Type.String()),
    verifiedAt: Type.Optional(InstantWire),
  }),
  refusals: ['session_ended', 'forbidden'],
});

export const listAccessesRoute = route({
  method: 'GET',
  url: '/api/me/personal-data-accesses',
  permission: 'signed_in',
  summary: '谁查看过我的信息',
  query: Type.Object(pageQuery),
  reply: Page(
    Type.Object({
      at: InstantWire,
      by: Type.String({ description: '查看方所在单位' }),
      reason: Type.Optional(Type.String()),
    }),
  ),
  refusals: ['real_name_required', 'forbidden'],
});

export const listOwnEntitlementsRoute = route({
  method: 'GET',
  url: '/api/me/entitlements',
  permission: 'signed_in',
  summary: '我在哪些发放名单中，进展如何',
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        programmeId: Id,
        code: Type.String(),
        title: Type.String(),
        source: Type.String(),
        amountFen: FenWire,
        state: OneOf(['waiting', 'bound', 'issued', 'returned', 'registration_closed']),
      }),
    ),
  }),
  refusals: ['real_name_required', 'forbidden'],
});
