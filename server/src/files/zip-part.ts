import { createReadStream } from 'node:fs';
import { PassThrough, pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { ZipPart } from './zip-directory.ts';

/**
 * The bytes of `part` of the zip file at `path`, inflated as they are asked for. Refuses
 * `file_rejected` as soon as there are more than the directory said, and at the end when there are
 * fewer or their checksum differs.
 */
export async function* partBytes(path: string, part: ZipPart): AsyncGenerator<Buffer> {
  if (part.packedBytes === 0) {
    if (part.bytes !== 0) refuse('file_rejected', { reason: 'zip_size' });
    return;
  }
  const { start } = part;
  const raw = createReadStream(path, { start, end: start + part.packedBytes - 1 });
  const inflated = part.packed ? createInflateRaw({ chunkSize: 64 * 1024 }) : new PassThrough();
  // A failure reaches the loop below through `inflated`, which the pipeline destroys with it.
  pipeline(raw, inflated, () => {});
  let bytes = 0;
  let check = 0;
  try {
    for await (const chunk of inflated as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > part.bytes) refuse('file_rejected', { reason: 'zip_size' });
      check = crc32(chunk, check);
      yield chunk;
    }
  } finally {
    raw.destroy();
    inflated.destroy();
  }
  if (bytes !== part.bytes || check !== part.crc32) {
    refuse('file_rejected', { reason: 'zip_checksum' });
  }
}

/** All of a small `part` as text. Refuses `file_rejected` when it holds more than `bytesMax`. */
export async function partText(path: string, part: ZipPart, bytesMax: number): Promise<string> {
  if (part.bytes > bytesMax) refuse('file_rejected', { reason: 'part_too_large' });
  const chunks: Buffer[] = [];
  for await (const chunk of partBytes(path, part)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
