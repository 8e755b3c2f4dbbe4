import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { FileLimits } from './limits.ts';
import { noFlaws, noNumbers } from './table-row.ts';
import type { CellFlaw, TableRow } from './table-row.ts';

/** How the text of a file is written. */
type TextEncoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

/**
 * How the file at `path` is written: by its byte order mark, else UTF-8 when all of it is valid
 * UTF-8, else GB18030. All of it, because a GB18030 roster may begin with a megabyte of digits.
 */
async function textEncodingOf(path: string): Promise<TextEncoding> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let first = true;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      const bytes = Buffer.from(chunk);
      const mark = first ? bytes.toString('hex', 0, 2) : '';
      if (mark === 'fffe') return 'utf-16le';
      if (mark === 'feff') return 'utf-16be';
      first = false;
      decoder.decode(bytes, { stream: true });
    }
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if (error instanceof TypeError) return 'gb18030';
    throw error;
  }
}

const lineBreak = /\r\n|\n|\r/u;
/** Rows of one batch of a file with quotes; one without gives those of a piece. */
const batchRows = 100;

/**
 * The rows of the CSV file at `path`, some hundred at a time, in constant memory. Reads comma or
 * tab, any mix of line ends, quoted cells, and fields with a backtick before them. A cell that
 * begins with `=` is flawed (`formula_not_allowed`) unless a backtick says that it is text. Refuses
 * `file_rejected` for quotes that do not close, `sheet_limits` beyond the limits.
 *
 * Up to the first quote of a file its lines are cut where they break: the parser looks at every
 * byte and takes five times as long. From there on the parser has it.
 */
export async function* csvBatches(path: string, limits: FileLimits): AsyncGenerator<TableRow[]> {
  const encoding = await textEncodingOf(path);
  const delimiter = await delimiterOf(path, encoding);
  const rows = rowCounting(limits);
  const pieces = textPieces(path, encoding);
  let rest = '';
  for await (const piece of pieces) {
    rest += piece;
    const quote = rest.indexOf('"');
    const end = wholeLines(rest, quote);
    if (end > 0) yield rows.of(rest.slice(0, end), delimiter);
    rest = rest.slice(end);
    if (quote >= 0) yield* quotedBatches(chained(rest, pieces), delimiter, rows);
    else if (rest.length > recordMax(limits)) refuse('sheet_limits', { rowNumber: rows.next() });
    else continue;
    return;
  }
  if (rest !== '') yield rows.of(rest, delimiter);
}

const recordMax = (limits: FileLimits) => limits.cellCharactersMax * 20;

/** Where the lines end that are whole and lie before the quote, if there is one. */
function wholeLines(text: string, quote: number): number {
  const before = quote < 0 ? text : text.slice(0, quote);
  // At the very end of a piece it may be the first half of a break.
  const isHalf = quote < 0 && before.endsWith('\r');
  const returned = (isHalf ? before.slice(0, -1) : before).lastIndexOf('\r');
  return Math.max(before.lastIndexOf('\n'), returned) + 1;
}

async function* textPieces(path: string, encoding: TextEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  // All rows of one piece are held at once, so pieces are small.
  for await (const chunk of createReadStream(path, { highWaterMark: 32 * 1024 })) {
    yield decoder.decode(Buffer.from(chunk), { stream: true });
  }
  yield decoder.decode();
}

async function* chained(first: string, others: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* others;
}

type RowCounting = ReturnType<typeof rowCounting>;

/** Numbers the rows, leaves blank ones out, and refuses what is beyond the limits. */
function rowCounting(limits: FileLimits) {
  let rowNumber = 0;
  let blankRows = 0;
  const add = (cells: string[], rows: TableRow[]) => {
    rowNumber += 1;
    if (blankRows > limits.blankRowsMax) refuse('sheet_limits', { blankRows });
    if (rowNumber > limits.rowsMax) refuse('sheet_limits', { rowsMax: limits.rowsMax });
    const row = rowOf(rowNumber, cells, limits);
    if (cells.every((cell) => cell === '')) blankRows += 1;
    else rows.push(row);
  };
  return {
    next: () => rowNumber + 1,
    recordMax: recordMax(limits),
    add,
    of: (text: string, delimiter: string): TableRow[] => {
      const lines = text.split(lineBreak);
      if (lines.at(-1) === '') lines.pop();
      const rows: TableRow[] = [];
      for (const line of lines) {
        const cells = line.split(delimiter);
        if (line.length * 3 > recordMax(limits) && isTooLong(cells, recordMax(limits))) {
          refuse('sheet_limits', { rowNumber: rowNumber + 1 });
        }
        add(cells, rows);
      }
      return rows;
    },
  };
}

/** As the parser counts a record: the characters of its cells, and the bytes of the last. */
function isTooLong(cells: readonly string[], max: number): boolean {
  let length = 0;
  return cells.some((cell) => {
    const isBeyond = length + Buffer.byteLength(cell) > max;
    length += cell.length;
    return isBeyond;
  });
}

async function* quotedBatches(
  text: AsyncIterable<string>,
  delimiter: string,
  counting: RowCounting,
): AsyncGenerator<TableRow[]> {
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: counting.recordMax,
  });
  const source = Readable.from(text);
  // A failure reaches the loop below through the parser, which the pipeline destroys with it.
  pipeline(source, parser, () => {});
  let rows: TableRow[] = [];
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      counting.add(cells, rows);
      if (rows.length < batchRows) continue;
      yield rows;
      rows = [];
    }
    if (rows.length > 0) yield rows;
  } catch (error) {
    throwReadably(error, counting.next());
  } finally {
    source.destroy();
    parser.destroy();
  }
}

function rowOf(rowNumber: number, cells: string[], limits: FileLimits): TableRow {
  const { columnsMax, cellCharactersMax } = limits;
  if (cells.length > columnsMax) refuse('sheet_limits', { rowNumber, columnsMax });
  let flaws: CellFlaw[] | undefined;
  for (const [column, cell] of cells.entries()) {
    if (cell.length > cellCharactersMax) refuse('sheet_limits', { rowNumber, cellCharactersMax });
    const first = cell.charCodeAt(0);
    if (first === 0x60) cells[column] = cell.slice(1);
    else if (first === 0x3d || first === 0xff1d) {
      flaws ??= [];
      flaws.push({ column, code: 'formula_not_allowed' });
    }
  }
  return { rowNumber, cells, numbers: noNumbers, flaws: flaws ?? noFlaws };
}

function throwReadably(error: unknown, rowNumber: number): never {
  if (!(error instanceof CsvError)) throw error;
  if (error.code === 'CSV_MAX_RECORD_SIZE') refuse('sheet_limits', { rowNumber });
  refuse('file_rejected', { reason: 'csv_quotes', rowNumber });
}

/** Excel's "Unicode text" separates by tabs; everything else by commas. */
async function delimiterOf(path: string, encoding: TextEncoding): Promise<string> {
  const head = createReadStream(path, { end: 16 * 1024 });
  const decoder = new TextDecoder(encoding);
  let text = '';
  for await (const chunk of head) text += decoder.decode(Buffer.from(chunk), { stream: true });
  const lines = text.split(/\r\n|\n|\r/u).slice(0, 10);
  const count = (mark: string): number =>
    lines.reduce((total, line) => total + line.split(mark).length - 1, 0);
  return count('\t') > count(',') ? '\t' : ',';
}
