import { refuse } from '@huiquan/domain/refusals.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { actScope, programmeScope } from '../programme/load-plan.ts';
import {
  approveListing,
  decideSanction,
  endListing,
  getSanction,
  listDishonest,
  prepareSanction,
  suspendMerchant,
} from './sanction.ts';
import * as contract from './sanction.contract.ts';

const act = 'suspend_merchant';

/** Suspension by one, restoration and disqualification by two, the dishonesty list by two. */
export function sanctionRoutes(): readonly Handled[] {
  return [
    handle(contract.suspendRoute, (request) =>
      request.transact(async (tx) => {
        const { programmeId } = request.params;
        request.authorize(await actScope(tx, { programmeId, act, side: 'prepare' }));
        const { evidence } = request.body;
        return { sanctionId: await suspendMerchant(tx, { ...request.params, evidence }) };
      }),
    ),
    handle(contract.prepareSanctionRoute, (request) =>
      request.transact(async (tx) => {
        const { programmeId } = request.params;
        request.authorize(await actScope(tx, { programmeId, act, side: 'prepare' }));
        return {
          sanctionId: await prepareSanction(tx, { ...request.params, ...request.body }),
        };
      }),
    ),
    handle(contract.decideSanctionRoute, (request) =>
      request.transact(async (tx) => {
        const { sanctionId } = request.params;
        const { programmeId } = await getSanction(tx, sanctionId);
        if (programmeId === null) return refuse('not_found');
        request.authorize(await actScope(tx, { programmeId, act, side: 'approve' }));
        await decideSanction(tx, { sanctionId, decision: request.body.decision });
        return {};
      }),
    ),
    handle(contract.listDishonestRoute, (request) =>
      request.transact(async (tx) => {
        const { programmeId, uscc, evidence } = request.body;
        request.authorize(await programmeScope(tx, programmeId));
        return { listingId: await listDishonest(tx, { uscc, evidence }) };
      }),
    ),
    handle(contract.approveListingRoute, (request) =>
      request.transact(async (tx) => {
        request.authorize(await programmeScope(tx, request.body.programmeId));
        await approveListing(tx, request.params.listingId);
        return {};
      }),
    ),
    handle(contract.endListingRoute, (request) =>
      request.transact(async (tx) => {
        request.authorize(await programmeScope(tx, request.body.programmeId));
        await endListing(tx, request.params.listingId);
        return {};
      }),
    ),
  ];
}
