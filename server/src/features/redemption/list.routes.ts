import { fen, fenOnWire, zeroFen, type Fen } from '@huiquan/domain/fen.ts';
import { dayOf, instantText, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import type { Principal } from '../../http/principal.ts';
import { getShop } from '../merchant/shop.ts';
import { atTill } from './at-till.ts';
import { findRedemption } from './decide.ts';
import * as contract from './list.contract.ts';
import { listShopRedemptions, shopTotals, type DaySums, type ListedRedemption } from './list.ts';
import { previewRefund } from './refund.ts';

const pageSize = 50;

/** A cashier sees his shop's own day; others may name one. Refuses `forbidden`. */
function dayAsked(principal: Principal, day: string | undefined, now: Instant): string {
  const today = dayOf(now);
  if (principal.kind === 'terminal' && day !== undefined && day !== today) refuse('forbidden');
  return day ?? today;
}

const lookerOf = (principal: Principal) => ({
  cashierId: principal.kind === 'terminal' ? principal.cashierId : undefined,
});

function redemptionWire({ cashier, decidedAt, ...one }: ListedRedemption) {
  return {
    ...one,
    ...(cashier === undefined ? {} : { cashier }),
    orderFen: fenOnWire(one.orderFen),
    deductionFen: fenOnWire(one.deductionFen),
    cashFen: fenOnWire(one.cashFen),
    refundedFen: fenOnWire(one.refundedFen),
    refundedVoucherFen: fenOnWire(one.refundedVoucherFen),
    triedAt: instantText(one.triedAt),
    ...(decidedAt === null ? {} : { decidedAt: instantText(decidedAt) }),
  };
}

const amounts = [
  'orderFen',
  'voucherFen',
  'collectedFen',
  'networkFen',
  'refundedFen',
  'refundedVoucherFen',
  'refundedCollectedFen',
] as const;

const noSums: DaySums = {
  redemptions: 0,
  refunds: 0,
  orderFen: zeroFen,
  voucherFen: zeroFen,
  collectedFen: zeroFen,
  networkFen: zeroFen,
  refundedFen: zeroFen,
  refundedVoucherFen: zeroFen,
  refundedCollectedFen: zeroFen,
};

function added(one: DaySums, other: DaySums): DaySums {
  const sum = (key: (typeof amounts)[number]): Fen => fen(one[key] + other[key]);
  return {
    redemptions: one.redemptions + other.redemptions,
    refunds: one.refunds + other.refunds,
    orderFen: sum('orderFen'),
    voucherFen: sum('voucherFen'),
    collectedFen: sum('collectedFen'),
    networkFen: sum('networkFen'),
    refundedFen: sum('refundedFen'),
    refundedVoucherFen: sum('refundedVoucherFen'),
    refundedCollectedFen: sum('refundedCollectedFen'),
  };
}

function sumsWire(sums: DaySums) {
  return {
    redemptions: sums.redemptions,
    refunds: sums.refunds,
    orderFen: fenOnWire(sums.orderFen),
    voucherFen: fenOnWire(sums.voucherFen),
    collectedFen: fenOnWire(sums.collectedFen),
    networkFen: fenOnWire(sums.networkFen),
    refundedFen: fenOnWire(sums.refundedFen),
    refundedVoucherFen: fenOnWire(sums.refundedVoucherFen),
    refundedCollectedFen: fenOnWire(sums.refundedCollectedFen),
  };
}

/** A shop's redemptions and sums of a day, and what a refund would do. */
export function listRoutes({ keys }: Context): readonly Handled[] {
  return [
    handle(contract.shopRedemptionsRoute, async (request) => {
      const { limit = pageSize } = request.query;
      const after = request.position<{ triedAt: Instant; redemptionId: string }>();
      const found = await request.read(async (tx) => {
        const { shopId, merchantId } = await getShop(tx, request.params.shopId);
        request.authorize({ shopId, merchantId });
        const day = dayAsked(request.principal, request.query.day, tx.now);
        const looker = lookerOf(request.principal);
        return listShopRedemptions(tx, keys, { shopId, day, after, limit, looker });
      });
      const last = found.length === limit ? found.at(-1) : undefined;
      const items = found.map(redemptionWire);
      if (last === undefined) return { items };
      const { triedAt, redemptionId } = last;
      return { items, next: request.cursor({ triedAt, redemptionId }) };
    }),
    handle(contract.shopTotalsRoute, (request) =>
      request.read(async (tx) => {
        const { shopId, merchantId, name } = await getShop(tx, request.params.shopId);
        request.authorize({ shopId, merchantId });
        const day = dayAsked(request.principal, request.query.day, tx.now);
        const { cashiers, undecided } = await shopTotals(tx, keys, { merchantId, shopId, day });
        return {
          day,
          shopName: name,
          at: instantText(tx.now),
          cashiers: cashiers.map((one) => ({ name: one.name, ...sumsWire(one) })),
          shop: sumsWire(cashiers.reduce(added, noSums)),
          undecided,
        };
      }),
    ),
    handle(contract.refundPreviewRoute, (request) =>
      atTill(() =>
        request.read(async (tx) => {
          const { redemptionId } = request.params;
          const found = (await findRedemption(tx, redemptionId)) ?? refuse('not_found');
          const { shopId, merchantId } = found;
          request.authorize({ shopId, merchantId });
          const { cashierId } = lookerOf(request.principal);
          const by =
            cashierId === undefined
              ? ({ kind: 'owner', merchantId } as const)
              : ({ kind: 'till', shopId, cashierId } as const);
          const amountFen = fen(request.query.amountFen);
          const seen = await previewRefund(tx, { redemptionId, amountFen, by });
          const { usableFrom } = seen;
          return {
            amountFen: fenOnWire(seen.amountFen),
            voucherFen: fenOnWire(seen.voucherFen),
            cashFen: fenOnWire(seen.cashFen),
            payment: seen.payment,
            isVoucherRestored: seen.isVoucherRestored,
            ...(usableFrom === undefined ? {} : { usableFrom: instantText(usableFrom) }),
          };
        }),
      ),
    ),
  ];
}
