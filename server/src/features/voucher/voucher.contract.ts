import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { FenWire, Id, InstantWire, OneOf, Page, pageQuery, PositiveFen } from '../../http/wire.ts';

export const walletRoute = route({
  method: 'GET',
  url: '/api/wallet/vouchers',
  permission: 'voucher.read',
  summary: '我的消费券：未使用、已使用、已过期',
  query: Type.Object({ tab: OneOf(['unused', 'used', 'expired']), ...pageQuery }),
  reply: Page(
    Type.Object({
      voucherId: Id,
      programmeId: Id,
      programmeTitle: Type.String(),
      kind: Type.String(),
      kindName: Type.String(),
      faceFen: PositiveFen,
      channel: Type.String(),
      state: OneOf(['unused', 'held', 'used']),
      usableFrom: InstantWire,
      validTo: InstantWire,
      rule: Type.String({ description: '用券门槛与抵扣金额' }),
      categories: Type.Array(Type.String()),
    }),
  ),
  refusals: ['real_name_required'],
});

export const voucherFiguresRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/voucher-figures',
  permission: 'voucher.summary',
  summary: '发放与使用情况(按券种和渠道)',
  params: Type.Object({ programmeId: Id }),
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        kind: Type.String(),
        channel: Type.String(),
        issuedCount: Type.Integer(),
        issuedFen: FenWire,
        usedCount: Type.Integer(),
        usedFen: FenWire,
        heldCount: Type.Integer(),
        recalledCount: Type.Integer(),
        expiredCount: Type.Integer(),
        unusedCount: Type.Integer(),
      }),
    ),
  }),
  refusals: ['not_found'],
});
