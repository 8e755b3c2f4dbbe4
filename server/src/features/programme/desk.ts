import { decide, type Grant, type Permission } from '@huiquan/domain/access.ts';
import type { ActName, Plan } from '@huiquan/domain/plan/effective-plan.ts';
import type { Tx } from '../../db/transact.ts';
import { actScope, currentPlan, namedParties } from './load-plan.ts';

/** What somebody may do on the two sides of an act, and who the plan says approves it. */
export type Desk = {
  readonly mayPrepare: boolean;
  readonly mayApprove: boolean;
  readonly approvers: string[];
};

/**
 * What the holder of `grants` finds on his desk for an act: a page offers only what will be let
 * through. That he is not his own second person is judged by the act itself.
 * @policy requirement P6
 */
export async function deskOf(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly act: ActName;
    readonly ownerPath?: string;
    readonly grants: readonly Grant[];
    /** The plan that names the parties, where it is not the one in force. */
    readonly plan?: Plan;
    readonly permissions: { readonly prepare: Permission; readonly approve: Permission };
  },
): Promise<Desk> {
  const { grants, permissions, ...place } = asked;
  const plan = asked.plan ?? (await currentPlan(tx, place.programmeId)).plan;
  const preparing = await actScope(tx, { ...place, side: 'prepare', plan });
  const approving = await actScope(tx, { ...place, side: 'approve', plan });
  const named = namedParties(plan, place.act, 'approve') ?? [];
  return {
    mayPrepare: decide(grants, permissions.prepare, preparing) === 'allow',
    mayApprove: decide(grants, permissions.approve, approving) === 'allow',
    approvers: plan.parties.filter((one) => named.includes(one.id)).map((one) => one.name),
  };
}
