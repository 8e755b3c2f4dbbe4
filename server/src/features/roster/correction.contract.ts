import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Id, PersonNameWire, PhoneWire, ResidentIdWire, SafeText } from '../../http/wire.ts';

export const findListedRoute = route({
  method: 'POST',
  url: '/api/rosters/{rosterId}/search',
  permission: 'roster.update',
  summary: '按身份证号或手机号在名单中查找一人(脱敏,留痕)',
  params: Type.Object({ rosterId: Id }),
  body: Type.Object({
    idNumber: Type.Optional(ResidentIdWire),
    phone: Type.Optional(PhoneWire),
    reason: SafeText(200),
  }),
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        entitlementId: Id,
        row: Type.Integer(),
        state: Type.String(),
        isBound: Type.Boolean(),
        name: Type.String(),
        phone: Type.Optional(Type.String()),
        idNumber: Type.Optional(Type.String()),
      }),
    ),
  }),
  refusals: ['not_found'],
  idempotent: false,
});

export const correctEntitlementRoute = route({
  method: 'POST',
  url: '/api/rosters/{rosterId}/entitlements/{entitlementId}/correction',
  permission: 'roster.update',
  summary: '协助居民更正姓名或手机号(发放前,须写明原因)',
  params: Type.Object({ rosterId: Id, entitlementId: Id }),
  body: Type.Object({
    name: Type.Optional(PersonNameWire),
    phone: Type.Optional(PhoneWire),
    reason: SafeText(200),
  }),
  reply: Type.Object({ isBound: Type.Boolean({ description: '已与实名居民关联' }) }),
  refusals: ['not_found', 'invalid_fields', 'state_conflict'],
  secondFactor: true,
});
