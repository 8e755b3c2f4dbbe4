import { isMasked } from '@huiquan/domain/identity/masks.ts';
import { matchHeader } from '@huiquan/domain/files/header.ts';
import type { Column, HeaderMatch } from '@huiquan/domain/files/header.ts';
import type { RowProblem } from '@huiquan/domain/files/row-problems.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { RefusalCode } from '@huiquan/domain/refusals.ts';
import { textProblem } from '@huiquan/domain/identity/text.ts';
import type { CellFlaw, TableRow } from './table-row.ts';

/**
 * One row by column key. `values` are trimmed; a column the file does not have, and a cell that may
 * not be used, is ''. `problems` is what is already known to be wrong with it.
 */
export type TableRecord<Key extends string> = {
  readonly rowNumber: number;
  readonly values: Readonly<Record<Key, string>>;
  readonly problems: readonly RowProblem[];
};

/** A title, a date and a note often stand above the header. */
const headerSearchRows = 10;
const textMax = 10_000;
const noProblems: readonly RowProblem[] = [];
/** How programs write a long number that they took for a quantity. */
const lostDigits = /^\d(?:\.\d+)?E\+?\d+$/iu;

/** Reads row after row; `lacking` says what a file lacks that has ended without a header. */
export type RecordReader<Key extends string> = {
  /** The row as a record, or undefined for the header and what stands above it. */
  readonly read: (row: TableRow) => TableRecord<Key> | undefined;
  /** The cells of the header, once it is found. */
  readonly header: () => readonly string[] | undefined;
  /** Refuses a file in which no header was found. */
  readonly end: () => void;
};

/**
 * The rows below the header as records, the header found by name among the first ten rows. A number
 * in an identifier column, an unseen or undecodable character, a star in an identifier, a blank in
 * a filled column, content beyond the header and every flaw of a used cell become problems of the
 * row. Refuses `refusal` with `missing` and `doubled` when there is no such header.
 */
export function recordReader<Key extends string>(
  columns: readonly Column<Key>[],
  refusal: RefusalCode,
): RecordReader<Key> {
  let layout: Layout<Key> | undefined;
  let header: readonly string[] | undefined;
  let best: HeaderMatch<Key> = matchHeader([], columns);
  let looked = 0;
  const end = () => {
    if (layout !== undefined) return;
    refuse(refusal, { reason: 'header', missing: best.missing, doubled: best.doubled });
  };
  const read = (row: TableRow) => {
    if (layout !== undefined) return recordOf(row, layout);
    const match = matchHeader(row.cells, columns);
    looked += 1;
    if (match.positions.size > best.positions.size) best = match;
    if (isHeader(match)) {
      layout = layoutOf(match, columns, row.cells.length);
      header = row.cells;
    } else if (looked === headerSearchRows) end();
    return undefined;
  };
  return { read, header: () => header, end };
}

/** As `recordReader`, for rows that come one by one. */
export async function* readRecords<Key extends string>(
  rows: AsyncIterable<TableRow>,
  columns: readonly Column<Key>[],
  refusal: RefusalCode,
): AsyncGenerator<TableRecord<Key>> {
  const reader = recordReader(columns, refusal);
  for await (const row of rows) {
    const record = reader.read(row);
    if (record !== undefined) yield record;
  }
  reader.end();
}

function isHeader<Key extends string>(match: HeaderMatch<Key>): boolean {
  return match.missing.length === 0 && match.doubled.length === 0 && match.positions.size > 0;
}

/** Where the cells of a record stand, found once for all rows. */
type Layout<Key extends string> = {
  readonly places: readonly { readonly position: number; readonly column: Column<Key> }[];
  /** A record without a cell: each begins as a copy of it. */
  readonly blank: Readonly<Record<Key, string>>;
  readonly width: number;
};

function layoutOf<Key extends string>(
  match: HeaderMatch<Key>,
  columns: readonly Column<Key>[],
  width: number,
): Layout<Key> {
  const blank: Record<string, string> = {};
  for (const column of columns) blank[column.key] = '';
  if (!hasAll(blank, columns)) throw new TypeError('a column was left out of its record');
  const places = columns.flatMap((column) => {
    const position = match.positions.get(column.key);
    return position === undefined ? [] : [{ position, column }];
  });
  return { places, blank, width };
}

function recordOf<Key extends string>(row: TableRow, layout: Layout<Key>): TableRecord<Key> {
  let problems: RowProblem[] | undefined;
  const values: Record<Key, string> = { ...layout.blank };
  for (const flaw of row.flaws) {
    if (flaw.column === undefined) (problems ??= []).push({ code: flaw.code });
  }
  for (const { position, column } of layout.places) {
    const value = (row.cells[position] ?? '').trim();
    const code = cellProblem(row, { position, value, column });
    if (code === undefined) values[column.key] = value;
    else (problems ??= []).push({ code, column: column.names[0] });
  }
  if (row.cells.length > layout.width && hasContent(row.cells.slice(layout.width))) {
    (problems ??= []).push({ code: 'too_many_cells' });
  }
  return { rowNumber: row.rowNumber, values, problems: problems ?? noProblems };
}

const hasContent = (cells: readonly string[]) => cells.some((cell) => cell.trim() !== '');

function hasAll<Key extends string>(
  values: Readonly<Record<string, string>>,
  columns: readonly Column<Key>[],
): values is Readonly<Record<Key, string>> {
  return columns.every((column) => values[column.key] !== undefined);
}

type Place<Key extends string> = {
  readonly position: number;
  readonly value: string;
  readonly column: Column<Key>;
};

function cellProblem<Key extends string>(
  row: TableRow,
  { position, value, column }: Place<Key>,
): CellFlaw['code'] | undefined {
  if (row.flaws.length > 0) {
    const flaw = row.flaws.find((one) => one.column === position);
    if (flaw !== undefined) return flaw.code;
  }
  if (value === '') return column.filled === true ? 'value_missing' : undefined;
  if (column.identifier === true) {
    if (row.numbers.includes(position) || lostDigits.test(value)) return 'number_in_text_cell';
    if (isMasked(value)) return 'masked_value';
  }
  const problem = textProblem(value, textMax);
  if (problem === 'text_too_long') return 'too_long';
  return problem !== undefined || value.includes('\uFFFD') ? 'invalid_text' : undefined;
}
