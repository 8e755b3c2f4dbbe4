import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Empty, Id, InstantWire, OneOf, SafeText } from '../../http/wire.ts';

/** Where the phone says it is; only the verdict is kept. */
export const LocationWire = Type.Object({
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  datum: OneOf(['wgs84', 'gcj02']),
  accuracyM: Type.Number({ minimum: 0, maximum: 1_000_000 }),
  ageMs: Type.Number({ minimum: -1_000_000_000, maximum: 1_000_000_000 }),
  isMocked: Type.Boolean(),
});

export const issueCodeRoute = route({
  method: 'POST',
  url: '/api/wallet/payment-codes',
  permission: 'payment_code.create',
  summary: '取一个动态付款码,60秒内一次有效',
  body: Type.Object({ voucherId: Type.Optional(Id), location: Type.Optional(LocationWire) }),
  notInput: ['location'],
  reply: Type.Object({
    code: Type.String({ description: '19位数字,二维码与条形码同码' }),
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
  summary: '主扫商户收款码:一律不支持核销',
  body: Type.Object({ content: SafeText(500) }),
  reply: Empty,
  refusals: ['mode_not_supported'],
  idempotent: false,
});
