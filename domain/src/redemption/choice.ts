import type { Fen } from '../fen.ts';
import type { Instant } from '../instant.ts';
import type { RefusalCode } from '../refusals.ts';
import { deductionFen } from './deduction.ts';
import {
  redemptionRefusal,
  type Order,
  type PresentedVoucher,
  type RedemptionRule,
} from './refusal.ts';

/** A voucher of the person at the till with its rule and the merchant's place in its programme. */
export type Candidate = {
  readonly voucher: PresentedVoucher;
  readonly rule: RedemptionRule;
  readonly category: string | undefined;
  /** Why the merchant or the programme cannot take it now, found before the rule is asked. */
  readonly barred: RefusalCode | undefined;
};

/** The voucher that is used and what it takes off, or why none can be. */
export type Choice<C extends Candidate> =
  | { readonly candidate: C; readonly deductionFen: Fen }
  | { readonly refusal: RefusalCode; readonly candidate: C | undefined };

/** Refusals from the nearest to a redemption to the farthest: the cashier hears the nearest. */
const nearness: readonly RefusalCode[] = [
  'below_threshold',
  'goods_not_allowed',
  'location_required',
  'location_not_eligible',
  'voucher_held',
  'voucher_not_started',
  'merchant_not_accepting',
  'programme_not_running',
  'voucher_expired',
  'voucher_used',
  'voucher_void',
  'programme_closed',
];

/**
 * The best of `candidates` for an order of `amountFen`: the largest deduction, then the earliest
 * end, then the smaller id, so that the same wallet always gives the same choice. Where none can
 * be used, the reason of the one that came nearest; `no_usable_voucher` for an empty wallet.
 * @policy R3, R6
 */
export function chooseVoucher<C extends Candidate>(
  candidates: readonly C[],
  amountFen: Fen,
  now: Instant,
): Choice<C> {
  let best: { readonly candidate: C; readonly deductionFen: Fen } | undefined;
  let nearest: { readonly refusal: RefusalCode; readonly candidate: C } | undefined;
  for (const candidate of candidates) {
    const refusal = refusalOf(candidate, { amountFen, category: candidate.category }, now);
    if (refusal === undefined) {
      const { rule, voucher } = candidate;
      const offer = {
        candidate,
        deductionFen: deductionFen(rule.face, voucher.faceFen, amountFen),
      };
      if (best === undefined || isBetter(offer, best)) best = offer;
    } else if (nearest === undefined || rank(refusal) < rank(nearest.refusal)) {
      nearest = { refusal, candidate };
    }
  }
  return best ?? nearest ?? { refusal: 'no_usable_voucher', candidate: undefined };
}

/** What is final about the voucher is said first, then what bars the shop, then the rest. */
function refusalOf(candidate: Candidate, order: Order, now: Instant): RefusalCode | undefined {
  const { voucher, rule, barred } = candidate;
  const own = redemptionRefusal(rule, voucher, order, now);
  const isAboutVoucher = own?.startsWith('voucher_') ?? false;
  return isAboutVoucher ? own : (barred ?? own);
}

function rank(code: RefusalCode): number {
  const place = nearness.indexOf(code);
  return place < 0 ? nearness.length : place;
}

type Offer = { readonly candidate: Candidate; readonly deductionFen: Fen };

function isBetter(one: Offer, other: Offer): boolean {
  if (one.deductionFen !== other.deductionFen) return one.deductionFen > other.deductionFen;
  const [a, b] = [one.candidate.voucher, other.candidate.voucher];
  if (a.validTo !== b.validTo) return a.validTo < b.validTo;
  return a.voucherId < b.voucherId;
}
