import { dayOf, type Instant, instant, startOfDay } from '../instant.ts';
import { refuse } from '../refusals.ts';
import type {
  Plan,
  PlanChannel,
  PlanGate,
  PlanIssuing,
  PlanLimit,
  PlanMerchants,
  PlanRedemption,
  PlanRound,
} from './effective-plan.ts';
import { lastLife, voucherLives } from './issue-moments.ts';
import { roundClose, roundMoments, untilInstant } from './moments.ts';
import {
  planBenefit,
  planFunder,
  planKind,
  planPool,
  planSubsidy,
  statedFen,
} from './normalize-money.ts';
import type { PlanFile } from './plan.ts';
import type { GateFile, IssuingFile, LimitFile } from './schema-acts.ts';
import { effectiveOf, effectiveOrNone } from './stated.ts';

/**
 * The effective plan of a well-formed file (`checkPlan` without errors): amounts in 分, hours as
 * instants, rounds listed, defaults filled in. What a document leaves silent and nobody resolved
 * runs as: refund restore_if_valid, one voucher per payment, round open to the end of its day,
 * vouchers usable for as long as their validity says, unspent money to its funder. Refuses
 * `plan_invalid` where the file is not well-formed.
 * @policy requirements P1, P3
 */
export function normalizePlan(file: PlanFile): Plan {
  const startsAt = startOfDay(file.dates.from);
  const endsAt = untilInstant(effectiveOf(file.dates.to));
  const redeemText = effectiveOrNone(file.dates.redeem_until);
  const redeem = redeemText === undefined ? endsAt : laterOf(endsAt, untilInstant(redeemText));
  const times = {
    startsAt,
    issueUntil: deadline(file.registration?.issue_until),
    issuing: file.issuing.map((issuing) => planIssuing(issuing, file)),
    rounds: file.issuing.flatMap(planRounds).filter((round) => round.stock.length > 0),
    kinds: file.kinds.map((kind) => planKind(kind, file, redeem)),
  };
  const last = redeemText === undefined ? lastLife(voucherLives(times))?.endsAt : undefined;
  const refund = effectiveOrNone(file.refund)?.policy ?? 'silent';
  const unspent = effectiveOrNone(file.unspent);
  return {
    id: file.id,
    name: file.name,
    theme: file.theme,
    document: file.document,
    region: file.region,
    ...times,
    endsAt,
    redeemUntil: laterOf(redeem, last ?? redeem),
    parties: file.parties.map(({ id, name, roles }) => ({ id, name, roles })),
    approvals: file.approvals.map((approval) => ({
      act: approval.act,
      preparedBy: approval.prepared_by,
      approvedBy: approval.approved_by,
    })),
    totalFen: statedFen(file.total),
    funders: file.funders.map(planFunder),
    pools: file.pools.map((pool) => planPool(pool, file.funders)),
    packs: (file.packs ?? []).map(({ id, name, contents }) => ({ id, name, contents })),
    rosterIdentity: file.eligibility.list?.identity,
    registrationDeadline: deadline(file.registration?.deadline),
    limits: (file.limits ?? []).map((limit) => planLimit(effectiveOf(limit))),
    gates: (file.gates ?? []).map((gate) => planGate(gate)),
    channels: planChannels(file),
    merchants: planMerchants(file),
    redemption: planRedemption(file),
    refundPolicy: refund === 'silent' ? 'restore_if_valid' : refund,
    unspent: { to: unspent?.to ?? 'funder', withinWorkingDays: unspent?.within_working_days },
    subsidies: (file.subsidies ?? []).map(planSubsidy),
    benefits: (file.benefits ?? []).map(planBenefit),
    hotlines: (file.hotlines ?? []).map(({ number, name }) => ({ number, name })),
  };
}

function laterOf(a: Instant, b: Instant): Instant {
  return instant(Math.max(a, b));
}

function deadline(
  value: NonNullable<PlanFile['registration']>['deadline'] | undefined,
): Instant | undefined {
  const text = effectiveOrNone(value);
  return text === undefined ? undefined : untilInstant(text);
}

