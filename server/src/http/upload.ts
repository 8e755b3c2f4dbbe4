import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { refuse } from '@huiquan/domain/refusals.ts';
import { fileLimits } from '../files/limits.ts';
import type { Upload } from './handle.ts';

/** What a form may hold: one file, a few short fields. */
export const multipartLimits = {
  files: 1,
  fields: 10,
  parts: 11,
  fieldNameSize: 100,
  fieldSize: 10_000,
  headerPairs: 50,
  // One byte more than a file may have: the receiver sees that it is too long and says so.
  fileSize: fileLimits.bytesMax + 1,
} as const;

/** The fields before the file. */
function textFields(fields: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, part] of Object.entries(Object(fields) as Record<string, unknown>)) {
    if (typeof part !== 'object' || part === null || !('value' in part)) continue;
    if (typeof part.value === 'string') found[name] = part.value;
  }
  return found;
}

/** The file's bytes; a form that breaks off in the middle of them is told as such. */
async function* whole(file: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const piece of file) yield Buffer.from(piece);
  } catch {
    refuse('malformed_multipart');
  }
}

/** The request's one file as a stream. Refuses `malformed_multipart` for anything else. */
export async function uploadOf(request: FastifyRequest): Promise<Upload> {
  try {
    const part = await request.file({ throwFileSizeLimit: true });
    if (part === undefined || part.fieldname === '') return refuse('malformed_multipart');
    return {
      name: part.filename,
      stream: Readable.from(whole(part.file), { objectMode: false }),
      fields: textFields(part.fields),
    };
  } catch {
    return refuse('malformed_multipart');
  }
}
