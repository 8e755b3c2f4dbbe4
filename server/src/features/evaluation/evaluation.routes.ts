import { instantText } from '@huiquan/domain/instant.ts';
import { snapshot } from '../../db/transact.ts';
import { writeXlsx } from '../../files/write-xlsx.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled, type Request } from '../../http/handle.ts';
import { programmeScope } from '../programme/load-plan.ts';
import { articleOf } from './article-of.ts';
import { dashboardRoutes } from './dashboard.routes.ts';
import { evaluateProgramme } from './evaluate.ts';
import {
  evaluateRoute,
  evaluationPrintRoute,
  evaluationSheetRoute,
} from './evaluation.contract.ts';
import { printReport } from './print.ts';
import { type Report, reportOf, reportRows } from './report.ts';
import { reportWire } from './report-wire.ts';

const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const sheetColumns = 7;

type Asked = Pick<Request<{ programmeId: string }>, 'params' | 'principal' | 'read' | 'authorize'>;

async function reportFor(context: Context, request: Asked): Promise<Report> {
  const { programmeId } = request.params;
  await request.read(async (tx) => request.authorize(await programmeScope(tx, programmeId)));
  const { actor } = request.principal;
  const evaluation = await snapshot(context.db, actor, (tx) => evaluateProgramme(tx, programmeId));
  return reportOf(evaluation, await articleOf(evaluation.planId));
}

function* sheetRows(report: Report, hash: string) {
  yield [`截至 ${instantText(report.evaluation.asOf)}`];
  yield [`内容摘要 ${hash}`];
  yield [];
  yield* reportRows(report);
}

/** The evaluation of a programme for those who may read it. */
export function evaluationRoutes(context: Context): readonly Handled[] {
  return [
    handle(evaluateRoute, async (request) => reportWire(await reportFor(context, request))),
    handle(evaluationSheetRoute, async (request) => {
      const report = await reportFor(context, request);
      const { name } = report.evaluation;
      // Sheets are square: the first row is the header of all.
      const header = [`${name}评估`, ...Array.from({ length: sheetColumns - 1 }, () => '')];
      const rows = sheetRows(report, reportWire(report).hash);
      const content = writeXlsx({ name: '评估', header }, rows);
      return { name: `${name}评估.xlsx`, type: xlsxType, content };
    }),
    handle(evaluationPrintRoute, async (request) => {
      const report = await reportFor(context, request);
      const content = await printReport(report, reportWire(report).hash);
      return { name: `${report.evaluation.name}评估.pdf`, type: 'application/pdf', content };
    }),
    ...dashboardRoutes(context),
  ];
}
