import type { Fen } from '../fen.ts';

/** What one week, or several that were put together, issued and used. */
export type WeekFigures = {
  /** Monday, and the Sunday that ends the last week of them: YYYY-MM-DD. */
  readonly from: string;
  readonly to: string;
  readonly issuedCount: number;
  readonly issuedFen: Fen;
  readonly usedCount: number;
  readonly usedFen: Fen;
};

/** Groups smaller than this are not shown alone: they would tell about persons. */
export const smallestGroup = 5;

function together(first: WeekFigures, second: WeekFigures): WeekFigures {
  return {
    from: first.from,
    to: second.to,
    issuedCount: first.issuedCount + second.issuedCount,
    issuedFen: (first.issuedFen + second.issuedFen) as Fen,
    usedCount: first.usedCount + second.usedCount,
    usedFen: (first.usedFen + second.usedFen) as Fen,
  };
}

const isSmall = (count: number) => count > 0 && count < smallestGroup;
const isTelling = (week: WeekFigures) => isSmall(week.issuedCount) || isSmall(week.usedCount);

/**
 * `weeks`, oldest first, with every week that counts one to four vouchers put together with its
 * neighbour, so that neither a row nor the difference of rows and total tells about so few persons.
 * The sums stay the same. A programme that has so few in all is one row, and that row is left out.
 */
export function publishableWeeks(weeks: readonly WeekFigures[]): readonly WeekFigures[] {
  const rows: WeekFigures[] = [];
  for (const week of weeks) {
    const last = rows.at(-1);
    if (last !== undefined && isTelling(last)) rows[rows.length - 1] = together(last, week);
    else rows.push(week);
  }
  while (rows.length > 1) {
    const last = rows.at(-1);
    const before = rows.at(-2);
    if (last === undefined || before === undefined || !isTelling(last)) break;
    rows.splice(-2, 2, together(before, last));
  }
  return rows.filter((row) => !isTelling(row));
}
