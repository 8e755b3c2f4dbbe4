import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { handle, type Handled, type Request } from '../../http/handle.ts';
import { actScope, programmeScope, type Side } from '../programme/load-plan.ts';
import * as contract from './adjustment.contract.ts';
import {
  approveAdjustment,
  cancelAdjustment,
  getAdjustment,
  listAdjustments,
  prepareAdjustment,
  type Adjustment,
} from './adjustment.ts';

function wire(adjustment: Adjustment) {
  const { adjustmentId, takes, sourceRoundId, targetRoundId, reason, state } = adjustment;
  return {
    adjustmentId,
    takes,
    ...(sourceRoundId === null ? {} : { sourceRoundId }),
    ...(targetRoundId === null ? {} : { targetRoundId }),
    reason,
    state,
    contentHash: adjustment.contentHash.toString('hex'),
    preparedBy: adjustment.preparedBy,
    createdAt: instantText(adjustment.createdAt),
    shares: adjustment.shares.map((share) => ({ ...share, faceFen: fenOnWire(share.faceFen) })),
  };
}

/** The adjustment, if this side of deciding it is the asker's. */
async function authorize(request: Request, tx: Tx, ask: { id: string; side: Side }) {
  const { programmeId } = await getAdjustment(tx, ask.id);
  request.authorize(await actScope(tx, { programmeId, act: 'adjust_rounds', side: ask.side }));
}

/** Roll-over between rounds, by two persons. */
export const adjustmentRoutes: readonly Handled[] = [
  handle(contract.prepareAdjustmentRoute, async (request) =>
    request.transact(async (tx) => {
      const { programmeId } = request.params;
      request.authorize(await actScope(tx, { programmeId, act: 'adjust_rounds', side: 'prepare' }));
      return wire(await prepareAdjustment(tx, { programmeId, ...request.body }));
    }),
  ),
  handle(contract.approveAdjustmentRoute, async (request) =>
    request.transact(async (tx) => {
      const { adjustmentId } = request.params;
      await authorize(request, tx, { id: adjustmentId, side: 'approve' });
      await approveAdjustment(tx, { adjustmentId, contentHash: request.body.contentHash });
      return {};
    }),
  ),
  handle(contract.cancelAdjustmentRoute, async (request) =>
    request.transact(async (tx) => {
      const { adjustmentId } = request.params;
      await authorize(request, tx, { id: adjustmentId, side: 'prepare' });
      await cancelAdjustment(tx, { adjustmentId });
      return {};
    }),
  ),
  handle(contract.listAdjustmentsRoute, async (request) =>
    request.read(async (tx) => {
      const { programmeId } = request.params;
      request.authorize(await programmeScope(tx, programmeId));
      return { items: (await listAdjustments(tx, programmeId)).map(wire) };
    }),
  ),
];
