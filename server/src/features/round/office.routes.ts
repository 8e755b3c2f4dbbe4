import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { deskOf } from '../programme/desk.ts';
import { programmeScope } from '../programme/load-plan.ts';
import * as contract from './office.contract.ts';
import { liveRound, type OfficeRound, officeRounds, poolMoney } from './office.ts';

function roundWire({ made, restart, opensAt, closesAt, stock, shares, ...round }: OfficeRound) {
  return {
    ...round,
    opensAt: instantText(opensAt),
    closesAt: instantText(closesAt),
    stock: stock.map((one) => ({ ...one, faceFen: fenOnWire(one.faceFen) })),
    shares: shares.map((one) => ({ ...one, amountFen: fenOnWire(one.amountFen) })),
    ...(made === undefined
      ? {}
      : {
          roundId: made.roundId,
          contentHash: made.contentHash.toString('hex'),
          preparedBy: made.preparedBy,
        }),
    ...(restart === undefined
      ? {}
      : {
          restart: {
            restartId: restart.restartId,
            reason: restart.reason,
            preparedBy: restart.preparedBy,
            createdAt: instantText(restart.createdAt),
          },
        }),
  };
}

/** Rounds as their organisers see them, and one of them while claims run. */
export const officeRoundRoutes: readonly Handled[] = [
  handle(contract.officeRoundsRoute, async (request) =>
    request.read(async (tx) => {
      const { programmeId } = request.params;
      request.authorize(await programmeScope(tx, programmeId));
      const pools = await poolMoney(tx, programmeId);
      const { grants } = request.principal;
      const permissions = { prepare: 'round.create', approve: 'round.approve' } as const;
      const asked = { programmeId, act: 'adjust_rounds', grants, permissions } as const;
      return {
        serverTime: instantText(tx.now),
        desk: await deskOf(tx, asked),
        pools: pools.map((one) => ({
          ...one,
          availableFen: fenOnWire(one.availableFen),
          expiredFen: fenOnWire(one.expiredFen),
        })),
        items: (await officeRounds(tx, programmeId)).map(roundWire),
      };
    }),
  ),
  handle(contract.liveRoundRoute, async (request) =>
    request.read(async (tx) => {
      const { state, programmeId, items } = await liveRound(tx, request.params.roundId);
      request.authorize(await programmeScope(tx, programmeId));
      return { serverTime: instantText(tx.now), state, items: [...items] };
    }),
  ),
];
