import type { RowProblemCode } from '@huiquan/domain/files/row-problems.ts';

/** Why the content of one cell (or, without `column`, of the row) may not be used. */
export type CellFlaw = { readonly column?: number; readonly code: RowProblemCode };

/**
 * One row of a table as it stands in the file: `rowNumber` from 1 as a spreadsheet program shows
 * it, `cells` as text, `numbers` the columns that were stored as numbers, `flaws` the cells that
 * may
 * not be used. Blank rows are skipped; their numbers are not.
 */
export type TableRow = {
  readonly rowNumber: number;
  readonly cells: readonly string[];
  readonly numbers: readonly number[];
  readonly flaws: readonly CellFlaw[];
};

/** Shared by all rows that have none. */
export const noFlaws: readonly CellFlaw[] = [];
export const noNumbers: readonly number[] = [];
