import { Worker } from 'node:worker_threads';
import type { PaintedKind, Puzzle } from './puzzle.ts';

/** Something that paints puzzles away from the thread that serves. */
export type Painter = {
  /** Asks for one puzzle; it comes to `onPuzzle`, if the painter lives. */
  readonly ask: (kind: PaintedKind) => void;
  readonly close: () => Promise<void>;
};

/** What the owner of a painter hears from it. `onEnd` comes once, for whatever reason it ended. */
export type PainterEvents = {
  readonly onPuzzle: (puzzle: Puzzle) => void;
  readonly onEnd: () => void;
};

/** A painter in a thread of its own: 3 to 6 ms of drawing must not hold up any request. */
export function startPainter({ onPuzzle, onEnd }: PainterEvents): Painter {
  const worker = new Worker(new URL('./painter.worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
  worker.unref();
  worker.on('message', onPuzzle);
  // 'exit' follows every 'error'; without a listener the error would end the server
  worker.on('error', () => undefined);
  worker.once('exit', onEnd);
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window, no origin
    ask: (kind) => worker.postMessage(kind),
    close: async () => void (await worker.terminate()),
  };
}
