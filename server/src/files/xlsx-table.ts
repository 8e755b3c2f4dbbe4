import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { RefusalCode, RefusalDetails } from '@huiquan/domain/refusals.ts';
import type { FileLimits } from './limits.ts';
import type { TableRow } from './table-row.ts';

/** What the worker is started with. */
export type XlsxJob = { readonly path: string; readonly limits: FileLimits };

/** What the worker answers to each request. */
export type XlsxReply =
  | { readonly rows: readonly TableRow[]; readonly done: boolean }
  | { readonly code: RefusalCode; readonly details: RefusalDetails };

/** The last line of defence: every list a reader keeps has a limit of its own well below. */
const heap = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32 };

/**
 * The rows of the workbook at `path` as its worker gives them, read in a worker of its own that
 * ends with the loop, however the loop ends. Refuses as `sheetRows` does, and `file_rejected` when
 * the worker runs out of memory or time.
 */
export async function* xlsxBatches(
  path: string,
  limits: FileLimits,
): AsyncGenerator<readonly TableRow[]> {
  const workerData: XlsxJob = { path, limits };
  const worker = new Worker(new URL('./xlsx-worker.ts', import.meta.url), {
    workerData,
    resourceLimits: heap,
  });
  try {
    let coming = nextReply(worker, limits.batchSecondsMax);
    for (;;) {
      const reply = await coming;
      if ('code' in reply) refuse(reply.code, reply.details);
      if (reply.done) {
        yield reply.rows;
        return;
      }
      coming = nextReply(worker, limits.batchSecondsMax);
      // The next batch is read while this one is used; should it fail, the loop learns it in turn.
      coming.catch(() => {});
      yield reply.rows;
    }
  } finally {
    await worker.terminate();
  }
}

async function nextReply(worker: Worker, seconds: number): Promise<XlsxReply> {
  worker.postMessage('next', []);
  try {
    const signal = AbortSignal.timeout(seconds * 1000);
    const [reply]: XlsxReply[] = await once(worker, 'message', { signal });
    if (reply !== undefined) return reply;
  } catch (error) {
    if (!isExhausted(error)) throw error;
  }
  return { code: 'file_rejected', details: { reason: 'too_costly' } };
}

/** Out of time or out of memory, as against a fault of this program or its disk. */
function isExhausted(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'AbortError') return true;
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
