import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { refuse } from '@huiquan/domain/refusals.ts';
import { displayName } from './file-name.ts';
import { fileLimits } from './limits.ts';
import type { FileLimits } from './limits.ts';

/** A file from outside, kept under a random name until it is released. */
export type ReceivedFile = {
  readonly path: string;
  /** The name the sender gave, cleaned for showing. */
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of the content, hex: the same file twice is known by it. */
  readonly sha256: string;
  release(): Promise<void>;
};

/**
 * Writes `source` to a private folder while hashing and counting it. Whoever receives a file
 * releases it. Refuses `payload_too_large` beyond the limit and keeps nothing then, nor when the
 * source breaks off.
 */
export async function receiveFile(
  source: Readable,
  options: { readonly name: string; readonly limits?: Partial<FileLimits> },
): Promise<ReceivedFile> {
  const { bytesMax } = { ...fileLimits, ...options.limits };
  const folder = await mkdtemp(join(tmpdir(), 'huiquan-upload-'));
  const path = join(folder, randomUUID());
  const release = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await pipeline(
      source,
      async function* counted(chunks: AsyncIterable<Buffer | string>) {
        for await (const chunk of chunks) {
          bytes += Buffer.byteLength(chunk);
          if (bytes > bytesMax) refuse('payload_too_large', { bytesMax });
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(path, { mode: 0o600, flags: 'wx' }),
    );
  } catch (error) {
    await release();
    throw error;
  }
  return { path, name: displayName(options.name), bytes, sha256: hash.digest('hex'), release };
}
