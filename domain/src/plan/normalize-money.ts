import { type Fen, zeroFen } from '../fen.ts';
import type { Instant } from '../instant.ts';
import { refuse } from '../refusals.ts';
import { fenOfAmount } from './amount.ts';
import type {
  PlanBenefit,
  PlanFace,
  PlanFunder,
  PlanKind,
  PlanPool,
  PlanSubsidy,
  PlanThreshold,
} from './effective-plan.ts';
import { untilInstant } from './moments.ts';
import type { PlanFile } from './plan.ts';
import type {
  BenefitCapFile,
  FaceFile,
  FunderFile,
  KindFile,
  PoolFile,
  SubsidyFile,
  ThresholdFile,
} from './schema-money.ts';
import type { AmountText, Stated } from './schema-words.ts';
import { effectiveOf, effectiveOrNone } from './stated.ts';
import { validityRule } from './validity.ts';

/** The 分 of an amount of the file; refuses `plan_invalid` for one that is not exact. */
export function exactFen(amount: AmountText): Fen {
  return fenOfAmount(amount) ?? refuse('plan_invalid', { amount: String(amount) });
}

/** As `exactFen` for a stated amount that may be missing. */
export function statedFen(amount: Stated<AmountText> | undefined): Fen | undefined {
  const value = effectiveOrNone(amount);
  return value === undefined ? undefined : exactFen(value);
}

/** What a voucher takes off, in 分. */
export function planFace(face: FaceFile): PlanFace {
  if (typeof face !== 'object') return { type: 'fixed', faceFen: exactFen(face) };
  if ('percent' in face) {
    const basisPoints = Math.round(face.percent * 100);
    return { type: 'percent', basisPoints, capFen: exactFen(face.cap) };
  }
  const tiers = face.tiers.map((tier) => ({
    orderAtLeastFen: exactFen(tier.order_at_least),
    faceFen: exactFen(tier.face),
  }));
  return { type: 'tiers', tiers: tiers.toSorted((a, b) => compare(a, b)) };
}

function compare(a: { orderAtLeastFen: Fen }, b: { orderAtLeastFen: Fen }): number {
  return Number(a.orderAtLeastFen - b.orderAtLeastFen);
}

/** The most a voucher of this face can take off. */
export function largestFaceFen(face: PlanFace): Fen {
  switch (face.type) {
    case 'fixed':
      return face.faceFen;
    case 'percent':
      return face.capFen;
    case 'tiers':
      return face.tiers.reduce(
        (most, tier) => (tier.faceFen > most ? tier.faceFen : most),
        zeroFen,
      );
  }
}

/** The amount an order must reach or exceed; `face` becomes the face itself. */
export function planThreshold(threshold: ThresholdFile, face: PlanFace): PlanThreshold {
  const { amount } = threshold;
  return {
    amountFen: amount === 'face' ? largestFaceFen(face) : exactFen(amount),
    strict: threshold.strict ?? false,
  };
}

/** One funder, its account data as written. */
export function planFunder(funder: FunderFile): PlanFunder {
  return {
    id: funder.id,
    party: funder.party,
    source: funder.source,
    amountFen: statedFen(funder.amount),
    perBranch: funder.per_branch ?? false,
    orderOfUse: funder.order_of_use,
    returnAccount: funder.return_account,
    remarkCode: funder.remark_code,
    payTo: funder.pay_to,
  };
}

/** One pool with its funders sorted by their order of use. */
export function planPool(pool: PoolFile, funders: readonly FunderFile[]): PlanPool {
  const order = new Map(funders.map((funder) => [funder.id, funder.order_of_use]));
  const sorted = pool.funders.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return { id: pool.id, name: pool.name, amountFen: statedFen(pool.amount), funders: sorted };
}

/** One kind with its own validity, or else the plan's. */
export function planKind(kind: KindFile, file: PlanFile, redeemUntil: Instant): PlanKind {
  const face = planFace(effectiveOf(kind.face));
  const validity = effectiveOrNone(kind.validity ?? file.validity);
  const exclusive = new Set(kind.exclusive_with ?? []);
  for (const other of file.kinds) {
    if (other.exclusive_with?.includes(kind.id) === true) exclusive.add(other.id);
  }
  return {
    id: kind.id,
    name: kind.name,
    pool: kind.pool,
    form: kind.form ?? 'electronic',
    face,
    threshold: planThreshold(effectiveOf(kind.threshold), face),
    validity: validityRule(validity, redeemUntil),
    categories: kind.categories ?? (file.merchants?.categories ?? []).map((one) => one.id),
    settlesTo: kind.settles_to ?? 'merchant',
    exclusiveWith: [...exclusive],
  };
}

/** One subsidy; a tier without lower end starts at zero and is closed there. */
export function planSubsidy(subsidy: SubsidyFile): PlanSubsidy {
  const card = effectiveOrNone(subsidy.card_payment);
  return {
    id: subsidy.id,
    pool: subsidy.pool,
    perPersonMax: effectiveOrNone(subsidy.per_person_max) ?? 1,
    voucherMatchesBy: effectiveOf(subsidy.voucher_matches_by),
    cardPayment:
      card === undefined ? undefined : planThreshold(card, { type: 'fixed', faceFen: zeroFen }),
    papers: subsidy.papers,
    papersDueAt: untilInstant(effectiveOf(subsidy.papers_due)),
    tiers: subsidy.tiers.map((tier) => {
      const from = tier.over ?? tier.at_least;
      const to = tier.under ?? tier.at_most;
      return {
        class: tier.class,
        fromFen: from === undefined ? zeroFen : exactFen(from),
        fromOpen: tier.over !== undefined,
        toFen: to === undefined ? undefined : exactFen(to),
        toOpen: tier.under !== undefined,
        subsidyFen: exactFen(tier.subsidy),
        kind: tier.kind,
      };
    }),
  };
}

/** One benefit cap in 分. */
export function planBenefit(cap: BenefitCapFile): PlanBenefit {
  return {
    id: cap.id,
    benefit: cap.benefit,
    name: cap.name,
    per: cap.per,
    period: cap.period,
    maxFen: statedFen(cap.max_amount),
    maxCount: cap.max_count,
    effectiveFrom: cap.effective_from,
    clause: cap.clause,
  };
}
