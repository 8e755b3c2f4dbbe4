import { fenOnWire } from '@huiquan/domain/fen.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { currentPlan } from '../programme/load-plan.ts';
import { paymentOf } from './payment.ts';
import * as contract from './roster.contract.ts';
import { getRoster } from './roster.ts';
import { listSources, type RosterSource } from './sources.ts';

function sourceWire({ source, name, identity, faces, perPersonFen, cap }: RosterSource) {
  return {
    source,
    name,
    identity,
    facesFen: faces.map(fenOnWire),
    ...(perPersonFen === undefined ? {} : { perPersonFen: fenOnWire(perPersonFen) }),
    ...(cap === undefined ? {} : { cap: { maxFen: fenOnWire(cap.maxFen), clause: cap.clause } }),
  };
}

/** What a list may be for, and how it stands to its payment. */
export const sourceRoutes: readonly Handled[] = [
  handle(contract.listSourcesRoute, async (request) => {
    const { programmeId } = request.params;
    return request.read(async (tx) => ({
      items: (await listSources(tx, programmeId)).map(sourceWire),
    }));
  }),
  handle(contract.rosterPaymentRoute, async (request) =>
    request.read(async (tx) => {
      const roster = await getRoster(tx, request.params.rosterId);
      const { programmeId, organisationPath } = roster;
      request.authorize({ programmeId, organisationPath });
      const { plan } = await currentPlan(tx, programmeId);
      const payment = await paymentOf(tx, plan, roster);
      if (payment === undefined) return {};
      const { paidFen, listedFen, mustEqual } = payment;
      return {
        payment: { paidFen: fenOnWire(paidFen), listedFen: fenOnWire(listedFen), mustEqual },
      };
    }),
  ),
];
