import { fenOnWire, type Fen } from '@huiquan/domain/fen.ts';
import { instant, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type {
  PayAnswer,
  PaymentNetwork,
  PaymentNotice,
  QueryAnswer,
} from '../../ports/payment-network.ts';
import {
  decidedRedemption,
  decideRedemptions,
  lockRedemptions,
  markSent,
  markUnsent,
  type Redemption,
  type RedemptionState,
} from './decide.ts';
import { returnCash } from './refund.ts';

const sql = twin(import.meta.url);

/** How long a till waits for the network before it is told that the payment is being worked on. */
const payTimeoutMs = 4_000;
const queryTimeoutMs = 4_000;
/** A payment without an answer is asked about after 5 s, and reversed not before 15 s. */
const firstQueryMs = 5_000;
const reverseAfterMs = 15_000;
const perRunMax = 50;

const clockwork: Actor = { kind: 'system', id: 'payment_network' };

type Payable = {
  readonly redemptionId: string;
  readonly terminalId: string;
  readonly merchantId: string;
  readonly orderFen: Fen;
  readonly cashFen: Fen;
  readonly payment: 'network' | 'merchant';
  readonly state: RedemptionState;
  readonly voidAt: Instant;
  readonly sentAt: Instant | null;
};

type Asked = {
  readonly redemptionId: string;
  readonly terminalId: string;
  readonly orderFen: Fen;
  /** How long the till waits for the network; 4 s unless told. */
  readonly timeoutMs?: number;
};

/**
 * Pays the rest through the network and answers the state this led to: `committed`, `cancelled`
 * (declined), `tried` again where nothing could leave, or `sent` while nobody knows: the
 * cashier waits and asks again. Marked as sent, in a transaction of its own, before the request
 * leaves. Asked again it never pays twice: the redemption's id is the payment's. Refuses
 * `not_found`, `amount_changed`, `hold_expired`, `state_conflict` for a rest the merchant takes.
 * @policy R4; inv-28, fault-31
 */
export async function payRest(
  db: Db,
  network: PaymentNetwork,
  actor: Actor,
  asked: Asked,
): Promise<RedemptionState> {
  const { redemptionId } = asked;
  const payable = await transact(db, actor, (tx) => send(tx, asked));
  if (payable.state !== 'tried') return payable.state;
  const { cashFen: amountFen, terminalId, merchantId } = payable;
  const payment = { requestId: redemptionId, amountFen, terminalId, merchantId };
  const answer = await network.pay(payment, { timeoutMs: asked.timeoutMs ?? payTimeoutMs });
  return transact(db, actor, (tx) => applyAnswer(tx, redemptionId, answer));
}

async function send(tx: Tx, asked: Asked): Promise<Payable> {
  const { redemptionId } = asked;
  const found = await tx.maybe<Payable>(sql('findPayment'), { redemptionId });
  if (found === undefined || found.terminalId !== asked.terminalId) refuse('not_found');
  if (found.orderFen !== asked.orderFen) refuse('amount_changed');
  if (found.payment !== 'network') refuse('state_conflict', { payment: found.payment });
  if (found.state === 'voided') refuse('hold_expired');
  if (found.state !== 'tried') return found;
  const nextQueryAt = instant(tx.now + firstQueryMs);
  if (await markSent(tx, { redemptionId, nextQueryAt })) return found;
  if (tx.now >= found.voidAt) refuse('hold_expired');
  // Another request of the same till was faster; its outcome is this one's.
  return { ...found, state: 'sent' };
}

/** What the network said against its own first final word: ids and figures only. */
export type Contradiction = {
  readonly redemptionId: string;
  readonly told: string;
  readonly toldFen: number;
  readonly tradeNumber: string;
  readonly verdict: 'state_differs' | 'amount_differs';
};

type FinalAnswer = Extract<
  PayAnswer | QueryAnswer,
  { readonly outcome: 'paid' | 'declined' | 'reversed' }
>;

/** What `answer` contradicts: a decided state, or the amount that was asked for. */
function contradictionOf(redemption: Redemption, answer: FinalAnswer): Contradiction | undefined {
  const { redemptionId, state, cashFen, sentAt } = redemption;
  const base = { redemptionId, told: answer.outcome };
  if (answer.outcome !== 'paid') {
    if (state !== 'committed') return undefined;
    return { ...base, toldFen: 0, tradeNumber: '', verdict: 'state_differs' };
  }
  const { tradeNumber } = answer;
  const told = { ...base, toldFen: fenOnWire(answer.amountFen), tradeNumber };
  if (answer.amountFen !== cashFen) return { ...told, verdict: 'amount_differs' };
  // Only the network cancels what was sent to it: it said no, and now says yes.
  const saidNo = state === 'cancelled' && sentAt !== null;
  return saidNo ? { ...told, verdict: 'state_differs' } : undefined;
}

async function noteContradiction(tx: Tx, redemption: Redemption, answer: FinalAnswer) {
  const found = contradictionOf(redemption, answer);
  if (found !== undefined) await enqueueContradiction(tx, found);
}

async function enqueueContradiction(tx: Tx, found: Contradiction): Promise<void> {
  const { redemptionId, told, toldFen } = found;
  const key = `contradiction ${redemptionId} ${told} ${toldFen}`;
  await enqueue(tx, 'open_contradiction', found, { key });
}

/**
 * What the network says about a payment, applied once: its first final word stands. What
 * contradicts it is put on the list of exceptions, and money that came too late goes back.
 * @policy fault-31, fault-32
 */
export async function applyAnswer(
  tx: Tx,
  redemptionId: string,
  answer: PayAnswer | QueryAnswer,
): Promise<RedemptionState> {
  const redemption = (await lockRedemptions(tx, [redemptionId])).get(redemptionId);
  if (redemption === undefined) return refuse('not_found');
  if (isFinal(answer)) await noteContradiction(tx, redemption, answer);
  switch (answer.outcome) {
    case 'paid': {
      const isRight = answer.amountFen === redemption.cashFen;
      // 'tried': the connection seemed to fail, and yet the payment went through.
      const isOpen = redemption.state === 'sent' || redemption.state === 'tried';
      if (isOpen && isRight) return decide(tx, redemptionId, 'committed');
      if (redemption.state === 'voided' || redemption.state === 'cancelled') {
        const left = answer.amountFen - answer.refundedFen;
        await returnCash(tx, redemption, { reason: 'late_payment', amountFen: left as Fen });
        const subject = { kind: 'redemption', id: redemptionId };
        await record(tx, { kind: 'redemption.paid_late', subject, body: { amountFen: left } });
      }
      return redemption.state;
    }
    case 'declined':
    case 'reversed':
      return redemption.state === 'sent' ? decide(tx, redemptionId, 'cancelled') : redemption.state;
    case 'unknown':
      if (answer.cause !== 'unreachable' || redemption.state !== 'sent') return redemption.state;
      await markUnsent(tx, redemptionId);
      return 'tried';
    case 'not_found':
      return redemption.state;
  }
}

function isFinal(answer: PayAnswer | QueryAnswer): answer is FinalAnswer {
  return answer.outcome !== 'unknown' && answer.outcome !== 'not_found';
}

async function decide(
  tx: Tx,
  redemptionId: string,
  to: 'committed' | 'cancelled',
): Promise<RedemptionState> {
  const [outcome] = await decideRedemptions(tx, [{ redemptionId, to, by: 'network' }]);
  return decidedRedemption(outcome).state;
}

/**
 * Asks about payments without an answer: 5 s after they were sent, then every 10 s up to 45 s. One
 * that the network does not know is reversed, not before 15 s, so that it cannot arrive later, and
 * then cancelled. What is still unknown stays held until `decideUnknown`. Answers how many it asked
 * about.
 * @policy spec facts, till protocol; fault-31
 */
export async function resolveUnknown(db: Db, network: PaymentNetwork): Promise<number> {
  const due = await transact(db, clockwork, (tx) =>
    tx.rows<{ redemptionId: string; sentAt: Instant }>(sql('claimQueries'), {
      now: tx.now,
      limit: perRunMax,
    }),
  );
  const call = { timeoutMs: queryTimeoutMs };
  for (const { redemptionId, sentAt } of due) {
    const answer = await network.query(redemptionId, call);
    // A query that could not leave says nothing about the payment that did.
    if (answer.outcome === 'unknown') continue;
    const mayReverse = await transact(db, clockwork, async (tx) => {
      await applyAnswer(tx, redemptionId, answer);
      return answer.outcome === 'not_found' && tx.now >= sentAt + reverseAfterMs;
    });
    if (mayReverse) await reverseUnknown(db, network, redemptionId);
  }
  return due.length;
}

/** After the reversal the network declines whatever still arrives: the try can be cancelled. */
async function reverseUnknown(
  db: Db,
  network: PaymentNetwork,
  redemptionId: string,
): Promise<void> {
  const answer = await network.reverse(redemptionId, { timeoutMs: queryTimeoutMs });
  if (answer.outcome !== 'reversed') return;
  await transact(db, clockwork, (tx) => applyAnswer(tx, redemptionId, answer));
}

/**
 * Reconciliation decides a payment whose outcome nobody told: it was paid, or it was not. Refuses
 * `not_found`, `state_conflict` where it has been decided otherwise.
 * @policy R4, S2
 */
export async function decideUnknown(
  tx: Tx,
  input: { readonly redemptionId: string; readonly outcome: 'paid' | 'not_paid' },
): Promise<RedemptionState> {
  return decide(tx, input.redemptionId, input.outcome === 'paid' ? 'committed' : 'cancelled');
}

/**
 * What the network says of its own accord, whether early, twice or late. A payment of a redemption
 * that was given up is put in line to be returned; money in another currency is a contradiction.
 * Answers false, and does nothing, for a payment nobody here asked for.
 * @policy fault-31, fault-32
 */
export async function takeNotice(tx: Tx, notice: PaymentNotice): Promise<boolean> {
  const { requestId, outcome, amountFen, currency, tradeNumber, at } = notice;
  const redemption = (await lockRedemptions(tx, [requestId])).get(requestId);
  if (redemption === undefined) return false;
  if (currency !== 'CNY') {
    const told = { told: `${outcome} ${currency}`, toldFen: fenOnWire(amountFen), tradeNumber };
    await enqueueContradiction(tx, { redemptionId: requestId, ...told, verdict: 'amount_differs' });
    return true;
  }
  const answer: QueryAnswer =
    outcome === 'paid'
      ? { outcome, amountFen, refundedFen: 0n as Fen, tradeNumber, paidAt: at }
      : { outcome: 'declined', reason: 'other' };
  await applyAnswer(tx, requestId, answer);
  return true;
}

/**
 * Sends what the network must give back, under an id of its own each, until it says that it did or
 * will not; a refusal is left to reconciliation. Answers how many were sent.
 */
export async function sendNetworkRefunds(db: Db, network: PaymentNetwork): Promise<number> {
  type Due = { readonly networkRefundId: string; readonly redemptionId: string; amountFen: Fen };
  const due = await transact(db, clockwork, (tx) =>
    tx.rows<Due>(sql('claimRefunds'), { now: tx.now, limit: perRunMax }),
  );
  for (const { networkRefundId, redemptionId: requestId, amountFen } of due) {
    const refund = { refundId: networkRefundId, requestId, amountFen };
    const answer = await network.refund(refund, { timeoutMs: queryTimeoutMs });
    if (answer.outcome === 'unknown') continue;
    const state = answer.outcome === 'refunded' ? 'refunded' : 'refused';
    await transact(db, clockwork, async (tx) => {
      const decided = await tx.execute(sql('decideRefund'), {
        networkRefundId,
        state,
        now: tx.now,
      });
      if (decided === 0) return;
      const subject = { kind: 'redemption', id: requestId };
      await record(tx, { kind: `redemption.cash_${state}`, subject, body: { networkRefundId } });
    });
  }
  return due.length;
}
