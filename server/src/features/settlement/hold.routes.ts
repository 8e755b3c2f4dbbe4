import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { programmeScope } from '../programme/load-plan.ts';
import { programmeOfRedemption } from './clearing.ts';
import {
  getHold,
  holdPayout,
  listHolds,
  proposeHoldEnd,
  releasePayout,
  voidPayout,
  type PayoutHold,
} from './hold.ts';
import * as contract from './settlement.contract.ts';

const pageSize = 50;

function holdWire(hold: PayoutHold) {
  const { holdId, redemptionId, merchantId, merchantName, reason, openedBy } = hold;
  const { proposedDecision, proposedBy, note, decision, releasedBy, releasedAt } = hold;
  return {
    holdId,
    redemptionId,
    merchantId,
    merchantName,
    deductionFen: fenOnWire(hold.deductionFen),
    reason,
    openedBy,
    openedAt: instantText(hold.openedAt),
    voidedFen: fenOnWire(hold.voidedFen),
    ...(proposedDecision === null ? {} : { proposedDecision }),
    ...(proposedBy === null ? {} : { proposedBy }),
    ...(note === null ? {} : { note }),
    ...(decision === null ? {} : { decision }),
    ...(releasedBy === null ? {} : { releasedBy }),
    ...(releasedAt === null ? {} : { releasedAt: instantText(releasedAt) }),
  };
}

/** Payouts that a risk case stops. */
export const holdRoutes: readonly Handled[] = [
  handle(contract.holdPayoutRoute, async (request) =>
    request.transact(async (tx) => {
      const { redemptionId } = request.params;
      const programmeId = await programmeOfRedemption(tx, redemptionId);
      request.authorize(await programmeScope(tx, programmeId));
      return holdPayout(tx, { redemptionId, reason: request.body.reason });
    }),
  ),
  handle(contract.listHoldsRoute, async (request) => {
    const { limit = pageSize, state = 'open' } = request.query;
    const { programmeId } = request.params;
    const after = request.position<string>();
    return request.read(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      const items = (await listHolds(tx, { programmeId, state, after, limit })).map(holdWire);
      const last = items.at(-1);
      if (items.length < limit || last === undefined) return { items };
      return { items, next: request.cursor(last.holdId) };
    });
  }),
  handle(contract.proposeHoldEndRoute, async (request) =>
    request.transact(async (tx) => {
      const { holdId } = request.params;
      const { programmeId } = await getHold(tx, holdId);
      request.authorize(await programmeScope(tx, programmeId));
      await proposeHoldEnd(tx, { holdId, ...request.body });
      return {};
    }),
  ),
  handle(contract.endHoldRoute, async (request) =>
    request.transact(async (tx) => {
      const { holdId } = request.params;
      const { programmeId } = await getHold(tx, holdId);
      request.authorize(await programmeScope(tx, programmeId));
      const end = request.body.decision === 'release' ? releasePayout : voidPayout;
      await end(tx, { holdId });
      return {};
    }),
  ),
];
