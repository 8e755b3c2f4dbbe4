import type { Tx } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled, type Request } from '../../http/handle.ts';
import { actScope } from '../programme/load-plan.ts';
import * as contract from './correction.contract.ts';
import { correctEntitlement, findListed } from './correction.ts';
import { getRoster, type Roster } from './roster.ts';

/**
 * The roster, if the one who asks may prepare, question or correct it: the organisations that the
 * plan names for its lists, else those of the matrix.
 */
export async function preparable(request: Request, tx: Tx, rosterId: string): Promise<Roster> {
  const roster = await getRoster(tx, rosterId);
  const { programmeId, organisationPath: ownerPath } = roster;
  const scope = { programmeId, act: 'confirm_roster', side: 'prepare', ownerPath } as const;
  request.authorize(await actScope(tx, scope));
  return roster;
}

/** A clerk with a resident beside him: find his row, put a mistyped name or phone right. */
export const correctionRoutes = ({ keys, onVerified }: Context): readonly Handled[] => [
  handle(contract.findListedRoute, async (request) =>
    request.read(async (tx) => {
      const { rosterId } = await preparable(request, tx, request.params.rosterId);
      const found = await findListed(tx, keys, { rosterId, ...request.body });
      return {
        items: found.map(({ rowNumber, phone, idNumber, ...row }) => ({
          ...row,
          row: rowNumber,
          ...(phone === undefined ? {} : { phone }),
          ...(idNumber === undefined ? {} : { idNumber }),
        })),
      };
    }),
  ),
  handle(contract.correctEntitlementRoute, async (request) =>
    request.transact(async (tx) => {
      const { rosterId, entitlementId } = request.params;
      await preparable(request, tx, rosterId);
      const given = { rosterId, entitlementId, ...request.body, onVerified };
      return correctEntitlement(tx, keys, given);
    }),
  ),
];
