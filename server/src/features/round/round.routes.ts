import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { roundRefusal } from '@huiquan/domain/round/claim.ts';
import type { Tx } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled, type Request } from '../../http/handle.ts';
import { personOf, residentOf } from '../../http/principal.ts';
import { passGates } from '../gate/pass-gates.ts';
import {
  actScope,
  currentPlan,
  loadPlan,
  programmeScope,
  type Side,
} from '../programme/load-plan.ts';
import { poolStates } from '../programme/pools.ts';
import { claimVouchers } from './claim.ts';
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

/** Not open and over are told before a captcha is spent on them. */
async function openRound(request: Request, roundId: string) {
  return request.read(async (tx) => {
    const round = await getRound(tx, roundId);
    const code = roundRefusal(round, tx.now);
    const { opensAt, closesAt } = round;
    if (code !== undefined) {
      refuse(code, { opensAt: instantText(opensAt), closesAt: instantText(closesAt) });
    }
    return loadPlan(tx, round.versionId);
  });
}

function claiming(context: Context): Handled {
  return handle(contract.claimRoute, async (request) => {
    const personId = personOf(request.principal);
    request.authorize({ personId });
    const { residentAccountId } = residentOf(request.principal);
    const { roundId } = request.params;
    const { kind, captchaPass, location } = request.body;
    const deviceId = request.device ?? residentAccountId;
    // The key is looked up before the gates: a repeated request needs no fresh captcha.
    const isRepeated = await request.isRepeated();
    const attempt = { roundId, residentAccountId, captchaPass, location };
    const passed = isRepeated
      ? { captchaNonce: undefined }
      : await passGates(context, await openRound(request, roundId), attempt);
    const { captchaNonce } = passed;
    return request.transact(async (tx) => {
      const [outcome] = await claimVouchers(tx, [
        { roundId, kind, personId, deviceId, captchaNonce },
      ]);
      if (outcome?.voucher === undefined) throw outcome?.refused ?? new Error('no outcome');
      const { voucherId, faceFen, validFrom, validTo } = outcome.voucher;
      return {
        voucherId,
        kind,
        faceFen: fenOnWire(faceFen),
        validFrom: instantText(validFrom),
        validTo: instantText(validTo),
      };
    });
  });
}

/** Rounds: the calendar for everybody, opening by two persons, claims of residents. */
export const roundRoutes = (context: Context): readonly Handled[] => [
  listing,
  ...organising,
  claiming(context),
];
