/**
 * Reads one workbook apart from the server, under memory limits of its own: a file that fills the
 * memory or never ends takes this thread with it and nothing else. Each message asks for the next
 * batch of rows, so no more than two batches are ever between the threads.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { sheetRows } from './sheet-rows.ts';
import type { TableRow } from './table-row.ts';
import type { XlsxJob, XlsxReply } from './xlsx-table.ts';

const batchRows = 500;
/** A sheet of full cells reaches this long before its five hundredth row. */
const batchCharacters = 1024 * 1024;
const { path, limits }: XlsxJob = workerData;
const rows = sheetRows(path, limits);

parentPort?.on('message', () => {
  void nextBatch().then((reply) => parentPort?.postMessage(reply, []));
});

async function nextBatch(): Promise<XlsxReply> {
  try {
    const batch: TableRow[] = [];
    let characters = 0;
    while (batch.length < batchRows && characters < batchCharacters) {
      const next = await rows.next();
      if (next.done === true) return { rows: batch, done: true };
      batch.push(next.value);
      for (const cell of next.value.cells) characters += cell.length;
    }
    return { rows: batch, done: false };
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, details: error.details };
    // The disk's own faults are nobody's file; they end this worker and reach whoever reads.
    if (error instanceof Error && 'syscall' in error) throw error;
    // Whatever else a damaged file provokes (zlib, text decoding) is damage to the person who sent
    // it.
    return { code: 'file_rejected', details: { reason: 'damaged' } };
  }
}
