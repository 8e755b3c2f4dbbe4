import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { handle, type Handled, type Request } from '../../http/handle.ts';
import { getExtension } from '../programme/extension.ts';
import { actScope, programmeScope, type Side } from '../programme/load-plan.ts';
import {
  approveClosing,
  closingFigures,
  type ClosingFigures,
  getClosingOrder,
  listClosingOrders,
  prepareClosing,
  rejectClosing,
} from './closing.ts';
import * as contract from './expiry.contract.ts';
import { extendProgramme } from './extension.ts';
import {
  approveReturn,
  type FundReturn,
  getReturn,
  listReturns,
  prepareReturns,
  rejectReturn,
} from './return.ts';

async function authorizeClosing(request: Request, tx: Tx, closingOrderId: string) {
  const { programmeId } = await getClosingOrder(tx, closingOrderId);
  const act = { programmeId, act: 'close_programme', side: 'approve' } as const;
  request.authorize(await actScope(tx, act));
}

async function authorizeReturn(
  request: Request,
  tx: Tx,
  given: { programmeId: string; side: Side },
) {
  request.authorize(await actScope(tx, { ...given, act: 'return_money' }));
}

const closing: readonly Handled[] = [
  handle(contract.extendProgrammeRoute, async (request) =>
    request.transact(async (tx) => {
      const { versionId } = request.params;
      const { programmeId } = await getExtension(tx, versionId);
      const act = { programmeId, act: 'extend_programme', side: 'approve' } as const;
      request.authorize(await actScope(tx, act));
      const seenHash = Buffer.from(request.body.contentHash, 'hex');
      return extendProgramme(tx, { versionId, seenHash });
    }),
  ),
  handle(contract.prepareClosingRoute, async (request) =>
    request.transact(async (tx) => {
      const { programmeId } = request.params;
      const act = { programmeId, act: 'close_programme', side: 'prepare' } as const;
      request.authorize(await actScope(tx, act));
      return prepareClosing(tx, { programmeId });
    }),
  ),
  handle(contract.listClosingsRoute, async (request) =>
    request.read(async (tx) => {
      const { programmeId } = request.params;
      request.authorize(await programmeScope(tx, programmeId));
      const orders = await listClosingOrders(tx, programmeId);
      return {
        items: orders.map(({ closingOrderId, state, preparedBy, createdAt }) => ({
          closingOrderId,
          state,
          preparedBy,
          createdAt: instantText(createdAt),
        })),
      };
    }),
  ),
  handle(contract.approveClosingRoute, async (request) =>
    request.transact(async (tx) => {
      const { closingOrderId } = request.params;
      await authorizeClosing(request, tx, closingOrderId);
      await approveClosing(tx, { closingOrderId });
      return {};
    }),
  ),
  handle(contract.rejectClosingRoute, async (request) =>
    request.transact(async (tx) => {
      const { closingOrderId } = request.params;
      await authorizeClosing(request, tx, closingOrderId);
      await rejectClosing(tx, { closingOrderId });
      return {};
    }),
  ),
  handle(contract.closingFiguresRoute, async (request) =>
    request.read(async (tx) => {
      const { programmeId } = request.params;
      request.authorize(await programmeScope(tx, programmeId));
      const { closing: closed, funds } = await closingFigures(tx, programmeId);
      const answer = { funds: funds.map(figuresWire) };
      if (closed === undefined) return answer;
      const { closedAt, returnBy } = closed;
      const day = returnBy === null ? {} : { returnBy };
      return { ...answer, ...day, closedAt: instantText(closedAt) };
    }),
  ),
];

function figuresWire(figures: ClosingFigures) {
  return {
    ...figures,
    fundedFen: fenOnWire(figures.fundedFen),
    issuedFen: fenOnWire(figures.issuedFen),
    redeemedFen: fenOnWire(figures.redeemedFen),
    heldFen: fenOnWire(figures.heldFen),
    residualFen: fenOnWire(figures.residualFen),
    returnDueFen: fenOnWire(figures.returnDueFen),
    returnedFen: fenOnWire(figures.returnedFen),
  };
}

function returnWire({ returnId, fundId, state, amountFen, ...one }: FundReturn) {
  const { returnBy, createdAt, sentAt, returnedAt } = one;
  return {
    returnId,
    fundId,
    state,
    amountFen: fenOnWire(amountFen),
    createdAt: instantText(createdAt),
    ...(returnBy === null ? {} : { returnBy }),
    ...(sentAt === null ? {} : { sentAt: instantText(sentAt) }),
    ...(returnedAt === null ? {} : { returnedAt: instantText(returnedAt) }),
  };
}

const returning: readonly Handled[] = [
  handle(contract.prepareReturnsRoute, async (request) =>
    request.transact(async (tx) => {
      const { programmeId } = request.params;
      await authorizeReturn(request, tx, { programmeId, side: 'prepare' });
      const returns = await prepareReturns(tx, { programmeId });
      return { items: returns.map((one) => ({ ...one, amountFen: fenOnWire(one.amountFen) })) };
    }),
  ),
  handle(contract.approveReturnRoute, async (request) =>
    request.transact(async (tx) => {
      const { returnId } = request.params;
      const { programmeId } = await getReturn(tx, returnId);
      await authorizeReturn(request, tx, { programmeId, side: 'approve' });
      await approveReturn(tx, { returnId });
      return {};
    }),
  ),
  handle(contract.rejectReturnRoute, async (request) =>
    request.transact(async (tx) => {
      const { returnId } = request.params;
      const { programmeId } = await getReturn(tx, returnId);
      await authorizeReturn(request, tx, { programmeId, side: 'approve' });
      await rejectReturn(tx, { returnId });
      return {};
    }),
  ),
  handle(contract.listReturnsRoute, async (request) =>
    request.read(async (tx) => {
      const { programmeId } = request.params;
      request.authorize(await programmeScope(tx, programmeId));
      return { items: (await listReturns(tx, programmeId)).map(returnWire) };
    }),
  ),
];

/** Extension, closing, and the return of what was not spent. */
export const expiryRoutes: readonly Handled[] = [...closing, ...returning];
