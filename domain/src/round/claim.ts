import type { Instant } from '../instant.ts';
import type { LimitCounter } from '../limit/counters.ts';
import type { Plan, PlanKind } from '../plan/effective-plan.ts';
import type { RefusalCode } from '../refusals.ts';

/** Where a round stands for whoever claims. */
export type ClaimableRound = {
  readonly state: 'prepared' | 'approved' | 'stopped' | 'closed' | 'cancelled';
  readonly opensAt: Instant;
  readonly closesAt: Instant;
};

/**
 * Why nobody may claim in `round` at `now`; undefined when it is open: approved, and
 * opensAt ≤ now < closesAt. A round that was never approved is not open, whatever the hour.
 * @policy XN23 三(二); inv-15
 */
export function roundRefusal(round: ClaimableRound, now: Instant): RefusalCode | undefined {
  if (round.state === 'prepared') return 'round_not_open';
  if (round.state !== 'approved') return 'round_closed';
  if (now < round.opensAt) return 'round_not_open';
  return now < round.closesAt ? undefined : 'round_closed';
}

/** The kinds of the plan that a person holding `kind` may not have. */
export function excludedBy(kinds: readonly PlanKind[], kind: string): readonly string[] {
  return kinds.find((one) => one.id === kind)?.exclusiveWith ?? [];
}

/**
 * The counter at which the claims of one person in a programme wait for each other, where nothing
 * else makes them: `counters` hold no person's, or the kind rules out others that have counters of
 * their own. Undefined where they wait already. It has no limit of its own.
 */
export function claimTurn(
  plan: Pick<Plan, 'kinds'>,
  claim: { readonly programmeId: string; readonly personId: string; readonly kind: string },
  counters: readonly LimitCounter[],
): LimitCounter | undefined {
  const waits = counters.some(({ entityKind }) => entityKind === 'person');
  if (waits && excludedBy(plan.kinds, claim.kind).length === 0) return undefined;
  return {
    limitKey: `${claim.programmeId}/claim/turn`,
    entityKind: 'person',
    entityId: claim.personId,
    period: '-',
    amount: 1n,
    max: 9_007_199_254_740_991n,
  };
}
