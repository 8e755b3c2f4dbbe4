import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { receiveFile } from '../../files/receive-file.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { actScope, programmeScope, type Side } from '../programme/load-plan.ts';
import { closeException } from './close-exception.ts';
import {
  getException,
  listExceptions,
  proposeClosing,
  type ReconciliationException,
} from './exception.ts';
import { importNetworkFile, readNetworkFile } from './network-file.ts';
import { listParkedNotices, partsOf } from './parked-notice.ts';
import { reconcileBank } from './reconcile-bank.ts';
import { reconcileNetwork } from './reconcile-network.ts';
import * as contract from './reconciliation.contract.ts';
import { listReconciliationDays, type ReconciliationDay } from './reconciliation-day.ts';

const pageSize = 50;

function dayWire(day: ReconciliationDay) {
  return {
    ...day,
    oursFen: fenOnWire(day.oursFen),
    theirsFen: fenOnWire(day.theirsFen),
    at: instantText(day.at),
  };
}

function verdictText({ verdict, details }: ReconciliationException): string {
  if (verdict === 'amount_differs') return '金额不符';
  if (verdict === 'state_differs') return '状态不符';
  return details['shortage'] === 'surplus' ? '长款' : '短款';
}

function exceptionWire(one: ReconciliationException) {
  const { exceptionId, source, verdict, details, state } = one;
  const { bankLineId, payoutId, returnId, redemptionId } = one;
  const { resolution, note, proposedBy, closedBy, createdAt, closedAt } = one;
  return {
    exceptionId,
    source,
    verdict,
    verdictText: verdictText(one),
    details: { ...details },
    state,
    createdAt: instantText(createdAt),
    ...(bankLineId === null ? {} : { bankLineId }),
    ...(payoutId === null ? {} : { payoutId }),
    ...(returnId === null ? {} : { returnId }),
    ...(redemptionId === null ? {} : { redemptionId }),
    ...(resolution === null ? {} : { resolution }),
    ...(note === null ? {} : { note }),
    ...(proposedBy === null ? {} : { proposedBy }),
    ...(closedBy === null ? {} : { closedBy }),
    ...(closedAt === null ? {} : { closedAt: instantText(closedAt) }),
  };
}

const adjustScope = (tx: Tx, programmeId: string, side: Side) =>
  actScope(tx, { programmeId, act: 'adjust_reconciliation', side });

function dayField(fields: Readonly<Record<string, string>>): string {
  const day = fields['day'] ?? '';
  const isDay = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(day);
  if (isDay) return day;
  const error = { pointer: '/day', code: 'invalid_date', text: '日期格式不正确' };
  refuse('invalid_fields', { errors: [error] });
}

/** Files of the payment network, daily comparisons, and what they find. */
export const reconciliationRoutes: readonly Handled[] = [
  handle(contract.importNetworkFileRoute, async (request) => {
    const { programmeId } = request.params;
    const upload = await request.file();
    const file = await receiveFile(upload.stream, { name: upload.name });
    try {
      const day = dayField(upload.fields);
      const lines = await readNetworkFile(file.path, { name: file.name });
      const digest = Buffer.from(file.sha256, 'hex');
      request.alsoInput({ day, sha256: file.sha256 });
      return await request.transact(async (tx) => {
        request.authorize(await programmeScope(tx, programmeId));
        return importNetworkFile(tx, { programmeId, day, fileName: file.name, digest, lines });
      });
    } finally {
      await file.release();
    }
  }),
  handle(contract.reconcileRoute, async (request) => {
    const { programmeId } = request.params;
    const { day, source } = request.body;
    const compare = source === 'bank_statement' ? reconcileBank : reconcileNetwork;
    return request.transact(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      return dayWire(await compare(tx, { programmeId, day }));
    });
  }),
  handle(contract.listReconciliationsRoute, async (request) => {
    const { programmeId } = request.params;
    return request.read(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      return { rows: (await listReconciliationDays(tx, programmeId)).map(dayWire) };
    });
  }),
  handle(contract.listExceptionsRoute, async (request) => {
    const { limit = pageSize, state } = request.query;
    const { programmeId } = request.params;
    const after = request.position<string>();
    return request.read(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      const found = await listExceptions(tx, { programmeId, state, after, limit });
      const items = found.map(exceptionWire);
      const last = items.at(-1);
      if (items.length < limit || last === undefined) return { items };
      return { items, next: request.cursor(last.exceptionId) };
    });
  }),
  handle(contract.listParkedNoticesRoute, async (request) => {
    const { limit = pageSize } = request.query;
    const before = request.position<string>();
    request.authorize({});
    return request.read(async (tx) => {
      const found = await listParkedNotices(tx, { before, limit });
      const items = found.map(({ eventId, at, told }) => ({
        noticeId: String(eventId),
        at: instantText(at),
        ...partsOf(told),
        told,
      }));
      const last = items.at(-1);
      if (items.length < limit || last === undefined) return { items };
      return { items, next: request.cursor(last.noticeId) };
    });
  }),
  handle(contract.proposeClosingRoute, async (request) =>
    request.transact(async (tx) => {
      const { exceptionId } = request.params;
      const { programmeId } = await getException(tx, exceptionId);
      request.authorize(await adjustScope(tx, programmeId, 'prepare'));
      await proposeClosing(tx, { exceptionId, ...request.body });
      return {};
    }),
  ),
  handle(contract.closeExceptionRoute, async (request) =>
    request.transact(async (tx) => {
      const { exceptionId } = request.params;
      const { programmeId } = await getException(tx, exceptionId);
      request.authorize(await adjustScope(tx, programmeId, 'approve'));
      await closeException(tx, { exceptionId });
      return {};
    }),
  ),
];
