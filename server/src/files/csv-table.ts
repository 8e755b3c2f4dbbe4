import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream';
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

/**
 * The rows of the CSV file at `path`, one after the other, in constant memory. Reads comma or tab,
 * any mix of line ends, quoted cells, and fields with a backtick before them. A cell that begins
 * with `=` is flawed (`formula_not_allowed`) unless a backtick says that it is text. Refuses
 * `file_rejected` for quotes that do not close, `sheet_limits` beyond the limits.
 */
export async function* csvRows(path: string, limits: FileLimits): AsyncGenerator<TableRow> {
  const encoding = await textEncodingOf(path);
  // The parser holds all rows of one piece at once, so pieces are small.
  const bytes = createReadStream(path, { highWaterMark: 32 * 1024 });
  const text = decoded(encoding);
  const parser = parse({
    delimiter: await delimiterOf(path, encoding),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: limits.cellCharactersMax * 20,
  });
  // A failure reaches the loop below through the parser, which the pipeline destroys with it.
  pipeline(bytes, text, parser, () => {});
  let rowNumber = 0;
  let blankRows = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      rowNumber += 1;
      if (blankRows > limits.blankRowsMax) refuse('sheet_limits', { blankRows });
      if (rowNumber > limits.rowsMax) refuse('sheet_limits', { rowsMax: limits.rowsMax });
      const row = rowOf(rowNumber, cells, limits);
      if (cells.every((cell) => cell === '')) blankRows += 1;
      else yield row;
    }
  } catch (error) {
    throwReadably(error, rowNumber + 1);
  } finally {
    bytes.destroy();
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

function decoded(encoding: TextEncoding): Transform {
  const decoder = new TextDecoder(encoding);
  return new Transform({
    decodeStrings: true,
    readableObjectMode: false,
    transform(chunk: Buffer, _encoding, done) {
      done(null, decoder.decode(chunk, { stream: true }));
    },
    flush(done) {
      done(null, decoder.decode());
    },
  });
}
