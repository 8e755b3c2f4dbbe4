import type { Instant } from '../instant.ts';
import type { PlanKind } from '../plan/effective-plan.ts';
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

/**
 * The counter that numbers a person's claims in a programme and so makes them wait for each other.
 */
export function claimSequence(programmeId: string, personId: string) {
  return {
    limitKey: `${programmeId}/claim/sequence`,
    entityKind: 'person',
    entityId: personId,
    period: '-',
    amount: 1n,
    max: 32_767n,
  } as const;
}

/** The kinds of the plan that a person holding `kind` may not have. */
export function excludedBy(kinds: readonly PlanKind[], kind: string): readonly string[] {
  return kinds.find((one) => one.id === kind)?.exclusiveWith ?? [];
}
