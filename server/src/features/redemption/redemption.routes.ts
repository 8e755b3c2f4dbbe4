import { fen, fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { refuse, Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import type { Outcome } from '../../db/group-command.ts';
import type { Tx } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { groupCommand } from '../../http/group-command.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { staffOf, terminalOf, type Principal } from '../../http/principal.ts';
import { atTill, refusalAtTill } from './at-till.ts';
import {
  decideRedemptions,
  findRedemption,
  type Decided,
  type Decision,
  type Redemption,
} from './decide.ts';
import { listRoutes } from './list.routes.ts';
import { decideUnknown, payRest } from './network.ts';
import { noticeRoutes } from './notice.routes.ts';
import { ownRoutes } from './own.routes.ts';
import * as contract from './redemption.contract.ts';
import { refundRedemption, reverseRedemption, type Refund, type Refunder } from './refund.ts';
import { tryRedemptions, type Refused, type Tried, type TryOrder, type TryOutcome } from './try.ts';

/** Refusals that stay the answer to their request, whatever happens later. */
const final: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'amount_changed',
  'hold_expired',
  'already_reversed',
  'refund_exceeds',
  'reversal_window',
]);

function stateWire(one: Redemption) {
  return {
    redemptionId: one.redemptionId,
    state: one.state,
    orderFen: fenOnWire(one.orderFen),
    deductionFen: fenOnWire(one.deductionFen),
    cashFen: fenOnWire(one.cashFen),
  };
}

type StateWire = ReturnType<typeof stateWire>;
type TriedWire =
  | (Omit<
      Tried,
      'personId' | 'programmeId' | 'orderFen' | 'deductionFen' | 'cashFen' | 'voidAt'
    > & {
      readonly orderFen: number;
      readonly deductionFen: number;
      readonly cashFen: number;
      readonly voidAt: string;
    })
  | Refused;

function refundWire({ usableFrom, ...refund }: Refund) {
  return {
    ...refund,
    amountFen: fenOnWire(refund.amountFen),
    voucherFen: fenOnWire(refund.voucherFen),
    cashFen: fenOnWire(refund.cashFen),
    ...(usableFrom === null ? {} : { usableFrom: instantText(usableFrom) }),
  };
}

/** Where a redemption stands, for its permission. */
function scopeOf({ shopId, merchantId, programmeId, personId }: Redemption) {
  return { shopId, merchantId, programmeId, personId };
}

async function getRedemption(tx: Tx, redemptionId: string): Promise<Redemption> {
  return (await findRedemption(tx, redemptionId)) ?? refuse('not_found');
}

/** A till acts for its shop and cashier; staff for the merchant that the redemption names. */
function refunderOf(principal: Principal, redemption: Redemption): Refunder {
  if (principal.kind === 'terminal') {
    return { kind: 'till', shopId: principal.shopId, cashierId: principal.cashierId };
  }
  staffOf(principal);
  return { kind: 'owner', merchantId: redemption.merchantId };
}

function triedWire(outcome: TryOutcome): TriedWire {
  if (outcome.refused !== undefined) return outcome;
  const { personId: _, programmeId: __, voidAt, ...tried } = outcome.tried;
  return {
    ...tried,
    orderFen: fenOnWire(tried.orderFen),
    deductionFen: fenOnWire(tried.deductionFen),
    cashFen: fenOnWire(tried.cashFen),
    voidAt: instantText(voidAt),
  };
}

function decidedWire(outcome: Decided): Outcome<StateWire> {
  return outcome.refused === undefined
    ? { result: stateWire(outcome.redemption) }
    : { refused: new Refusal(outcome.refused, outcome.details) };
}

/** The till's two steps, each together with those of other tills. */
function tillGroups(context: Context) {
  const tries = groupCommand<TryOrder, TriedWire>(context, {
    name: 'tries',
    lane: 'redeem',
    // A refusal spends the code all the same: it is stored, and told after the commit.
    run: async (tx, orders) =>
      (await tryRedemptions(tx, context.keys, orders)).map((one) => ({ result: triedWire(one) })),
  });
  const decisions = groupCommand<Decision, StateWire>(context, {
    name: 'decisions',
    lane: 'redeem',
    run: async (tx, items) => (await decideRedemptions(tx, items)).map(decidedWire),
    final,
  });
  return { tries, decisions };
}

