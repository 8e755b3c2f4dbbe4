import { Readable } from 'node:stream';
import { csvRows } from './csv-table.ts';
import { fileKindOf } from './file-kind.ts';
import { fileLimits } from './limits.ts';
import type { FileLimits } from './limits.ts';
import { receiveFile } from './receive-file.ts';
import type { TableRow } from './table-row.ts';
import { xlsxRows } from './xlsx-table.ts';

/**
 * The rows of a CSV or XLSX file, one by one and in constant memory: a path, or a stream that is
 * first written to a private file, since neither encoding nor structure can be judged from its
 * beginning. `name` is the sender's; its extension must agree with the content. Leaving the loop
 * early frees everything. Refuses `payload_too_large`, `file_type_not_allowed`, `file_rejected`,
 * `sheet_limits`; what concerns one row only is in that row's flaws.
 */
export async function* readTable(
  source: Readable | string,
  options: { readonly name: string; readonly limits?: Partial<FileLimits> },
): AsyncGenerator<TableRow> {
  if (source instanceof Readable) {
    const file = await receiveFile(source, options);
    try {
      yield* readTable(file.path, options);
    } finally {
      await file.release();
    }
    return;
  }
  const limits: FileLimits = { ...fileLimits, ...options.limits };
  const kind = await fileKindOf(source, options.name);
  yield* kind === 'csv' ? csvRows(source, limits) : xlsxRows(source, limits);
}
