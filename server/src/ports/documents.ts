import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Where documents of applications lie. Contents come sealed; `name` is hex. Its rules, which every
 * adapter must keep and the sandbox reproduces:
 * - `put` has ended only when the content would survive a loss of power
 * - the same name and content may be put again
 * - no method throws because the store is full or away
 */
export type DocumentStore = {
  readonly put: (name: string, content: Buffer) => Promise<'kept' | 'unavailable'>;
  /** The content; undefined where there is none. */
  readonly get: (name: string) => Promise<Buffer | undefined | 'unavailable'>;
};

const nameForm = /^[0-9a-f]{64}$/;

function placeOf(folder: string, name: string): string {
  // Names come from digests; anything else could lead out of the folder.
  if (!nameForm.test(name)) throw new Error('a document is named by 64 hex digits');
  return join(folder, name.slice(0, 2), name);
}

async function write(path: string, content: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${randomUUID()}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path).catch(async (error: unknown) => {
    await rm(unfinished, { force: true });
    throw error;
  });
}

/** A store in a folder of this machine. */
export function makeFolderDocuments(folder: string): DocumentStore {
  return {
    put: async (name, content) => {
      const path = placeOf(folder, name);
      try {
        await write(path, content);
        return 'kept';
      } catch {
        return 'unavailable';
      }
    },
    get: async (name) => {
      const path = placeOf(folder, name);
      try {
        return await readFile(path);
      } catch (error) {
        const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
        return isMissing ? undefined : 'unavailable';
      }
    },
  };
}
