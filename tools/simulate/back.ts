import * as contract from '../../server/src/features/redemption/redemption.contract.ts';
import { type Command, differs } from './command.ts';
import { type Model, move, type RedemptionModel, returnIfReleased } from './model.ts';

const dayMs = 86_400_000;
const shanghaiMs = 8 * 3_600_000;
const ownerDays = 7;

/** The end of the day in Shanghai that `at` lies in. */
const endOfDay = (at: number) => (Math.floor((at + shanghaiMs) / dayMs) + 1) * dayMs - shanghaiMs;

/** Half up, never more than is left of either part; the last part takes the remainder. */
function cashShare(one: RedemptionModel, amountFen: number): number {
  const cashLeft = one.cashFen - one.refundedCashFen;
  const left = one.orderFen - one.refundedFen;
  if (amountFen === left) return cashLeft;
  const rounded = Number(
    (2n * BigInt(amountFen) * BigInt(one.cashFen) + BigInt(one.orderFen)) /
      (2n * BigInt(one.orderFen)),
  );
  return Math.min(Math.max(rounded, amountFen - (left - cashLeft)), amountFen, cashLeft);
}

function restore(model: Model, one: RedemptionModel): void {
  const { voucher } = one;
  one.state = 'reversed';
  voucher.state = 'unused';
  move(voucher.fund, 'payable', 'outstanding', voucher.kind.faceFen);
  returnIfReleased(model, voucher);
}

const bought = (model: Model) =>
  model.redemptions
    .slice(-60)
    .filter((one) => one.state === 'committed' || one.state === 'reversed');

function refundOutcome(
  one: RedemptionModel,
  wish: { refundNo: string; amountFen: number },
): string {
  const known = one.refunds.find((refund) => refund.refundNo === wish.refundNo);
  if (known !== undefined) return known.amountFen === wish.amountFen ? 'ok' : 'amount_changed';
  if (one.state === 'reversed') return 'already_reversed';
  if (one.state !== 'committed') return 'state_conflict';
  const left = one.orderFen - one.refundedFen;
  if (left === 0) return 'already_reversed';
  return wish.amountFen > left ? 'refund_exceeds' : 'ok';
}

/** Goods come back, all or some. A whole refund in time gives the voucher back, parts never do. */
const refund: Command = {
  name: 'refund',
  weight: 12,
  draw: (model, chance) => {
    const list = chance.in100(85) ? bought(model) : model.redemptions.slice(-20);
    const one = chance.pick(list);
    if (one === undefined) return undefined;
    const left = one.orderFen - one.refundedFen;
    const part = 1 + chance.below(Math.max(1, left));
    const amountFen = chance.pick([one.orderFen, part, part, left + 1, Math.max(1, left)]) ?? 1;
    const known = chance.in100(15) ? chance.pick(one.refunds) : undefined;
    const refundNo = known?.refundNo ?? `R${one.refunds.length}-${model.now}`;
    const isOwner = chance.in100(25);
    const wish = { refundNo, amountFen };
    return {
      facts: [model.redemptions.indexOf(one), amountFen, known === undefined ? '' : 'again'],
      expected: refundOutcome(one, wish),
      send: (world) =>
        world.request(
          contract.refundRoute,
          { params: { redemptionId: one.redemptionId }, body: wish },
          (isOwner ? world.owners : world.tills)[one.till.index],
        ),
      accepted: (json) => {
        if (one.refunds.some((made) => made.refundNo === refundNo)) {
          return differs('amount', json.amountFen, amountFen);
        }
        const cashFen = cashShare(one, amountFen);
        const voucherFen = amountFen - cashFen;
        const isWhole = one.refundedFen === 0 && amountFen === one.orderFen;
        const isRestored = isWhole && model.now < one.voucher.validTo;
        one.refunds.push(wish);
        if (isRestored) restore(model, one);
        else move(one.voucher.fund, 'payable', 'available', voucherFen);
        one.refundedFen += amountFen;
        one.refundedCashFen += cashFen;
        return (
          differs('cash', json.cashFen, cashFen) ??
          differs('voucher part', json.voucherFen, voucherFen) ??
          differs('outcome', json.outcome, isRestored ? 'restored' : 'available')
        );
      },
    };
  },
};

type Undo = { readonly orderFen: number; readonly isOwner: boolean };

function reversalOutcome(model: Model, one: RedemptionModel, undo: Undo): string {
  if (one.state === 'reversed') return 'already_reversed';
  if (one.state !== 'committed') return 'state_conflict';
  if (one.refundedFen === one.orderFen) return 'already_reversed';
  if (undo.orderFen !== one.orderFen) return 'amount_changed';
  const until = endOfDay(one.committedAt) + (undo.isOwner ? ownerDays * dayMs : 0);
  if (model.now >= until) return 'reversal_window';
  return one.refundedFen > 0 ? 'refund_exceeds' : 'ok';
}

/** The till undoes its own commit: that day the cashier, for a week the owner. */
const reverse: Command = {
  name: 'reverse',
  weight: 10,
  draw: (model, chance) => {
    const parted = bought(model).filter(
      (sale) => sale.refundedFen > 0 && sale.state !== 'reversed',
    );
    const list = chance.in100(85) ? bought(model) : model.redemptions.slice(-20);
    const one = chance.pick(parted.length > 0 && chance.in100(45) ? parted : list);
    if (one === undefined) return undefined;
    const isOwner = chance.in100(40);
    const orderFen = chance.in100(75) ? one.orderFen : one.orderFen - 1;
    return {
      facts: [model.redemptions.indexOf(one), orderFen, isOwner ? 'owner' : 'till'],
      expected: reversalOutcome(model, one, { orderFen, isOwner }),
      send: (world) =>
        world.request(
          contract.reverseRoute,
          { params: { redemptionId: one.redemptionId }, body: { orderFen } },
          (isOwner ? world.owners : world.tills)[one.till.index],
        ),
      accepted: (json) => {
        const { fund, validTo } = one.voucher;
        const isReleased = model.released.has(`${fund.fundId} ${validTo}`);
        restore(model, one);
        return (
          differs('voucher part', json.voucherFen, one.voucher.kind.faceFen) ??
          differs('outcome', json.outcome, isReleased ? 'return_due' : 'restored')
        );
      },
    };
  },
};

export const backCommands: readonly Command[] = [refund, reverse];
