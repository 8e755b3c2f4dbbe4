import { createHash } from 'node:crypto';
import type { PlanFile } from '@huiquan/domain/plan/plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Party } from './load-plan.ts';
import { amendPlan, checkPlanFile, type PlacedFinding } from './plan-file.ts';

/** A plan file that can be stored: read, checked and hashed before any transaction begins. */
export type PreparedPlan = {
  readonly sourceText: string;
  /** The file with the amendments in force applied: what the plan is derived from. */
  readonly file: PlanFile;
  readonly findings: readonly PlacedFinding[];
  /** Sorted; part of what is approved. */
  readonly parties: readonly Party[];
  /** SHA-256 of the text, the count of amendments and the parties. */
  readonly contentHash: Buffer;
};

/** Findings kept with a version; the longest shipped plan has about forty. */
const findingsMax = 500;

/**
 * Reads and checks a plan file with the first `amendments` of its amendments in force (none, where
 * nothing is said). Refuses `plan_invalid` with its findings, each with pointer and line, for a
 * text
 * that is no plan file; a plan that breaks rules is prepared with its findings, and those of weight
 * error stop its approval.
 * @policy requirements P1, P3, P4
 */
export function preparePlan(input: {
  readonly sourceText: string;
  readonly parties: readonly Party[];
  readonly amendments?: number | undefined;
}): PreparedPlan {
  const { sourceText, amendments = 0 } = input;
  const read = checkPlanFile(sourceText);
  const checked =
    read.file === undefined || amendments === 0 ? read : amendPlan(read.file, amendments);
  const findings = checked.findings.slice(0, findingsMax);
  if (checked.file === undefined) refuse('plan_invalid', { findings: findings.slice(0, 100) });
  const parties = input.parties.toSorted(byParty);
  const hashed = [sourceText, amendments, parties.map((one) => [one.party, one.organisationId])];
  const contentHash = createHash('sha256').update(JSON.stringify(hashed)).digest();
  return { sourceText, file: checked.file, findings, parties, contentHash };
}

function byParty(a: Party, b: Party): number {
  const one = `${a.party} ${a.organisationId}`;
  const other = `${b.party} ${b.organisationId}`;
  return one < other ? -1 : Number(one > other);
}
