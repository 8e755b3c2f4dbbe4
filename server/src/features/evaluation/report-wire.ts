import { createHash } from 'node:crypto';
import type { Compared } from '@huiquan/domain/evaluation/article.ts';
import { rounded } from '@huiquan/domain/evaluation/exact.ts';
import type { Figure } from '@huiquan/domain/evaluation/figures.ts';
import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { type Report, roundingPolicy } from './report.ts';

/** A figure as it is sent: rounded to two decimals, without a value where nothing tells it. */
export function figureWire({ value, ...figure }: Figure) {
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

/**
 * A report as it is sent, with the hash of everything above it: SHA-256 of the same object as JSON
 * without `hash`. Page, workbook and print of one cut-off carry one hash.
 */
export function reportWire({ evaluation, figures, compared }: Report) {
  const { programmeId, code, name, asOf, categories, notBuilt } = evaluation;
  const content = {
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
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return { ...content, hash };
}