/** The rest goes through the payment network, whatever became of it: the till decides nothing. */
function isForNetwork(error: unknown): boolean {
  return error instanceof Refusal && error.details['payment'] === 'network';
}

function tillRoutes(context: Context): Handled[] {
  const { tries, decisions } = tillGroups(context);
  return [
    handle(contract.tryRoute, async (request) => {
      const { terminalId, cashierId, shopId, merchantId } = terminalOf(request.principal);
      const { orderFen, ...order } = request.body;
      request.authorize({ shopId, merchantId });
      const whole = { ...order, terminalId, cashierId, orderFen: fen(orderFen) };
      const outcome = await request.grouped(tries, whole);
      if ('refused' in outcome) throw refusalAtTill(outcome.refused, outcome.details);
      return outcome;
    }),
    handle(contract.commitRoute, (request) =>
      atTill(async () => {
        const { terminalId, shopId, merchantId } = terminalOf(request.principal);
        const { redemptionId } = request.params;
        const orderFen = fen(request.body.orderFen);
        const asked = { redemptionId, terminalId, orderFen };
        // A redemption of another till is not found by the decision itself.
        request.authorize({ shopId, merchantId });
        try {
          return await request.grouped(decisions, { ...asked, to: 'committed', by: 'till' });
        } catch (error) {
          if (!isForNetwork(error)) throw error;
        }
        // The payment's own id makes it happen once; an answer of "sent" must not be kept.
        await payRest(context.db, context.ports.paymentNetwork, request.principal.actor, asked);
        return request.read(async (tx) => stateWire(await getRedemption(tx, redemptionId)));
      }),
    ),
    handle(contract.cancelRoute, (request) =>
      atTill(async () => {
        const { terminalId, shopId, merchantId } = terminalOf(request.principal);
        const { redemptionId } = request.params;
        request.authorize({ shopId, merchantId });
        return request.grouped(decisions, {
          redemptionId,
          terminalId,
          to: 'cancelled',
          by: 'till',
        });
      }),
    ),
  ];
}

function backRoutes(): Handled[] {
  return [
    handle(contract.reverseRoute, (request) =>
      atTill(() =>
        request.transact(async (tx) => {
          const { redemptionId } = request.params;
          const found = await getRedemption(tx, redemptionId);
          request.authorize(scopeOf(found));
          const by = refunderOf(request.principal, found);
          const orderFen = fen(request.body.orderFen);
          return refundWire(await reverseRedemption(tx, { redemptionId, orderFen, by }));
        }, final),
      ),
    ),
    handle(contract.refundRoute, (request) =>
      atTill(() =>
        request.transact(async (tx) => {
          const { redemptionId } = request.params;
          const found = await getRedemption(tx, redemptionId);
          request.authorize(scopeOf(found));
          const by = refunderOf(request.principal, found);
          const { refundNo } = request.body;
          const amountFen = fen(request.body.amountFen);
          return refundWire(await refundRedemption(tx, { redemptionId, refundNo, amountFen, by }));
        }, final),
      ),
    ),
  ];
}

/** The till, refunds, and the bank's word on payments that nobody answered. */
export function redemptionRoutes(context: Context): readonly Handled[] {
  return [
    ...tillRoutes(context),
    ...backRoutes(),
    ...listRoutes(context),
    ...ownRoutes,
    ...noticeRoutes(context),
    handle(contract.getRedemptionRoute, (request) =>
      request.read(async (tx) => {
        const found = await getRedemption(tx, request.params.redemptionId);
        request.authorize(scopeOf(found));
        return stateWire(found);
      }),
    ),
    handle(contract.confirmOutcomeRoute, (request) =>
      request.transact(async (tx) => {
        const { redemptionId } = request.params;
        request.authorize(scopeOf(await getRedemption(tx, redemptionId)));
        await decideUnknown(tx, { redemptionId, outcome: request.body.outcome });
        return stateWire(await getRedemption(tx, redemptionId));
      }),
    ),
  ];
}
