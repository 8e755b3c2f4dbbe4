import { createHash } from 'node:crypto';

/**
 * A number in [0, 1) that belongs to `seed` and `id`: the same request meets the same luck
 * whenever and in whatever order it comes.
 */
export function chance(seed: string, id: string): number {
  const hash = createHash('sha256').update(`${seed}\n${id}`).digest();
  return hash.readUIntBE(0, 6) / 2 ** 48;
}
