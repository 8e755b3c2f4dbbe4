import { fen, fenOnWire, zeroFen, type Fen } from '@huiquan/domain/fen.ts';
import { dayOf, instant } from '@huiquan/domain/instant.ts';
import { makeScript, play, type Behaviour, type Script, type Unknown } from './behaviour.ts';
import { replyWithin, type Call } from './call.ts';
import { openJournal } from './journal.ts';
import {
  emptyBook,
  enter,
  factSchema,
  heldFen,
  truthOf,
  type Book,
  type Fact,
  type PaymentFact,
  type RefundFact,
} from './payment-network.book.ts';
import type {
  DeclineReason,
  NetworkRefund,
  PayAnswer,
  Payment,
  PaymentNetwork,
  PaymentNotice,
  QueryAnswer,
  RefundAnswer,
  RefundQueryAnswer,
  ReverseAnswer,
} from './payment-network.ts';

/** The payment network as tests and the demo play it. */
export type PaymentNetworkSandbox = PaymentNetwork & {
  readonly script: Script;
  /** What became of a request in truth, whatever was answered. */
  readonly truth: (requestId: string) => QueryAnswer;
  /** What the network holds of customers' money. */
  readonly heldFen: () => Fen;
};

type Options = { readonly journal?: string; readonly now?: () => number };

type State = {
  readonly book: Book;
  readonly write: (fact: Fact) => void;
  readonly now: () => number;
  readonly script: Script;
  readonly listeners: Set<(notice: PaymentNotice) => void>;
};

/** A network with an empty book, or with what it wrote into `journal` before a restart. */
export function makePaymentNetworkSandbox(options: Options = {}): PaymentNetworkSandbox {
  const journal = openJournal(factSchema, options.journal);
  const book = emptyBook();
  for (const fact of journal.facts) enter(book, fact);
  const state: State = {
    book,
    write(fact) {
      journal.append(fact);
      enter(book, fact);
    },
    now: options.now ?? Date.now,
    script: makeScript(),
    listeners: new Set(),
  };
  return {
    pay: (payment, call) => answered(call, (signal) => pay(state, payment, signal)),
    query: (requestId, call) =>
      answered(call, async () => ifUp(state, () => truthOf(book, requestId, state.now()))),
    refund: (refund, call) => answered(call, (signal) => refundPayment(state, refund, signal)),
    queryRefund: (refundId, call) =>
      answered(call, async () => ifUp(state, () => refundTruth(book, refundId))),
    reverse: (requestId, call) => answered(call, (signal) => reverse(state, requestId, signal)),
    subscribe(listener) {
      state.listeners.add(listener);
      return () => void state.listeners.delete(listener);
    },
    script: state.script,
    truth: (requestId) => truthOf(book, requestId, state.now()),
    heldFen: () => heldFen(book, state.now()),
  };
}

