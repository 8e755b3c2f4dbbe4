import type { Instant } from '@huiquan/domain/instant.ts';
import { type PlanChange, planChanges } from '@huiquan/domain/plan/changes.ts';
import type { PlanFile } from '@huiquan/domain/plan/plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { ProgrammeState } from './load-plan.ts';
import { effectFrom } from './programme.ts';

const sql = twin(import.meta.url);

export type VersionChanges = {
  /** The version that was in force before; undefined for the first. */
  readonly before: { readonly versionId: string; readonly number: number } | undefined;
  /** When it took effect, or would if it were approved now. */
  readonly takesEffectAt: Instant;
  readonly changes: readonly PlanChange[];
};

/**
 * What a version changes against the one approved before it, for the eyes of its approver: the
 * first version changes nothing. Refuses `not_found`.
 * @policy requirement P4
 */
export async function versionChanges(tx: Tx, versionId: string): Promise<VersionChanges> {
  type Row = {
    readonly plan: PlanFile;
    readonly effectiveFrom: Instant | null;
    readonly state: ProgrammeState;
    readonly beforeId: string | null;
    readonly beforeNumber: number | null;
    readonly beforePlan: PlanFile | null;
  };
  const row = await tx.maybe<Row>(sql('findWithBefore'), { versionId });
  if (row === undefined) refuse('not_found');
  const { plan, state, beforeId, beforeNumber, beforePlan } = row;
  const day = plan.document.effective_from;
  const takesEffectAt = row.effectiveFrom ?? effectFrom(tx.now, state, day);
  if (beforeId === null || beforeNumber === null || beforePlan === null) {
    return { before: undefined, takesEffectAt, changes: [] };
  }
  const before = { versionId: beforeId, number: beforeNumber };
  return { before, takesEffectAt, changes: planChanges(beforePlan, plan) };
}
