import type { Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Unknown } from './behaviour.ts';
import type { Call } from './call.ts';

/** The rest of an amount, to be paid at a till. `requestId` is ours and never used for another. */
export type Payment = {
  readonly requestId: string;
  readonly amountFen: Fen;
  readonly terminalId: string;
  readonly merchantId: string;
};

/** Why the network took no money. `reversed`: our own reversal came first. */
export type DeclineReason =
  | 'insufficient_balance'
  | 'risk'
  | 'account_closed'
  | 'reversed'
  | 'other';

type Paid = {
  readonly outcome: 'paid';
  readonly tradeNumber: string;
  readonly amountFen: Fen;
  readonly refundedFen: Fen;
  readonly paidAt: Instant;
};
type Declined = { readonly outcome: 'declined'; readonly reason: DeclineReason };
type Reversed = {
  readonly outcome: 'reversed';
  /** What went back to the customer; zero where nothing had moved. */
  readonly movedFen: Fen;
  readonly reversedAt: Instant;
};

/** `unknown` means that money may have moved, except for the cause `unreachable`. */
export type PayAnswer = Paid | Declined | Unknown;

/** `not_found` is final only once the network has been told to reverse. */
export type QueryAnswer = Paid | Declined | Reversed | { readonly outcome: 'not_found' } | Unknown;

/** A part of a payment that goes back; `refundId` is ours. */
export type NetworkRefund = {
  readonly refundId: string;
  readonly requestId: string;
  readonly amountFen: Fen;
};

type Refunded = {
  readonly outcome: 'refunded';
  readonly refundNumber: string;
  readonly amountFen: Fen;
  readonly refundedAt: Instant;
};

export type RefundAnswer =
  | Refunded
  | {
      readonly outcome: 'refused';
      readonly reason: 'not_paid' | 'exceeds_payment' | 'declined';
    }
  | Unknown;

export type RefundQueryAnswer = Refunded | { readonly outcome: 'not_found' } | Unknown;

export type ReverseAnswer =
  | Reversed
  | { readonly outcome: 'refused'; readonly reason: 'already_refunded' | 'day_over' }
  | Unknown;

/** What the network says of its own accord: late, twice, out of order, or against its answer. */
export type PaymentNotice = {
  readonly requestId: string;
  readonly outcome: 'paid' | 'declined' | 'reversed';
  readonly amountFen: Fen;
  /** ISO 4217; whatever is not CNY is no payment of ours. */
  readonly currency: string;
  readonly tradeNumber: string;
  readonly at: Instant;
};

/**
 * The network that takes the rest of the amount from the customer. Its rules, which every adapter
 * must keep and the sandbox reproduces:
 * - the same requestId and content may be sent again and gets the truth of the first; other
 *   content is answered `unknown`/`id_reused` and moves nothing
 * - a reversal before the payment arrives makes the network decline it when it does
 * - a reversal is for the whole payment, on its own day, before any refund; repeating it is safe
 * - refunds never exceed the payment; the same refundId moves money once
 * - no method throws because the network is slow, silent or gone
 */
export type PaymentNetwork = {
  readonly pay: (payment: Payment, call: Call) => Promise<PayAnswer>;
  readonly query: (requestId: string, call: Call) => Promise<QueryAnswer>;
  readonly refund: (refund: NetworkRefund, call: Call) => Promise<RefundAnswer>;
  readonly queryRefund: (refundId: string, call: Call) => Promise<RefundQueryAnswer>;
  readonly reverse: (requestId: string, call: Call) => Promise<ReverseAnswer>;
  /** Calls `listener` for each notice until the answered function is called. */
  readonly subscribe: (listener: (notice: PaymentNotice) => void) => () => void;
};
