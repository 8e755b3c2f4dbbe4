import { dayOf, type Instant } from '@huiquan/domain/instant.ts';
import {
  benefitCounters,
  limitCounters,
  type LimitCounter,
} from '@huiquan/domain/limit/counters.ts';
import type { Fen } from '@huiquan/domain/fen.ts';
import type {
  Plan,
  PlanBenefit,
  PlanIssuing,
  PlanKind,
} from '@huiquan/domain/plan/effective-plan.ts';

/** What a roster row of one face becomes under a plan. */
export type FaceKind = {
  readonly faceFen: Fen;
  readonly kind: PlanKind;
  readonly issuing: PlanIssuing;
};

/**
 * The electronic kinds that a plan issues by list, one per face; where two have the same face, the
 * issuing that carries the roster's `source` as its id decides, then the order of the plan.
 */
export function directedKinds(plan: Plan, source: string): readonly FaceKind[] {
  const directed = plan.issuing.filter((one) => one.mode === 'directed');
  const ordered = [
    ...directed.filter((one) => one.id === source),
    ...directed.filter((one) => one.id !== source),
  ];
  const byFace = new Map<Fen, FaceKind>();
  for (const issuing of ordered) {
    for (const kind of plan.kinds.filter((one) => issuing.kinds.includes(one.id))) {
      if (kind.form !== 'electronic' || kind.face.type !== 'fixed') continue;
      const { faceFen } = kind.face;
      if (!byFace.has(faceFen)) byFace.set(faceFen, { faceFen, kind, issuing });
    }
  }
  return [...byFace.values()];
}

/** The caps on vouchers per member that are in force on the day of `at`, the latest of each id. */
export function voucherCaps(plan: Plan, at: Instant): readonly PlanBenefit[] {
  const day = dayOf(at);
  const inForce = plan.benefits
    .filter((one) => one.benefit === 'voucher' && one.effectiveFrom <= day)
    .toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
  return [...new Map(inForce.map((one) => [one.id, one])).values()];
}

/** A row of a roster that is bound to a person, as the limits see it. */
export type LimitedRow = {
  readonly personId: string;
  readonly kind: string;
  readonly faceFen: Fen;
  readonly count: number;
  readonly amountFen: Fen;
  readonly at: Instant;
};

/**
 * Every counter that issuing `row` moves: the plan's own limits and the yearly caps per member.
 * @policy SX25 一, requirement O3
 */
export function issueCounters(
  programme: { readonly programmeId: string; readonly plan: Plan },
  row: LimitedRow,
): readonly LimitCounter[] {
  const { programmeId, plan } = programme;
  const { personId, kind, faceFen, count, amountFen, at } = row;
  const entities = { person: personId, phone: personId };
  return [
    ...limitCounters(plan.limits, {
      programmeId,
      action: 'issue',
      kind,
      count,
      faceFen,
      at,
      entities,
    }),
    ...voucherCaps(plan, at).flatMap((cap) => benefitCounters(cap, { personId, amountFen, at })),
  ];
}

/** Whether issuing under `plan` moves any counter at all. */
export function hasIssueLimits(plan: Plan, at: Instant): boolean {
  return plan.limits.some((one) => one.action === 'issue') || voucherCaps(plan, at).length > 0;
}
