import { Readable } from 'node:stream';
import { writeXlsxStream } from 'hucre/xlsx';
import type { CellValue } from './cell-guard.ts';
import { guardedText } from './cell-guard.ts';
import type { CellRows } from './write-csv.ts';

/**
 * A workbook of one sheet as bytes, in constant memory; beyond 1,048,576 rows it goes on in a
 * second
 * sheet with the header repeated. Texts are stored as texts, so an ID or phone keeps its digits,
 * and
 * are guarded as in a CSV, which such a sheet may become.
 */
export function writeXlsx(
  sheet: { readonly name: string; readonly header: readonly string[] },
  rows: CellRows,
): Readable {
  const columns = sheet.header.map((header) => ({ header }));
  const stream = writeXlsxStream(guardedRows(rows), { name: sheet.name, columns });
  return Readable.from(stream, { objectMode: false });
}

async function* guardedRows(rows: CellRows): AsyncGenerator<CellValue[]> {
  for await (const row of rows) {
    yield row.map((value) => (typeof value === 'string' ? guardedText(value) : value));
  }
}
