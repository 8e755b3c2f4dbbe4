import { Type } from 'typebox';
import { figureUnits } from '@huiquan/domain/evaluation/figures.ts';
import { route } from '../../http/contract.ts';
import { Empty, FenWire, Id, InstantWire } from '../../http/wire.ts';

const Unit = Type.Enum([...figureUnits]);

export const evaluateRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/evaluation',
  permission: 'evaluation.read',
  summary: '活动评估：计划与完成、拉动效应、构成，并与已发表的评估逐项比较',
  params: Type.Object({ programmeId: Id }),
  reply: Type.Object({
    programmeId: Id,
    code: Type.String(),
    name: Type.String(),
    asOf: InstantWire,
    figures: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        unit: Unit,
        value: Type.Optional(Type.String({ description: '四舍五入到两位小数' })),
      }),
    ),
    categories: Type.Array(
      Type.Object({
        industry: Type.String(),
        count: Type.Integer(),
        orderFen: FenWire,
        redeemedFen: FenWire,
      }),
    ),
    compared: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        unit: Unit,
        ledger: Type.Optional(Type.String()),
        printed: Type.String(),
        clause: Type.String(),
        difference: Type.Optional(Type.String()),
        agrees: Type.Boolean(),
        reason: Type.Optional(Type.String()),
      }),
    ),
    notBuilt: Type.Array(Type.String()),
    rounding: Type.String(),
    hash: Type.String({ description: '以上内容(JSON)的 SHA-256，网页、表格与打印件相同' }),
  }),
  refusals: ['not_found', 'programme_not_running'],
});

const file = {
  method: 'GET',
  permission: 'evaluation.read',
  params: Type.Object({ programmeId: Id }),
  reply: Empty,
  download: true,
  refusals: ['not_found', 'programme_not_running'],
} as const;

export const evaluationSheetRoute = route({
  ...file,
  url: '/api/programmes/{programmeId}/evaluation.xlsx',
  summary: '活动评估表格(Excel)',
});

export const evaluationPrintRoute = route({
  ...file,
  url: '/api/programmes/{programmeId}/evaluation.pdf',
  summary: '活动评估打印件(PDF)，每页印有截止时间和内容摘要',
});
