import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { refuse } from '@huiquan/domain/refusals.ts';
import { imageHead } from './image-head.ts';

/** What the worker is started with. */
export type ImageJob = { readonly bytes: Uint8Array };

/** A JPEG drawn anew. */
export type ImageReply = {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
};

export type CleanImage = {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
};

const secondsMax = 15;
const heap = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32 };

/**
 * The image that `bytes` show as a JPEG of its own points: upright, at most 2,400 points a side,
 * and nothing else of the file, neither where it was taken nor what was hidden behind it. Drawn in
 * a worker of its own. Refuses as `imageHead`, and `file_rejected` for what cannot be drawn in
 * time.
 * @policy att-M5
 */
export async function cleanImage(bytes: Buffer): Promise<CleanImage> {
  imageHead(bytes);
  const workerData: ImageJob = { bytes };
  const worker = new Worker(new URL('./image-draw.worker.ts', import.meta.url), {
    workerData,
    resourceLimits: heap,
  });
  try {
    const signal = AbortSignal.timeout(secondsMax * 1_000);
    const [reply]: (ImageReply | 'unreadable')[] = await once(worker, 'message', { signal });
    if (reply === undefined || reply === 'unreadable') return refuse('file_rejected');
    const { width, height } = reply;
    return { bytes: Buffer.from(reply.bytes), width, height };
  } catch (error) {
    const isCostly =
      error instanceof Error &&
      (error.name === 'AbortError' ||
        ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'));
    if (isCostly) return refuse('file_rejected', { reason: 'too_costly' });
    throw error;
  } finally {
    await worker.terminate();
  }
}
