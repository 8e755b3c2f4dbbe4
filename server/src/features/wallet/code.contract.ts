import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Empty, Id, InstantWire, LocationWire, SafeText } from '../../http/wire.ts';

export const issueCodeRoute = route({
  method: 'POST',
  url: '/api/wallet/payment-codes',
  permission: 'payment_code.create',
  summary: '取一个动态付款码，60秒内一次有效',
  body: Type.Object({ voucherId: Type.Optional(Id), location: Type.Optional(LocationWire) }),
  notInput: ['location'],
  reply: Type.Object({
    code: Type.String({ description: '19位数字，二维码与条形码同码' }),
    validFrom: InstantWire,
    expiresAt: InstantWire,
    refreshAfter: InstantWire,
  }),
  status: 'created',
  refusals: ['real_name_required', 'not_found'],
});

export const scanShopRoute = route({
  method: 'POST',
  url: '/api/wallet/shop-scans',
  permission: 'payment_code.create',
  summary: '主扫商户收款码：一律不支持核销',
  body: Type.Object({ content: SafeText(500) }),
  reply: Empty,
  refusals: ['mode_not_supported'],
  idempotent: false,
});
