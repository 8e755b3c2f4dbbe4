import { fen, zeroFen, type Fen } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { Type, type Static } from 'typebox';
import type { QueryAnswer } from './payment-network.ts';

const reasons = Type.Union([
  Type.Literal('insufficient_balance'),
  Type.Literal('risk'),
  Type.Literal('account_closed'),
  Type.Literal('reversed'),
  Type.Literal('other'),
]);

/** What the sandbox writes down; `movesAt` lies in the future while a slow payment is at work. */
export const factSchema = Type.Union([
  Type.Object({
    fact: Type.Literal('payment'),
    requestId: Type.String(),
    terminalId: Type.String(),
    merchantId: Type.String(),
    amountFen: Type.Integer(),
    tradeNumber: Type.String(),
    movesAt: Type.Integer(),
    declined: Type.Optional(reasons),
  }),
  Type.Object({
    fact: Type.Literal('reversal'),
    requestId: Type.String(),
    movedFen: Type.Integer(),
    at: Type.Integer(),
  }),
  Type.Object({
    fact: Type.Literal('refund'),
    refundId: Type.String(),
    requestId: Type.String(),
    amountFen: Type.Integer(),
    refundNumber: Type.String(),
    at: Type.Integer(),
  }),
]);
export type Fact = Static<typeof factSchema>;
export type PaymentFact = Extract<Fact, { fact: 'payment' }>;
export type RefundFact = Extract<Fact, { fact: 'refund' }>;
type ReversalFact = Extract<Fact, { fact: 'reversal' }>;

/** The network's own books: what really happened, whatever it answered. */
export type Book = {
  readonly payments: Map<string, PaymentFact>;
  readonly reversals: Map<string, ReversalFact>;
  readonly refunds: Map<string, RefundFact>;
  /** What went back by refunds, by requestId. */
  readonly refundedFen: Map<string, Fen>;
};

export function emptyBook(): Book {
  return { payments: new Map(), reversals: new Map(), refunds: new Map(), refundedFen: new Map() };
}

export function enter(book: Book, fact: Fact): void {
  switch (fact.fact) {
    case 'payment':
      book.payments.set(fact.requestId, fact);
      return;
    case 'reversal':
      book.reversals.set(fact.requestId, fact);
      return;
    case 'refund': {
      const before = book.refundedFen.get(fact.requestId) ?? zeroFen;
      book.refunds.set(fact.refundId, fact);
      book.refundedFen.set(fact.requestId, fen(before + BigInt(fact.amountFen)));
      return;
    }
    default:
      fact satisfies never;
  }
}

/** What became of `requestId` as of `now`; a payment at work is neither paid nor declined. */
export function truthOf(book: Book, requestId: string, now: number): QueryAnswer {
  const reversal = book.reversals.get(requestId);
  if (reversal !== undefined) {
    const movedFen = fen(reversal.movedFen);
    return { outcome: 'reversed', movedFen, reversedAt: instant(reversal.at) };
  }
  const payment = book.payments.get(requestId);
  if (payment === undefined) return { outcome: 'not_found' };
  if (payment.declined !== undefined) return { outcome: 'declined', reason: payment.declined };
  if (payment.movesAt > now) return { outcome: 'unknown', cause: 'processing' };
  return {
    outcome: 'paid',
    tradeNumber: payment.tradeNumber,
    amountFen: fen(payment.amountFen),
    refundedFen: book.refundedFen.get(requestId) ?? zeroFen,
    paidAt: instant(payment.movesAt),
  };
}

/** What the network holds of customers' money at `now`: paid, less refunded, less reversed. */
export function heldFen(book: Book, now: number): Fen {
  let held: bigint = zeroFen;
  for (const requestId of book.payments.keys()) {
    const truth = truthOf(book, requestId, now);
    if (truth.outcome === 'paid') held += truth.amountFen - truth.refundedFen;
  }
  return fen(held);
}
