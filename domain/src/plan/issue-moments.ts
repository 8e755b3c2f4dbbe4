import { type Instant, instant } from '../instant.ts';
import type { Plan, PlanKind } from './effective-plan.ts';
import { validityEnd } from './validity.ts';

/** The part of a plan that says when vouchers come into being. */
export type IssueTimes = Pick<Plan, 'issuing' | 'startsAt' | 'issueUntil'>;

/**
 * The instants at which vouchers of a kind may come into being, in order: each round, and for
 * directed issuing the first day and, where the plan names it, the last moment to issue.
 */
export function issueMoments(plan: IssueTimes, kindId: string): readonly Instant[] {
  const sources = plan.issuing.filter((issuing) => issuing.kinds.includes(kindId));
  const rounds = sources.flatMap((issuing) => issuing.opensAt);
  const directed = sources.some((issuing) => issuing.mode === 'directed');
  const { startsAt, issueUntil } = plan;
  const last = issueUntil === undefined || issueUntil <= startsAt ? [] : [instant(issueUntil - 1)];
  return [...rounds, ...(directed ? [startsAt, ...last] : [])].toSorted((a, b) => a - b);
}

/** The life of vouchers of one kind issued at one moment, not cut by the plan's end. */
export type VoucherLife = {
  readonly kind: PlanKind;
  readonly issuedAt: Instant;
  readonly endsAt: Instant;
};

/** The life of every voucher the plan may issue: one per kind and issue moment. */
export function voucherLives(
  plan: IssueTimes & { readonly kinds: readonly PlanKind[] },
): readonly VoucherLife[] {
  return plan.kinds.flatMap((kind) =>
    issueMoments(plan, kind.id).map((issuedAt) => ({
      kind,
      issuedAt,
      endsAt: validityEnd(kind.validity, issuedAt),
    })),
  );
}

/** The life that ends last. */
export function lastLife(lives: readonly VoucherLife[]): VoucherLife | undefined {
  return lives.reduce<VoucherLife | undefined>(
    (last, life) => (last === undefined || life.endsAt > last.endsAt ? life : last),
    undefined,
  );
}
