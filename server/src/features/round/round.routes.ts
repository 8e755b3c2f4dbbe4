import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled, type Request } from '../../http/handle.ts';
import { actScope, currentPlan, programmeScope, type Side } from '../programme/load-plan.ts';
import { poolStates } from '../programme/pools.ts';
import { claiming } from './claiming.ts';
import { getRound, roundsUnder } from './list.ts';
import * as contract from './round.contract.ts';
import {
  approveRestart,
  approveRound,
  cancelRound,
  closeRound,
  prepareRound,
  requestRestart,
  stopRound,
} from './round.ts';

/** The round, if this side of opening it is the asker's. */
async function authorizeRound(request: Request, tx: Tx, roundId: string, side: Side) {
  const { programmeId } = await getRound(tx, roundId);
  request.authorize(await actScope(tx, { programmeId, act: 'adjust_rounds', side }));
}

const organising: readonly Handled[] = [
  handle(contract.prepareRoundRoute, async (request) =>
    request.transact(async (tx) => {
      const { programmeId } = request.params;
      request.authorize(await actScope(tx, { programmeId, act: 'adjust_rounds', side: 'prepare' }));
      const { number, stock } = request.body;
      const { shares, ...made } = await prepareRound(tx, { programmeId, number, stock });
      const wire = shares.map((share) => ({ ...share, faceFen: fenOnWire(share.faceFen) }));
      return { ...made, shares: wire };
    }),
  ),
  handle(contract.approveRoundRoute, async (request) =>
    request.transact(async (tx) => {
      const { roundId } = request.params;
      await authorizeRound(request, tx, roundId, 'approve');
      await approveRound(tx, { roundId, contentHash: request.body.contentHash });
      return {};
    }),
  ),
  handle(contract.cancelRoundRoute, async (request) =>
    request.transact(async (tx) => {
      const { roundId } = request.params;
      await authorizeRound(request, tx, roundId, 'prepare');
      await cancelRound(tx, { roundId });
      return {};
    }),
  ),
  handle(contract.stopRoundRoute, async (request) =>
    request.transact(async (tx) => {
      const { roundId } = request.params;
      const { programmeId } = await getRound(tx, roundId);
      // An emergency needs no party of the plan, only the permission.
      request.authorize(await programmeScope(tx, programmeId));
      await stopRound(tx, { roundId, reason: request.body.reason });
      return {};
    }),
  ),
  handle(contract.requestRestartRoute, async (request) =>
    request.transact(async (tx) => {
      const { roundId } = request.params;
      await authorizeRound(request, tx, roundId, 'prepare');
      return requestRestart(tx, { roundId, reason: request.body.reason });
    }),
  ),
  handle(contract.approveRestartRoute, async (request) =>
    request.transact(async (tx) => {
      const { roundId, restartId } = request.params;
      await authorizeRound(request, tx, roundId, 'approve');
      await approveRestart(tx, { roundId, restartId });
      return {};
    }),
  ),
  handle(contract.closeRoundRoute, async (request) =>
    request.transact(async (tx) => {
      const { roundId } = request.params;
      await authorizeRound(request, tx, roundId, 'prepare');
      await closeRound(tx, { roundId });
      return {};
    }),
  ),
];

const listing = handle(contract.listRoundsRoute, async (request) =>
  request.read(async (tx) => {
    const current = await currentPlan(tx, request.params.programmeId);
    const items = await roundsUnder(tx, current);
    return {
      serverTime: instantText(tx.now),
      pools: [...(await poolStates(tx, current))],
      items: items.map(({ opensAt, closesAt, stock, ...one }) => ({
        ...one,
        stock: [...stock],
        opensAt: instantText(opensAt),
        closesAt: instantText(closesAt),
      })),
    };
  }),
);

/** Rounds: the calendar for everybody, opening by two persons, claims of residents. */
export const roundRoutes = (context: Context): readonly Handled[] => [
  listing,
  ...organising,
  claiming(context),
];
