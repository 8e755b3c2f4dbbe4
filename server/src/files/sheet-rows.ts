import { refuse } from '@huiquan/domain/refusals.ts';
import type { FileLimits } from './limits.ts';
import { createTextCollector, readSharedStrings, withoutEscapes } from './shared-strings.ts';
import type { SharedStrings } from './shared-strings.ts';
import { noFlaws, noNumbers } from './table-row.ts';
import type { CellFlaw, TableRow } from './table-row.ts';
import type { Workbook } from './workbook.ts';
import { openWorkbook } from './workbook.ts';
import { attribute, createXmlReader } from './xml-reader.ts';
import type { XmlHandlers } from './xml-reader.ts';
import { zipParts } from './zip-directory.ts';
import { partBytes } from './zip-part.ts';

/**
 * The rows of the first visible sheet of the workbook at `path`. Values only: a formula is a flaw
 * of its cell whatever value it left behind, so is an error value, so is a hidden row. Refuses
 * `file_type_not_allowed`, `file_rejected` and `sheet_limits`.
 */
export async function* sheetRows(path: string, limits: FileLimits): AsyncGenerator<TableRow> {
  const parts = await zipParts(path, limits);
  const workbook = await openWorkbook(path, parts);
  const strings = await readSharedStrings(path, workbook.strings, limits);
  const ready: TableRow[] = [];
  const taker = rowTaker({ workbook, strings, limits }, (row) => ready.push(row));
  const reader = createXmlReader(taker);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of partBytes(path, workbook.sheet)) {
    reader.write(decoder.decode(chunk, { stream: true }));
    yield* ready.splice(0);
  }
  reader.end();
  yield* ready.splice(0);
}

type Book = {
  readonly workbook: Workbook;
  readonly strings: SharedStrings;
  readonly limits: FileLimits;
};
type Cell = { column: number; type: string; style: number; value: string; formula: boolean };
type Row = { cells: string[]; numbers: number[]; flaws: CellFlaw[] };
/** Where the reading stands: the row and cell that are open, and what was passed. */
type Place = Book & {
  rowNumber: number;
  blankRows: number;
  nextColumn: number;
  inValue: boolean;
  row: Row | undefined;
  cell: Cell | undefined;
  readonly inline: ReturnType<typeof createTextCollector>;
};

function rowTaker(book: Book, take: (row: TableRow) => void): XmlHandlers {
  const place: Place = {
    ...book,
    rowNumber: 0,
    blankRows: 0,
    nextColumn: 0,
    inValue: false,
    row: undefined,
    cell: undefined,
    inline: createTextCollector(book.limits.cellCharactersMax),
  };
  return {
    open(name, attributes) {
      if (name === 'row') openRow(place, attributes);
      else if (name === 'c' && place.row !== undefined) openCell(place, attributes);
      else if (place.cell === undefined) return;
      else if (name === 'v') place.inValue = true;
      else if (name === 'f') place.cell.formula = true;
      else place.inline.open(name);
    },
    close(name) {
      if (name === 'row') closeRow(place, take);
      else if (name === 'c') closeCell(place);
      else if (name === 'v') place.inValue = false;
      else if (place.cell !== undefined) place.inline.close(name);
    },
    text(text) {
      if (place.cell === undefined) return;
      if (place.inValue) addValue(place, place.cell, text);
      else place.inline.text(text);
    },
  };
}

function openRow(place: Place, attributes: string): void {
  const { rowsMax } = place.limits;
  const given = attribute(attributes, 'r');
  const number = given === undefined ? place.rowNumber + 1 : Number(given);
  if (!Number.isInteger(number) || number <= place.rowNumber || place.row !== undefined) {
    refuse('file_rejected', { reason: 'row_order' });
  }
  if (number > rowsMax) refuse('sheet_limits', { rowsMax });
  place.rowNumber = number;
  place.nextColumn = 0;
  place.row = { cells: [], numbers: [], flaws: [] };
  const hidden = attribute(attributes, 'hidden');
  if (hidden === '1' || hidden === 'true') place.row.flaws.push({ code: 'hidden_row' });
}

