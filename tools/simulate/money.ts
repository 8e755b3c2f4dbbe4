import { createHash } from 'node:crypto';
import { newId } from '@huiquan/domain/ids.ts';
import * as contract from '../../server/src/features/fund/funding.contract.ts';
import type { Command } from './command.ts';
import type { OrderModel } from './model.ts';

const nowhere = '018f0000-0000-7000-8000-000000000000';

const richFen = 90_000;

/** A funder states what it will pay. */
const orderFunds: Command = {
  name: 'order_funds',
  weight: 3,
  draw: (model, chance) => {
    const fund = chance.pick(model.funds);
    if (fund === undefined) return undefined;
    // Money stays scarce: rounds compete for it.
    const isRich = fund.balances.available > richFen;
    const amountFen = 100 * (1 + chance.below(isRich ? 30 : 1_800));
    const isStrange = chance.in100(12);
    const isTwice = !isStrange && chance.in100(8);
    const line = { fundId: isStrange ? nowhere : fund.fundId, amountFen };
    const running = model.programme === 'published' ? 'ok' : 'programme_not_running';
    return {
      facts: [fund.pool, amountFen, isStrange ? 'strange' : isTwice ? 'twice' : ''],
      expected: isStrange ? 'not_found' : isTwice ? 'invalid_rule' : running,
      send: (world) =>
        world.request(
          contract.prepareFundingOrderRoute,
          { body: { lines: isTwice ? [line, line] : [line] } },
          world.commerce[0],
        ),
      accepted: (json) => {
        model.orders.push({
          orderId: json.fundingOrderId,
          fund,
          amountFen,
          state: 'open',
          waiting: undefined,
          decided: [],
        });
        return undefined;
      },
    };
  },
};

const recent = <T>(list: readonly T[], count = 12): readonly T[] => list.slice(-count);

/** Somebody of the treasury says that the money is allotted, by a signed paper. */
const sayPaid: Command = {
  name: 'say_paid',
  weight: 4,
  draw: (model, chance) => {
    const order = chance.pick(recent(model.orders));
    if (order === undefined) return undefined;
    const by = chance.below(2);
    const documentNumber = `预拨〔2023〕${model.orders.indexOf(order)}-${model.now}号`;
    const documentDigest = createHash('sha256').update(newId()).digest('hex');
    const body = { documentNumber, documentDigest, note: '预拨' };
    const waits = order.waiting === undefined ? 'ok' : 'state_conflict';
    return {
      facts: [model.orders.indexOf(order), by],
      expected: order.state === 'open' ? waits : 'already_decided',
      send: (world) =>
        world.request(
          contract.preparePreallocationRoute,
          { params: { fundingOrderId: order.orderId }, body },
          world.finance[by],
        ),
      accepted: (json) => {
        order.waiting = { confirmationId: json.confirmationId, by };
        return undefined;
      },
    };
  },
};

type Wish = { readonly order: OrderModel; readonly by: number; readonly confirmationId: string };

function drawConfirmation(orders: readonly OrderModel[], chance: Parameters<Command['draw']>[1]) {
  const known = recent(orders).flatMap((order): Wish[] => [
    ...(order.waiting === undefined ? [] : [{ order, ...order.waiting }]),
    ...order.decided.map((one) => ({ order, ...one })),
  ]);
  return chance.pick(known);
}

/** The second person lets the money in: only now can it be spent. */
const letIn: Command = {
  name: 'let_in',
  weight: 5,
  draw: (model, chance) => {
    const wish = drawConfirmation(model.orders, chance);
    if (wish === undefined) return undefined;
    const { order, confirmationId } = wish;
    const asker = chance.in100(30) ? wish.by : 1 - wish.by;
    const isWaiting = order.waiting?.confirmationId === confirmationId;
    const own = asker === wish.by ? 'separation_of_duties' : 'ok';
    return {
      facts: [model.orders.indexOf(order), asker],
      expected: isWaiting ? own : 'already_decided',
      send: (world) =>
        world.request(
          contract.approveConfirmationRoute,
          { params: { confirmationId } },
          world.finance[asker],
        ),
      accepted: () => {
        order.state = 'confirmed';
        order.waiting = undefined;
        order.decided.push({ confirmationId, by: wish.by });
        order.fund.balances.available += order.amountFen;
        return undefined;
      },
    };
  },
};

/** The second person does not believe the paper. */
const turnAway: Command = {
  name: 'turn_away',
  weight: 2,
  draw: (model, chance) => {
    const wish = drawConfirmation(model.orders, chance);
    if (wish === undefined) return undefined;
    const { order, confirmationId } = wish;
    return {
      facts: [model.orders.indexOf(order)],
      expected: order.waiting?.confirmationId === confirmationId ? 'ok' : 'already_decided',
      send: (world) =>
        world.request(
          contract.rejectConfirmationRoute,
          { params: { confirmationId }, body: { reason: '印章不清' } },
          world.finance[1 - wish.by],
        ),
      accepted: () => {
        order.waiting = undefined;
        order.decided.push({ confirmationId, by: wish.by });
        return undefined;
      },
    };
  },
};

/** The funder takes an order back that it has not paid. */
const cancelOrder: Command = {
  name: 'cancel_order',
  weight: 2,
  draw: (model, chance) => {
    const waiting = model.orders.filter((one) => one.waiting !== undefined);
    const order = chance.pick(chance.in100(30) ? waiting : recent(model.orders));
    if (order === undefined) return undefined;
    const waits = order.waiting === undefined ? 'ok' : 'state_conflict';
    return {
      facts: [model.orders.indexOf(order)],
      expected: order.state === 'open' ? waits : 'already_decided',
      send: (world) =>
        world.request(
          contract.cancelFundingOrderRoute,
          { params: { fundingOrderId: order.orderId }, body: { reason: '改期' } },
          world.commerce[0],
        ),
      accepted: () => {
        order.state = 'cancelled';
        return undefined;
      },
    };
  },
};

export const moneyCommands: readonly Command[] = [
  orderFunds,
  sayPaid,
  letIn,
  turnAway,
  cancelOrder,
];
