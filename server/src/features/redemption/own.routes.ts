import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { personOf } from '../../http/principal.ts';
import { listOwnRedemptionsRoute } from './own.contract.ts';
import { listOwnRedemptions, type OwnRedemption, type OwnRefund } from './own.ts';

const pageSize = 20;

function refundWire({ usableFrom, ...one }: OwnRefund) {
  return {
    ...one,
    amountFen: fenOnWire(one.amountFen),
    cashFen: fenOnWire(one.cashFen),
    voucherFen: fenOnWire(one.voucherFen),
    ...(usableFrom === null ? {} : { usableFrom: instantText(usableFrom) }),
    at: instantText(one.at),
  };
}

function ownWire({ decidedAt, ...one }: OwnRedemption) {
  return {
    ...one,
    orderFen: fenOnWire(one.orderFen),
    deductionFen: fenOnWire(one.deductionFen),
    cashFen: fenOnWire(one.cashFen),
    refundedFen: fenOnWire(one.refundedFen),
    refunds: one.refunds.map(refundWire),
    triedAt: instantText(one.triedAt),
    ...(decidedAt === null ? {} : { decidedAt: instantText(decidedAt) }),
  };
}

/** What the wallet's owner sees of its use. */
export const ownRoutes: readonly Handled[] = [
  handle(listOwnRedemptionsRoute, async (request) => {
    const personId = personOf(request.principal);
    request.authorize({ personId });
    const { limit = pageSize } = request.query;
    const before = request.position<string>();
    const found = await request.read((tx) => listOwnRedemptions(tx, { personId, before, limit }));
    const last = found.length === limit ? found.at(-1) : undefined;
    const items = found.map(ownWire);
    return { items, ...(last === undefined ? {} : { next: request.cursor(last.redemptionId) }) };
  }),
];
