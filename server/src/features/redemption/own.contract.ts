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
      programmeId: Id,
      kind: Type.String(),
      kindName: Type.String(),
      shopName: Type.String(),
      state: Type.Enum(['tried', 'sent', 'committed', 'cancelled', 'voided', 'reversed']),
      orderFen: FenWire,
      deductionFen: FenWire,
      cashFen: FenWire,
      refundedFen: FenWire,
      triedAt: InstantWire,
      decidedAt: Type.Optional(InstantWire),
      refunds: Type.Array(
        Type.Object({
          kind: Type.Enum(['refund', 'reversal']),
          amountFen: FenWire,
          cashFen: FenWire,
          voucherFen: FenWire,
          outcome: Type.Enum(['restored', 'available', 'return_due', 'forfeited']),
          usableFrom: Type.Optional(InstantWire),
          at: InstantWire,
        }),
      ),
    }),
  ),
  refusals: ['real_name_required'],
});