async function answered<Answer>(
  call: Call,
  work: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer | Unknown> {
  const reply = await replyWithin(call, work);
  return reply.isAnswered ? reply.answer : { outcome: 'unknown', cause: reply.cause };
}

function ifUp<Answer>(state: State, answer: () => Answer): Answer | Unknown {
  return state.script.isDown() ? { outcome: 'unknown', cause: 'unreachable' } : answer();
}

async function pay(state: State, payment: Payment, signal: AbortSignal): Promise<PayAnswer> {
  const { book, now } = state;
  const known = book.payments.get(payment.requestId);
  if (known !== undefined) {
    if (state.script.isDown()) return { outcome: 'unknown', cause: 'unreachable' };
    if (!isSame(known, payment)) return { outcome: 'unknown', cause: 'id_reused' };
    return asPayAnswer(truthOf(book, payment.requestId, now()));
  }
  return play<PayAnswer>(state.script.take(payment.requestId), signal, {
    effect: (behaviour) => enterPayment(state, payment, behaviour),
    answer: (behaviour) =>
      behaviour.kind === 'contradict'
        ? { outcome: 'declined', reason: 'other' }
        : asPayAnswer(truthOf(book, payment.requestId, now())),
  });
}

function enterPayment(state: State, payment: Payment, behaviour: Behaviour): void {
  const { requestId, terminalId, merchantId } = payment;
  // our reversal came first: the network declines what arrives after it, and keeps no payment
  if (state.book.reversals.has(requestId)) return;
  const delayMs = behaviour.kind === 'slow' ? behaviour.delayMs : 0;
  const tradeNumber = `PN${String(state.book.payments.size + 1).padStart(12, '0')}`;
  const declined = behaviour.kind === 'decline' ? reasonOf(behaviour.reason) : undefined;
  state.write({
    fact: 'payment',
    requestId,
    terminalId,
    merchantId,
    amountFen: fenOnWire(payment.amountFen),
    tradeNumber,
    movesAt: state.now() + delayMs,
    ...(declined === undefined ? {} : { declined }),
  });
  if (behaviour.kind === 'silent') return;
  const notices = behaviour.kind === 'twice' ? 2 : 1;
  setTimeout(() => tell(state, requestId, notices), delayMs).unref();
}

function tell(state: State, requestId: string, times: number): void {
  const truth = truthOf(state.book, requestId, state.now());
  const payment = state.book.payments.get(requestId);
  if (payment === undefined || truth.outcome === 'not_found' || truth.outcome === 'unknown') return;
  const notice: PaymentNotice = {
    requestId,
    outcome: truth.outcome,
    amountFen: fen(payment.amountFen),
    currency: 'CNY',
    tradeNumber: payment.tradeNumber,
    at: instant(state.now()),
  };
  for (let n = 0; n < times; n += 1) for (const listener of state.listeners) listener(notice);
}

function reasonOf(text: string | undefined): DeclineReason {
  const reasons: readonly DeclineReason[] = ['insufficient_balance', 'risk', 'account_closed'];
  return reasons.find((reason) => reason === text) ?? 'other';
}

function isSame(known: PaymentFact, payment: Payment): boolean {
  return (
    known.amountFen === Number(payment.amountFen) &&
    known.terminalId === payment.terminalId &&
    known.merchantId === payment.merchantId
  );
}

function asPayAnswer(truth: QueryAnswer): PayAnswer {
  switch (truth.outcome) {
    case 'reversed':
      return { outcome: 'declined', reason: 'reversed' };
    case 'not_found':
      return { outcome: 'unknown', cause: 'processing' };
    default:
      return truth;
  }
}

async function refundPayment(
  state: State,
  refund: NetworkRefund,
  signal: AbortSignal,
): Promise<RefundAnswer> {
  const { book, now } = state;
  const known = book.refunds.get(refund.refundId);
  if (known !== undefined) {
    if (state.script.isDown()) return { outcome: 'unknown', cause: 'unreachable' };
    const isRepeat =
      known.requestId === refund.requestId && known.amountFen === Number(refund.amountFen);
    return isRepeat ? asRefunded(known) : { outcome: 'unknown', cause: 'id_reused' };
  }
  const reason = refundRefusal(truthOf(book, refund.requestId, now()), refund.amountFen);
  return play<RefundAnswer>(state.script.take(refund.refundId), signal, {
    effect(behaviour) {
      if (reason !== undefined || behaviour.kind === 'decline') return;
      state.write({
        fact: 'refund',
        refundId: refund.refundId,
        requestId: refund.requestId,
        amountFen: fenOnWire(refund.amountFen),
        refundNumber: `RF${String(book.refunds.size + 1).padStart(12, '0')}`,
        at: now(),
      });
    },
    answer(behaviour) {
      const made = book.refunds.get(refund.refundId);
      if (reason !== undefined) return { outcome: 'refused', reason };
      const saysNo = made === undefined || behaviour.kind === 'contradict';
      return saysNo ? { outcome: 'refused', reason: 'declined' } : asRefunded(made);
    },
  });
}

function refundRefusal(
  payment: QueryAnswer,
  amountFen: Fen,
): 'not_paid' | 'exceeds_payment' | undefined {
  if (payment.outcome !== 'paid') return 'not_paid';
  const left = payment.amountFen - payment.refundedFen;
  return amountFen <= zeroFen || amountFen > left ? 'exceeds_payment' : undefined;
}

function refundTruth(book: Book, refundId: string): RefundQueryAnswer {
  const known = book.refunds.get(refundId);
  return known === undefined ? { outcome: 'not_found' } : asRefunded(known);
}

function asRefunded(fact: RefundFact): Extract<RefundAnswer, { outcome: 'refunded' }> {
  const { refundNumber } = fact;
  const amountFen = fen(fact.amountFen);
  return { outcome: 'refunded', refundNumber, amountFen, refundedAt: instant(fact.at) };
}

async function reverse(
  state: State,
  requestId: string,
  signal: AbortSignal,
): Promise<ReverseAnswer> {
  const { book, now } = state;
  const before = truthOf(book, requestId, now());
  if (before.outcome === 'reversed' && !state.script.isDown()) return before;
  const reason = reverseRefusal(before, now());
  return play<ReverseAnswer>(state.script.take(`reverse ${requestId}`), signal, {
    effect() {
      if (reason !== undefined || book.reversals.has(requestId)) return;
      const moved = before.outcome === 'paid' ? before.amountFen : zeroFen;
      state.write({ fact: 'reversal', requestId, movedFen: fenOnWire(moved), at: now() });
    },
    answer() {
      if (reason !== undefined) return { outcome: 'refused', reason };
      const after = truthOf(book, requestId, now());
      return after.outcome === 'reversed' ? after : { outcome: 'unknown', cause: 'processing' };
    },
  });
}

function reverseRefusal(
  payment: QueryAnswer,
  now: number,
): 'already_refunded' | 'day_over' | undefined {
  if (payment.outcome !== 'paid') return undefined;
  if (payment.refundedFen > zeroFen) return 'already_refunded';
  return dayOf(payment.paidAt) === dayOf(instant(now)) ? undefined : 'day_over';
}
