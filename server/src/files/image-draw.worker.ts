import { parentPort, workerData } from 'node:worker_threads';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { ImageJob, ImageReply } from './clean-image.ts';

/** Larger than any licence needs to be read; a photograph of 12 million points is halved. */
const sideMax = 2_400;
const quality = 88;

async function draw({ bytes }: ImageJob): Promise<ImageReply> {
  // The decoder turns it upright by what the camera noted.
  const image = await loadImage(Buffer.from(bytes));
  const scale = Math.min(1, sideMax / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const canvas = createCanvas(width, height);
  const pen = canvas.getContext('2d');
  // What was transparent becomes paper.
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, width, height);
  pen.drawImage(image, 0, 0, width, height);
  return { bytes: await canvas.encode('jpeg', quality), width, height };
}

const job = workerData as ImageJob;
const reply: ImageReply | 'unreadable' = await draw(job).catch(() => 'unreadable' as const);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window, no origin
parentPort?.postMessage(reply);
