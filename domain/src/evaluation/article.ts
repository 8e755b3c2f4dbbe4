import { decimalsOf, type Exact, minus, printedValue, rounded } from './exact.ts';
import { type Figure, type FigureUnit, levelLineName, type PrintedFigure } from './figures.ts';
import { reasonOf } from './reasons.ts';

/** An evaluation that somebody published, kept as data beside the plan it evaluates. */
export type Article = {
  readonly plan: string;
  readonly title: string;
  readonly figures: readonly PrintedFigure[];
};

/** A figure of the ledger beside the printed one. */
export type Compared = {
  readonly id: string;
  readonly name: string;
  readonly unit: FigureUnit;
  /** Rounded; undefined where the ledger has nothing to say. */
  readonly ledger: string | undefined;
  readonly printed: string;
  readonly clause: string;
  /** Ledger − printed, both as shown; `0` where the ledger rounds to what is printed. */
  readonly difference: string | undefined;
  readonly agrees: boolean;
  /** Why it differs, or what stands behind an agreement, in figures of ledger and article. */
  readonly reason: string | undefined;
};

/** Decimals shown for the ledger's figure: money in 亿元 with two at least. */
function shownDecimals(unit: FigureUnit, printed: string): number {
  const decimals = decimalsOf(printed);
  return unit === '亿元' ? Math.max(2, decimals) : decimals;
}

/** Whether the ledger's figure, rounded as the article rounds, is the printed one. */
export function agreesWith(value: Exact | undefined, printed: string): boolean {
  return value !== undefined && rounded(value, decimalsOf(printed)) === printed;
}

/**
 * Each printed figure beside the ledger's, with the difference and its reason. Figures agree when
 * the ledger's, rounded half up to the decimals that are printed, is the printed one.
 * @policy SX20E; requirement A1, inv-46
 */
export function compareWithArticle(
  figures: readonly Figure[],
  article: Article,
): readonly Compared[] {
  const known = new Map(figures.map((one) => [one.id, one]));
  const printed = new Map(article.figures.map((one) => [one.figure, one]));
  return article.figures.map((one) => {
    const figure = known.get(one.figure);
    const value = figure?.value;
    const decimals = shownDecimals(one.unit, one.printed);
    const ledger = value === undefined ? undefined : rounded(value, decimals);
    const agrees = agreesWith(value, one.printed);
    const apart =
      ledger === undefined
        ? undefined
        : rounded(minus(printedValue(ledger), printedValue(one.printed)), decimals);
    return {
      id: one.figure,
      name: figure?.name ?? levelLineName(one.figure) ?? one.figure,
      unit: one.unit,
      ledger,
      printed: one.words ?? one.printed,
      clause: one.clause,
      difference: agrees ? '0' : apart,
      agrees,
      reason: reasonOf({ figure: one, agrees, figures: known, printed }),
    };
  });
}
