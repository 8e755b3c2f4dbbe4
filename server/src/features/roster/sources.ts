import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { rosterRules, type RosterRules } from '@huiquan/domain/roster/row.ts';
import type { Tx } from '../../db/transact.ts';
import { currentPlan } from '../programme/load-plan.ts';

/** Something the plan issues by list: what it is called, and what it demands of a row. */
export type RosterSource = RosterRules & { readonly source: string; readonly name: string };

function nameOf(plan: Plan, issuing: Plan['issuing'][number]): string {
  const pack = plan.packs.find((one) => one.id === issuing.pack);
  if (pack !== undefined) return pack.name;
  const kinds = plan.kinds.filter((one) => issuing.kinds.includes(one.id));
  return kinds.map((one) => one.name).join('、');
}

/** What the plan in force issues by list today. Refuses as `currentPlan`. */
export async function listSources(tx: Tx, programmeId: string): Promise<readonly RosterSource[]> {
  const { plan } = await currentPlan(tx, programmeId);
  return plan.issuing.flatMap((issuing) => {
    const rules = rosterRules(plan, issuing.id, tx.now);
    if (rules === undefined) return [];
    return [{ ...rules, source: issuing.id, name: nameOf(plan, issuing) }];
  });
}
