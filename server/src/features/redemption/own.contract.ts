import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { FenWire, Id, InstantWire, Page, pageQuery } from '../../http/wire.ts';

export const listOwnRedemptionsRoute = route({
  method: 'GET',
  url: '/api/wallet/redemptions',
  permission: 'redemption.read',
  summary: '我的用券记录，最近的在前',
  query: Type.Object(pageQuery),
  reply: Page(
    Type.Object({
      redemptionId: Id,
      voucherId: Id,
      kind: Type.String(),
      shopName: Type.String(),
      state: Type.Enum(['tried', 'sent', 'committed', 'cancelled', 'voided', 'reversed']),
      orderFen: FenWire,
      deductionFen: FenWire,
      cashFen: FenWire,
      refundedFen: FenWire,
      triedAt: InstantWire,
      decidedAt: Type.Optional(InstantWire),
    }),
  ),
  refusals: ['real_name_required'],
});
