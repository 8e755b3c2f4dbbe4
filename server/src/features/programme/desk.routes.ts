import { handle, type Handled } from '../../http/handle.ts';
import { programmeDeskRoute } from './desk.contract.ts';
import { deskOf } from './desk.ts';

const rosterDesk = {
  act: 'confirm_roster',
  permissions: { prepare: 'roster.create', approve: 'roster.confirm' },
} as const;
const batchDesk = {
  act: 'issue_batch',
  permissions: { prepare: 'issue_batch.create', approve: 'issue_batch.approve' },
} as const;

/** What somebody may begin in a programme; about others it tells nothing. */
export const deskRoutes: readonly Handled[] = [
  handle(programmeDeskRoute, async (request) =>
    request.read(async (tx) => {
      const { programmeId } = request.params;
      const { principal } = request;
      const own = principal.kind === 'staff' ? principal.organisationPath : undefined;
      const { grants } = principal;
      const whose = { programmeId, grants, ...(own === undefined ? {} : { ownerPath: own }) };
      return {
        roster: await deskOf(tx, { ...whose, ...rosterDesk }),
        batch: await deskOf(tx, { ...whose, ...batchDesk }),
      };
    }),
  ),
];
