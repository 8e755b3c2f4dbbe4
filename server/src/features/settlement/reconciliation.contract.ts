import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  Count,
  DayWire,
  Empty,
  FenWire,
  Id,
  InstantWire,
  OneOf,
  Page,
  pageQuery,
  SafeText,
} from '../../http/wire.ts';

const programme = Type.Object({ programmeId: Id });
const exception = Type.Object({ exceptionId: Id });
const verdicts = ['ours_only', 'theirs_only', 'amount_differs', 'state_differs'] as const;
const sources = ['bank_receipt', 'bank_statement', 'network_file', 'network_notice'] as const;
const resolutions = ['explained', 'was_paid', 'was_not_paid'] as const;

const DayFigures = Type.Object({
  day: DayWire,
  source: Type.Enum([...sources]),
  oursCount: Count(0, 10_000_000),
  oursFen: FenWire,
  theirsCount: Count(0, 10_000_000),
  theirsFen: FenWire,
  matchedCount: Count(0, 10_000_000),
  parkedCount: Count(0, 10_000_000),
  differenceCount: Count(0, 10_000_000),
  at: InstantWire,
});

const ExceptionWire = Type.Object({
  exceptionId: Id,
  source: Type.Enum([...sources]),
  verdict: Type.Enum([...verdicts]),
  verdictText: Type.String({ description: '短款、长款、金额不符、状态不符' }),
  details: Type.Record(Type.String(), Type.Unknown()),
  state: Type.Enum(['open', 'closed']),
  bankLineId: Type.Optional(Id),
  payoutId: Type.Optional(Id),
  returnId: Type.Optional(Id),
  redemptionId: Type.Optional(Id),
  resolution: Type.Optional(Type.Enum([...resolutions])),
  note: Type.Optional(Type.String()),
  proposedBy: Type.Optional(Id),
  closedBy: Type.Optional(Id),
  createdAt: InstantWire,
  closedAt: Type.Optional(InstantWire),
});

export const importNetworkFileRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/network-files',
  permission: 'reconciliation.create',
  summary: '导入支付网络日对账文件(表单字段 day 与文件)',
  params: programme,
  reply: Type.Object({
    networkFileId: Id,
    lines: Count(0, 1_000_000),
    newLines: Count(0, 1_000_000),
  }),
  status: 'created',
  upload: true,
  refusals: [
    'not_found',
    'already_imported',
    'bank_file_invalid',
    'invalid_fields',
    'file_type_not_allowed',
    'file_rejected',
    'sheet_limits',
    'payload_too_large',
  ],
});

export const reconcileRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/reconciliations',
  permission: 'reconciliation.create',
  summary: '按日对账：先总笔数总金额，再逐笔；可重做',
  params: programme,
  body: Type.Object({ day: DayWire, source: OneOf(['bank_statement', 'network_file']) }),
  reply: DayFigures,
  status: 'created',
  refusals: ['not_found', 'state_conflict'],
});

export const listReconciliationsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/reconciliations',
  permission: 'reconciliation.read',
  summary: '各日对账结果',
  params: programme,
  reply: Type.Object({ rows: Type.Array(DayFigures) }),
  refusals: ['not_found'],
});

export const listExceptionsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/reconciliation-exceptions',
  permission: 'reconciliation.read',
  summary: '对账差错清单',
  params: programme,
  query: Type.Object({ ...pageQuery, state: Type.Optional(OneOf(['open', 'closed'])) }),
  reply: Page(ExceptionWire),
  refusals: ['not_found'],
});

export const listParkedNoticesRoute = route({
  method: 'GET',
  url: '/api/parked-payment-notices',
  permission: 'payment_notice.read',
  summary: '支付网络通知中找不到对应付款或无法识别的，新的在前；不入账',
  query: Type.Object(pageQuery),
  reply: Page(
    Type.Object({
      noticeId: Type.String(),
      at: InstantWire,
      event: Type.Optional(Type.String()),
      requestId: Type.Optional(Type.String()),
      tradeNumber: Type.Optional(Type.String()),
      amountFen: Type.Optional(Type.Integer({ description: '对方所述，分' })),
      told: Type.String({ description: '原文，最多 2000 字' }),
    }),
  ),
  refusals: [],
});

export const proposeClosingRoute = route({
  method: 'POST',
  url: '/api/reconciliation-exceptions/{exceptionId}/proposal',
  permission: 'reconciliation.approve',
  summary: '提出差错处理意见，另一人决定',
  params: exception,
  body: Type.Object({ resolution: OneOf(resolutions), note: SafeText(500) }),
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'state_conflict'],
});

export const closeExceptionRoute = route({
  method: 'POST',
  url: '/api/reconciliation-exceptions/{exceptionId}/closing',
  permission: 'reconciliation.approve',
  summary: '另一人按处理意见结束差错，需要时记调整分录',
  params: exception,
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'state_conflict', 'separation_of_duties'],
  secondFactor: true,
  recentSignIn: true,
});
