import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Id, InstantWire } from '../../http/wire.ts';

const merchantStates = ['active', 'suspended', 'disqualified'] as const;

export const tillRoute = route({
  method: 'GET',
  url: '/api/till',
  permission: 'public',
  summary: '终端自身：所在门店、当前收银员、服务器时间(请求须由终端签名)',
  reply: Type.Object({
    terminalId: Id,
    label: Type.String(),
    pausedUntil: Type.Optional(InstantWire),
    shopId: Id,
    shopName: Type.String(),
    shopState: Type.Enum(['open', 'closed']),
    merchantId: Id,
    merchantName: Type.String(),
    merchantState: Type.Enum([...merchantStates]),
    cashier: Type.Optional(Type.Object({ loginName: Type.String(), name: Type.String() })),
    now: InstantWire,
  }),
  refusals: ['signature_invalid'],
});

export const ownMerchantsRoute = route({
  method: 'GET',
  url: '/api/owner/merchants',
  permission: 'merchant.update',
  summary: '店主名下的商户与门店；未登记的给出待登记编号',
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        merchantId: Id,
        uscc: Type.String(),
        name: Type.String(),
        regionCode: Type.String(),
        industry: Type.String(),
        state: Type.Enum([...merchantStates]),
        shops: Type.Array(
          Type.Object({
            shopId: Id,
            name: Type.String(),
            address: Type.String(),
            state: Type.Enum(['open', 'closed']),
          }),
        ),
      }),
    ),
    unregistered: Type.Array(Id),
  }),
  refusals: [],
});
