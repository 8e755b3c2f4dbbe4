import { Readable } from 'node:stream';
import { guardedText } from './cell-guard.ts';
import type { CellValue } from './cell-guard.ts';

/** Rows to write, made while they are written. */
export type CellRows = Iterable<readonly CellValue[]> | AsyncIterable<readonly CellValue[]>;

const byteOrderMark = '\uFEFF';
/** One write per row would cost more than the row. */
const pieceCharacters = 64 * 1024;

/**
 * A CSV file as bytes: UTF-8 with byte order mark, CRLF, first the header. Rows are asked for only
 * as fast as the reader takes bytes. Texts are guarded against running as formulas; numbers stay
 * numbers, also negative ones.
 */
export function writeCsv(header: readonly string[], rows: CellRows): Readable {
  return Readable.from(inPieces(csvLines(header, rows)), { objectMode: false });
}

async function* csvLines(header: readonly string[], rows: CellRows): AsyncGenerator<string> {
  yield byteOrderMark + csvLine(header);
  for await (const row of rows) yield csvLine(row);
}

function csvLine(row: readonly CellValue[]): string {
  return `${row.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return quoted(guardedText(value));
}

/** `text` as one CSV field: in quotes when it holds a comma, a quote or a line end. */
export function quoted(text: string): string {
  return /[",\r\n\t]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The same text in pieces of 64 KB and the rest, as bytes. */
export async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < pieceCharacters) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  if (piece !== '') yield Buffer.from(piece);
}
