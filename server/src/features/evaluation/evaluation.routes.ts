import type { Compared } from '@huiquan/domain/evaluation/article.ts';
import { rounded } from '@huiquan/domain/evaluation/exact.ts';
import type { Figure } from '@huiquan/domain/evaluation/figures.ts';
import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { snapshot } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { programmeScope } from '../programme/load-plan.ts';
import { articleOf } from './article-of.ts';
import { evaluateProgramme } from './evaluate.ts';
import { evaluateRoute } from './evaluation.contract.ts';
import { type Report, reportOf, roundingPolicy } from './report.ts';

function figureWire({ value, ...figure }: Figure) {
  return value === undefined ? figure : { ...figure, value: rounded(value, 2) };
}

function comparedWire({ ledger, difference, reason, ...line }: Compared) {
  return {
    ...line,
    ...(ledger === undefined ? {} : { ledger }),
    ...(difference === undefined ? {} : { difference }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function reportWire({ evaluation, figures, compared }: Report) {
  const { programmeId, code, name, asOf, categories, notBuilt } = evaluation;
  return {
    programmeId,
    code,
    name,
    asOf: instantText(asOf),
    figures: figures.map(figureWire),
    categories: categories.map((one) => ({
      ...one,
      orderFen: fenOnWire(one.orderFen),
      redeemedFen: fenOnWire(one.redeemedFen),
    })),
    compared: compared.map(comparedWire),
    notBuilt: [...notBuilt],
    rounding: roundingPolicy,
  };
}

/** The evaluation of a programme for those who may read it. */
export function evaluationRoutes(context: Context): readonly Handled[] {
  return [
    handle(evaluateRoute, async (request) => {
      const { programmeId } = request.params;
      await request.read(async (tx) => request.authorize(await programmeScope(tx, programmeId)));
      const { actor } = request.principal;
      const evaluation = await snapshot(context.db, actor, (tx) =>
        evaluateProgramme(tx, programmeId),
      );
      return reportWire(reportOf(evaluation, await articleOf(evaluation.planId)));
    }),
  ];
}