function planIssuing(issuing: IssuingFile, file: PlanFile): PlanIssuing {
  const pack = (file.packs ?? []).find((one) => one.id === issuing.pack);
  const kinds = new Set([
    ...(issuing.kinds ?? []),
    ...(pack?.contents.map((part) => part.kind) ?? []),
  ]);
  return {
    id: issuing.id,
    mode: issuing.mode,
    kinds: [...kinds],
    pack: issuing.pack,
    perPersonFen: statedFen(issuing.per_person),
    opensAt: planRounds(issuing).map((round) => round.opensAt),
    leftovers: issuing.leftovers ?? 'return',
  };
}

/** Every round of one issuing; a kind without quantity has no stock in it. */
export function planRounds(issuing: IssuingFile): readonly PlanRound[] {
  const calendar = effectiveOrNone(issuing.calendar);
  if (calendar === undefined) return [];
  const usual = effectiveOrNone(issuing.quantities) ?? {};
  const end = effectiveOrNone(issuing.round_ends);
  return roundMoments(calendar).map((opensAt, index) => {
    const no = index + 1;
    const own = (issuing.round_quantities ?? []).find((one) => one.round === no)?.quantities;
    const stock = Object.entries({ ...usual, ...own })
      .map(([kind, count]) => ({ kind, count }))
      .filter(({ count }) => count > 0);
    const closesAt = roundClose(opensAt, dayOf(opensAt), end);
    return { issuing: issuing.id, no, opensAt, closesAt, stock };
  });
}

function planLimit(limit: LimitFile): PlanLimit {
  return {
    action: limit.action,
    period: limit.period,
    entity: limit.entity,
    of: limit.of ?? 'all_kinds',
    max: limit.max,
    maxFen: statedFen(limit.max_amount),
  };
}

function planGate(gate: GateFile): PlanGate {
  const at = effectiveOrNone(gate.at) ?? ['claim'];
  if (gate.gate !== 'location') return { gate: gate.gate, at };
  return {
    gate: 'location',
    at,
    region: gate.region ?? refuse('plan_invalid', { gate: 'location' }),
    datum: gate.datum ?? 'stated_by_client',
    borderKm: gate.border_km ?? 2,
    accuracyM: gate.accuracy_m ?? 1000,
    ageSeconds: gate.age_seconds ?? 60,
  };
}

function planChannels(file: PlanFile): readonly PlanChannel[] {
  const channels = file.channels ?? [];
  const even = channels.length === 0 ? 0 : 100 / channels.length;
  const shares = channels.map((channel) =>
    Math.round((effectiveOrNone(channel.share_percent) ?? even) * 100),
  );
  const missing = 10_000 - shares.reduce((sum, share) => sum + share, 0);
  return channels.map((channel, index) => ({
    id: channel.id,
    name: channel.name,
    operator: channel.operator,
    kind: channel.kind,
    shareBasisPoints: (shares[index] ?? 0) + (index === 0 ? missing : 0),
    prefunded: channel.prefunded ?? false,
  }));
}

function planMerchants(file: PlanFile): PlanMerchants {
  return {
    admission: file.merchants?.admission ?? 'apply',
    region: file.merchants?.region ?? file.region.code,
    conditions: file.merchants?.conditions ?? [],
    categories: (file.merchants?.categories ?? []).map((category) => ({
      id: category.id,
      name: category.name,
      reviewedBy: effectiveOrNone(category.reviewed_by),
    })),
  };
}

function planRedemption(file: PlanFile): PlanRedemption {
  const { redemption } = file;
  return {
    presentation: redemption?.presentation ?? 'merchant_scans',
    oneVoucherPerPayment: effectiveOrNone(redemption?.one_voucher_per_payment) ?? true,
    trySeconds: redemption?.try_seconds ?? 45,
    stacksWithMerchantDiscount: redemption?.stacks_with_merchant_discount ?? true,
    excludedUses: redemption?.excluded_uses ?? [],
  };
}
