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
const settlementDesk = {
  act: 'pay_settlement',
  permissions: { prepare: 'settlement.create', approve: 'settlement.approve' },
} as const;
const extensionDesk = {
  act: 'extend_programme',
  permissions: { prepare: 'programme.prepare', approve: 'programme.approve' },
} as const;
const closingDesk = {
  act: 'close_programme',
  permissions: { prepare: 'programme.close_prepare', approve: 'programme.close_approve' },
} as const;

/** What somebody may do in a programme; about others it tells nothing. */
export const deskRoutes: readonly Handled[] = [
  handle(programmeDeskRoute, async (request) =>
    request.read(async (tx) => {
      const { programmeId } = request.params;
      const { principal } = request;
      const own = principal.kind === 'staff' ? principal.organisationPath : undefined;
      const { grants } = principal;
      const whole = { programmeId, grants };
      const whose = { ...whole, ...(own === undefined ? {} : { ownerPath: own }) };
      return {
        roster: await deskOf(tx, { ...whose, ...rosterDesk }),
        batch: await deskOf(tx, { ...whose, ...batchDesk }),
        // Paid, extended and closed is the programme, not a part of it that an organisation has.
        settlement: await deskOf(tx, { ...whole, ...settlementDesk }),
        extension: await deskOf(tx, { ...whole, ...extensionDesk }),
        closing: await deskOf(tx, { ...whole, ...closingDesk }),
      };
    }),
  ),
];