function openCell(place: Place, attributes: string): void {
  const { columnsMax } = place.limits;
  const reference = attribute(attributes, 'r');
  const column = reference === undefined ? place.nextColumn : columnOf(reference);
  if (column < place.nextColumn) refuse('file_rejected', { reason: 'cell_order' });
  if (column >= columnsMax) refuse('sheet_limits', { rowNumber: place.rowNumber, columnsMax });
  const style = Number(attribute(attributes, 's') ?? -1);
  const type = attribute(attributes, 't') ?? 'n';
  place.cell = { column, type, style, value: '', formula: false };
  place.nextColumn = column + 1;
}

function addValue({ limits, rowNumber }: Place, cell: Cell, text: string): void {
  const { cellCharactersMax } = limits;
  cell.value += text;
  if (cell.value.length > cellCharactersMax) {
    refuse('sheet_limits', { rowNumber, cellCharactersMax });
  }
}

function closeCell(place: Place): void {
  const { row, cell } = place;
  if (row === undefined || cell === undefined) return;
  const { column, type } = cell;
  const text = cellText(place, cell, place.inline.take());
  if (cell.formula) row.flaws.push({ column, code: 'formula_not_allowed' });
  else if (text === undefined) row.flaws.push({ column, code: 'cell_error' });
  else if (text !== '') {
    while (row.cells.length < column) row.cells.push('');
    row.cells[column] = text;
    if (type === 'n') row.numbers.push(column);
  }
  place.cell = undefined;
}

function cellText(book: Book, { type, value, style }: Cell, inline: string): string | undefined {
  switch (type) {
    case 's':
      return value === '' ? '' : book.strings(Number(value));
    case 'inlineStr':
      return inline;
    case 'b':
      return value === '1' ? 'TRUE' : 'FALSE';
    case 'e':
      return undefined;
    case 'n':
      return numberText(value, book.workbook.dateStyles.has(style) ? book.workbook : undefined);
    default:
      return withoutEscapes(value);
  }
}

function closeRow(place: Place, take: (row: TableRow) => void): void {
  const { row, rowNumber } = place;
  if (row === undefined) return;
  const { cells, numbers, flaws } = row;
  place.row = undefined;
  const blank = cells.every((text) => text.trim() === '');
  if (!blank || flaws.some((flaw) => flaw.column !== undefined)) {
    take({
      rowNumber,
      cells,
      numbers: numbers.length > 0 ? numbers : noNumbers,
      flaws: flaws.length > 0 ? flaws : noFlaws,
    });
    return;
  }
  place.blankRows += 1;
  if (place.blankRows > place.limits.blankRowsMax) {
    refuse('sheet_limits', { blankRows: place.blankRows });
  }
}

/** `AB12` → 27. */
function columnOf(reference: string): number {
  let column = 0;
  let at = 0;
  for (; at < reference.length && at < 4; at += 1) {
    const code = reference.charCodeAt(at);
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  if (column === 0) refuse('file_rejected', { reason: 'cell_reference' });
  return column - 1;
}

/**
 * A stored number as people see it: 4.3499999999999996 is how spreadsheets keep 4.35. With `dates`
 * it is a day, or a day and time, in ISO text. Undefined for what is no number.
 */
function numberText(value: string, dates: Workbook | undefined): string | undefined {
  if (value === '') return '';
  const number = Number(value);
  if (!Number.isFinite(number)) return undefined;
  // Serial days before 61 stand on either side of a leap day that never was.
  if (dates === undefined || number < 61 || number >= 2_958_466) return String(number);
  const days = number + (dates.from1904 ? 1462 : 0) - 25_569;
  const seconds = Math.round(days * 86_400);
  const at = Temporal.PlainDateTime.from('1970-01-01T00:00').add({ seconds });
  return seconds % 86_400 === 0 ? at.toPlainDate().toString() : at.toString();
}
