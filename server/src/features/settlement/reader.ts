import { decide, type ObjectScope, type Permission } from '@huiquan/domain/access.ts';
import type { Tx } from '../../db/transact.ts';
import type { Request } from '../../http/handle.ts';
import { getProgramme } from '../programme/list.ts';
import { actScope, programmeScope, type Side } from '../programme/load-plan.ts';

type Grants = Request['principal']['grants'];

/** Where paying a programme's merchants stands, for who prepares or approves it. */
export const payScope = (tx: Tx, programmeId: string, side: Side) =>
  actScope(tx, { programmeId, act: 'pay_settlement', side });

/** The side of paying that the plan in force leaves to the holder of `grants`, if it does. */
async function namedScope(
  tx: Tx,
  { programmeId, grants }: { readonly programmeId: string; readonly grants: Grants },
): Promise<ObjectScope | undefined> {
  // A draft has no plan in force that could name anybody.
  if ((await getProgramme(tx, programmeId)).currentVersionId === null) return undefined;
  const approving = await payScope(tx, programmeId, 'approve');
  if (decide(grants, 'settlement.approve', approving) === 'allow') return approving;
  const preparing = await payScope(tx, programmeId, 'prepare');
  return decide(grants, 'settlement.create', preparing) === 'allow' ? preparing : undefined;
}

/**
 * Lets those read a programme's runs who see the programme, a merchant what is its own, and whom
 * the plan names to prepare or approve the payment, wherever his organisation stands: nobody
 * approves what he cannot see. Refuses `not_found` to all others.
 * @policy requirement P6; SX20 一(三)
 */
export async function authorizeReader(
  request: Request,
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly merchantId?: string | undefined;
    readonly permission: Permission;
  },
): Promise<void> {
  const { programmeId, merchantId, permission } = asked;
  const { grants } = request.principal;
  const place = await programmeScope(tx, programmeId);
  const whole = merchantId === undefined ? place : { ...place, merchantId };
  const isOutside = decide(grants, permission, whole) === 'absent';
  const named = isOutside ? await namedScope(tx, { programmeId, grants }) : undefined;
  request.authorize(named ?? whole, permission);
}
