import { Readable } from 'node:stream';
import { csvBatches } from './csv-table.ts';
import { fileKindOf } from './file-kind.ts';
import { fileLimits } from './limits.ts';
import type { FileLimits } from './limits.ts';
import { receiveFile } from './receive-file.ts';
import type { TableRow } from './table-row.ts';
import { xlsxBatches } from './xlsx-table.ts';

type Options = { readonly name: string; readonly limits?: Partial<FileLimits> };

/**
 * The rows of a CSV or XLSX file, one by one and in constant memory: a path, or a stream that is
 * first written to a private file, since neither encoding nor structure can be judged from its
 * beginning. `name` is the sender's; its extension must agree with the content. Leaving the loop
 * early frees everything. Refuses `payload_too_large`, `file_type_not_allowed`, `file_rejected`,
 * `sheet_limits`; what concerns one row only is in that row's flaws.
 */
export async function* readTable(
  source: Readable | string,
  options: Options,
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
  for await (const rows of readTableBatches(source, options)) yield* rows;
}

/**
 * As `readTable`, some hundred rows of a file at a time: of a list of a million rows, a sixth of
 * the time went into handing them on one by one.
 */
export async function* readTableBatches(
  path: string,
  options: Options,
): AsyncGenerator<readonly TableRow[]> {
  const limits: FileLimits = { ...fileLimits, ...options.limits };
  const kind = await fileKindOf(path, options.name);
  yield* kind === 'csv' ? csvBatches(path, limits) : xlsxBatches(path, limits);
}
