import { fen, zeroFen, type Fen } from '../fen.ts';
import { endOfDay, dayOf, type Instant } from '../instant.ts';
import type { RefundPolicy } from '../plan/effective-plan.ts';
import type { RefusalCode } from '../refusals.ts';

/** A committed redemption and what has already gone back of it. */
export type Refundable = {
  readonly orderFen: Fen;
  readonly deductionFen: Fen;
  readonly cashFen: Fen;
  readonly refundedFen: Fen;
  readonly refundedCashFen: Fen;
};

/** How one refund divides: `voucherFen` leaves the merchant, `cashFen` goes to the person. */
export type RefundShare = { readonly voucherFen: Fen; readonly cashFen: Fen };

/** Why `amountFen` of `sale` cannot go back, or undefined: together never more than was sold. */
export function refundRefusal(sale: Refundable, amountFen: Fen): RefusalCode | undefined {
  const left = sale.orderFen - sale.refundedFen;
  if (left === 0n) return 'already_reversed';
  return amountFen <= 0n || amountFen > left ? 'refund_exceeds' : undefined;
}

/**
 * How `amountFen` of `sale` divides: cash = requested × cash ÷ order, half up; the rest is the
 * voucher's part. The refund that completes the order takes the remainder, so all parts together
 * are exactly what was paid, and rounding can never give back more than is left of either.
 * @policy spec facts, refund policies; inv-29
 */
export function refundShare(sale: Refundable, amountFen: Fen): RefundShare {
  const cashLeft = sale.cashFen - sale.refundedCashFen;
  const left = sale.orderFen - sale.refundedFen;
  const voucherLeft = left - cashLeft;
  if (amountFen === left) return { voucherFen: fen(voucherLeft), cashFen: fen(cashLeft) };
  const rounded = (2n * amountFen * sale.cashFen + sale.orderFen) / (2n * sale.orderFen);
  const atLeast = amountFen > voucherLeft ? amountFen - voucherLeft : 0n;
  const atMost = amountFen < cashLeft ? amountFen : cashLeft;
  const cash = rounded < atLeast ? atLeast : rounded > atMost ? atMost : rounded;
  return { voucherFen: fen(amountFen - cash), cashFen: fen(cash) };
}

/** The voucher of a refunded sale, and whether its programme is still running. */
export type RefundedVoucher = { readonly validTo: Instant; readonly isRunning: boolean };

/** Whether the voucher comes back, from when it may be used, or that its value leaves it. */
export type Restoration =
  | { readonly restored: true; readonly usableFrom: Instant | undefined }
  | { readonly restored: false };

/**
 * Whether a refund of the whole order in one act gives the voucher back under `policy`, always
 * with its original end. A voucher that would be expired when it may be used again is not given
 * back, nor is any after its programme closed; its value goes to the fund. A refund in parts never
 * gives it back: each part's share of the voucher returns to the fund.
 * @policy R5; inv-29
 */
export function restorationOf(
  policy: RefundPolicy,
  voucher: RefundedVoucher,
  now: Instant,
): Restoration {
  if (!voucher.isRunning) return { restored: false };
  switch (policy) {
    case 'restore_if_valid':
      return now < voucher.validTo
        ? { restored: true, usableFrom: undefined }
        : { restored: false };
    case 'restore_next_day': {
      const usableFrom = endOfDay(dayOf(now));
      return usableFrom < voucher.validTo ? { restored: true, usableFrom } : { restored: false };
    }
    case 'forfeit':
    case 'pro_rata':
      return { restored: false };
  }
}

/** Whether `amountFen` returns the whole order in one act. */
export function isWholeRefund(sale: Refundable, amountFen: Fen): boolean {
  return sale.refundedFen === zeroFen && amountFen === sale.orderFen;
}

/**
 * Until when the owner of a shop may undo a redemption: so many days after its own day. The
 * documents are silent; goods that come back later are refunds.
 */
export const ownerReversalDays = 7;

/** Who undoes: the cashier who took it, or the owner of the merchant. */
export type Reverser = 'same_cashier' | 'other_cashier' | 'owner';

/**
 * Why a redemption committed at `committedAt` can no longer be undone by `reverser`: the cashier
 * who took it on the same day, after that the owner for `ownerReversalDays`.
 * @policy spec access 5.1(5), att-R12
 */
export function reversalRefusal(
  committedAt: Instant,
  reverser: Reverser,
  now: Instant,
): RefusalCode | undefined {
  const endOfOwnDay = endOfDay(dayOf(committedAt));
  if (reverser === 'other_cashier') return 'forbidden';
  if (reverser === 'same_cashier') return now < endOfOwnDay ? undefined : 'reversal_window';
  return now < endOfOwnDay + ownerReversalDays * 86_400_000 ? undefined : 'reversal_window';
}
