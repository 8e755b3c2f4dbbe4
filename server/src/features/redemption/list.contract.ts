import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  Count,
  DayWire,
  FenWire,
  Id,
  InstantWire,
  Page,
  pageQuery,
  PositiveFen,
} from '../../http/wire.ts';

const shop = Type.Object({ shopId: Id });
const states = ['tried', 'sent', 'committed', 'cancelled', 'voided', 'reversed'] as const;

const Sums = {
  redemptions: Count(0, 1_000_000),
  orderFen: FenWire,
  voucherFen: FenWire,
  collectedFen: FenWire,
  networkFen: FenWire,
  refunds: Count(0, 1_000_000),
  refundedFen: FenWire,
  refundedVoucherFen: FenWire,
  refundedCollectedFen: FenWire,
};

export const shopRedemptionsRoute = route({
  method: 'GET',
  url: '/api/shops/{shopId}/redemptions',
  permission: 'redemption.read',
  summary: '门店一日的核销明细，新的在前；收银员只看当日',
  params: shop,
  query: Type.Object({ ...pageQuery, day: Type.Optional(DayWire) }),
  reply: Page(
    Type.Object({
      redemptionId: Id,
      state: Type.Enum([...states]),
      payment: Type.Enum(['network', 'merchant']),
      voucherName: Type.String(),
      customer: Type.String(),
      cashier: Type.Optional(Type.String()),
      terminalLabel: Type.String(),
      orderFen: FenWire,
      deductionFen: FenWire,
      cashFen: FenWire,
      refundedFen: FenWire,
      refundedVoucherFen: FenWire,
      triedAt: InstantWire,
      decidedAt: Type.Optional(InstantWire),
      mayReverse: Type.Boolean(),
    }),
  ),
  refusals: ['not_found', 'forbidden'],
});

export const shopTotalsRoute = route({
  method: 'GET',
  url: '/api/shops/{shopId}/totals',
  permission: 'redemption.read',
  summary: '门店一日合计：按收银员与全店；收银员只看当日',
  params: shop,
  query: Type.Object({ day: Type.Optional(DayWire) }),
  reply: Type.Object({
    day: DayWire,
    shopName: Type.String(),
    at: InstantWire,
    cashiers: Type.Array(Type.Object({ name: Type.String(), ...Sums })),
    shop: Type.Object(Sums),
    undecided: Count(0, 1_000_000),
  }),
  refusals: ['not_found', 'forbidden'],
});

export const refundPreviewRoute = route({
  method: 'GET',
  url: '/api/redemptions/{redemptionId}/refund-preview',
  permission: 'refund.create',
  summary: '退款前看清楚：顾客得多少现金，券怎么处理；不改变任何内容',
  params: Type.Object({ redemptionId: Id }),
  query: Type.Object({ amountFen: PositiveFen }),
  reply: Type.Object({
    amountFen: FenWire,
    voucherFen: FenWire,
    cashFen: FenWire,
    payment: Type.Enum(['network', 'merchant']),
    isVoucherRestored: Type.Boolean(),
    usableFrom: Type.Optional(InstantWire),
  }),
  refusals: ['not_found', 'already_reversed', 'refund_exceeds', 'state_conflict'],
});
