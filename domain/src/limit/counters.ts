import type { Fen } from '../fen.ts';
import type { Instant } from '../instant.ts';
import type { PlanBenefit, PlanLimit } from '../plan/effective-plan.ts';
import { refuse } from '../refusals.ts';
import { canCount } from './entities.ts';
import { type LimitPeriod, periodName } from './period.ts';

/** One counter that an act moves: `amount` more, to `max` at most; vouchers or 分 by its key. */
export type LimitCounter = {
  readonly limitKey: string;
  readonly entityKind: PlanLimit['entity'];
  readonly entityId: string;
  readonly period: string;
  readonly amount: bigint;
  readonly max: bigint;
};

/** What is about to be done: `count` vouchers of `kind`, `faceFen` each. */
export type LimitedAct = {
  readonly programmeId: string;
  readonly action: PlanLimit['action'];
  readonly kind: string;
  readonly count: number;
  readonly faceFen: Fen;
  readonly at: Instant;
  readonly roundId?: string;
  readonly entities: Partial<Readonly<Record<PlanLimit['entity'], string>>>;
};

function kindsOf(limit: PlanLimit, kind: string): string | undefined {
  if (limit.of === 'all_kinds') return '*';
  if (limit.of === 'each_kind') return kind;
  return limit.of.includes(kind) ? limit.of.toSorted().join('+') : undefined;
}

function countersOfLimit(limit: PlanLimit, act: LimitedAct): LimitCounter[] {
  const kinds = kindsOf(limit, act.kind);
  if (limit.action !== act.action || kinds === undefined) return [];
  const entityId = act.entities[limit.entity];
  if (entityId === undefined || !canCount(limit)) {
    const { action, entity, period } = limit;
    refuse('invalid_rule', { action, entity, period });
  }
  const period = periodName(limit.period, act.at, act.roundId);
  const key = `${act.programmeId}/${limit.action}/${limit.period}/${kinds}`;
  const base = { entityKind: limit.entity, entityId, period };
  const count = BigInt(act.count);
  const byCount = { ...base, limitKey: `${key}/count`, amount: count };
  const byFen = { ...base, limitKey: `${key}/fen`, amount: count * act.faceFen };
  return [
    ...(limit.max === undefined ? [] : [{ ...byCount, max: BigInt(limit.max) }]),
    ...(limit.maxFen === undefined ? [] : [{ ...byFen, max: limit.maxFen }]),
  ];
}

/**
 * The counters of the plan's `limits` that `act` moves: one per limit that speaks of its action and
 * kind, counted in vouchers and, where the plan caps money, in 分. Refuses `invalid_rule` where a
 * limit is kept for what the act does not know: a limit is never passed over silently.
 * @policy XN23 三(三): limits per person, kind, round, day and programme are the plan's
 */
export function limitCounters(limits: readonly PlanLimit[], act: LimitedAct): LimitCounter[] {
  return limits.flatMap((limit) => countersOfLimit(limit, act));
}

/** A spend on one member under a benefit of the union's rules. */
export type BenefitSpend = {
  readonly personId: string;
  readonly amountFen: Fen;
  readonly at: Instant;
};

const yearly: LimitPeriod = 'year';

/**
 * The counters of a yearly cap per member, kept by its clause and shared by all programmes that
 * quote it: how often, and how much. The key begins with `cap/` and ends with the clause. A cap
 * that is not per member and year has none here.
 * @policy SX25 一: a voucher once a year, 300元 at most
 */
export function benefitCounters(benefit: PlanBenefit, spend: BenefitSpend): LimitCounter[] {
  if (benefit.per !== 'member' || benefit.period !== 'year') return [];
  const base = {
    entityKind: 'person',
    entityId: spend.personId,
    period: periodName(yearly, spend.at),
  } as const;
  const key = (unit: string) => `cap/${benefit.benefit}/${unit}/${benefit.clause}`;
  const { maxCount, maxFen } = benefit;
  return [
    ...(maxCount === undefined
      ? []
      : [{ ...base, limitKey: key('count'), amount: 1n, max: BigInt(maxCount) }]),
    ...(maxFen === undefined
      ? []
      : [{ ...base, limitKey: key('fen'), amount: spend.amountFen, max: maxFen }]),
  ];
}

/** The clause a `cap/` key names; undefined for a programme's own limit. */
export function clauseOfLimit(limitKey: string): string | undefined {
  return /^cap\/[^/]+\/[^/]+\/(.*)$/s.exec(limitKey)?.[1];
}
