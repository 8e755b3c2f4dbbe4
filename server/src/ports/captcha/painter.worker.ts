import { parentPort } from 'node:worker_threads';
import { drawPuzzle, registerFont } from './drawing.ts';
import type { PaintedKind } from './puzzle.ts';

// The other side of painter.ts: one puzzle for each kind it is asked for, in order.
registerFont();
parentPort?.on('message', (kind: PaintedKind) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window, no origin
  parentPort?.postMessage(drawPuzzle(kind));
});
