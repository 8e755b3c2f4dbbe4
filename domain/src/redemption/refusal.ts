import { zeroFen, type Fen } from '../fen.ts';
import type { Instant } from '../instant.ts';
import type { PlanFace, PlanKind, PlanThreshold } from '../plan/effective-plan.ts';
import type { RefusalCode } from '../refusals.ts';
import { deductionFen } from './deduction.ts';

/** The part of a voucher kind that decides about a redemption, as of the voucher's own version. */
export type RedemptionRule = {
  readonly face: PlanFace;
  readonly threshold: PlanThreshold;
  /** Merchant categories that take it. */
  readonly categories: readonly string[];
  readonly settlesTo: PlanKind['settlesTo'];
};

/** A voucher as the till's judge sees it. */
export type PresentedVoucher = {
  readonly voucherId: string;
  readonly faceFen: Fen;
  readonly state: 'unused' | 'held' | 'used' | 'void';
  readonly validFrom: Instant;
  readonly validTo: Instant;
  /** Restored vouchers may rest until the next day. */
  readonly usableFrom: Instant | undefined;
};

/** What the customer owes after the merchant's own discounts, and where. */
export type Order = {
  readonly amountFen: Fen;
  /** The merchant's category in the programme; undefined for an acceptor without one. */
  readonly category: string | undefined;
};

const byState = {
  unused: undefined,
  held: 'voucher_held',
  used: 'voucher_used',
  void: 'voucher_void',
} as const satisfies Record<PresentedVoucher['state'], RefusalCode | undefined>;

/**
 * Why `voucher` may not be redeemed with `order` at `now`, or undefined. In this order: its state,
 * its time (accepted in [validFrom, validTo)), where it may be used, and the amount: the order
 * must reach the threshold, or exceed it where the programme says so, and cover the deduction.
 * @policy SX20 一(二)5 大于票面金额, SM23 九 达到面值, XN23 三(五)2 消费够; inv-22, inv-25
 */
export function redemptionRefusal(
  rule: RedemptionRule,
  voucher: PresentedVoucher,
  order: Order,
  now: Instant,
): RefusalCode | undefined {
  const state = byState[voucher.state];
  // An unused voucher past its end is told as expired; a used one stays used.
  if (state !== undefined) return state;
  if (now >= voucher.validTo) return 'voucher_expired';
  if (now < Math.max(voucher.validFrom, voucher.usableFrom ?? voucher.validFrom)) {
    return 'voucher_not_started';
  }
  if (!takesCategory(rule, order.category)) return 'merchant_not_accepting';
  const isReached = rule.threshold.strict
    ? order.amountFen > rule.threshold.amountFen
    : order.amountFen >= rule.threshold.amountFen;
  if (!isReached) return 'below_threshold';
  const deduction = deductionFen(rule.face, voucher.faceFen, order.amountFen);
  return deduction > zeroFen ? undefined : 'below_threshold';
}

/** The proof of a holder's voucher is its own act, with papers; a till does not pay it out. */
function takesCategory(rule: RedemptionRule, category: string | undefined): boolean {
  if (rule.settlesTo === 'holder') return false;
  return category === undefined || rule.categories.includes(category);
}
