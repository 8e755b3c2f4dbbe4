import type { Db } from '../server/src/db/pool.ts';
import { setClock } from '../server/src/given/voucher.ts';
import type { Keys } from '../server/src/keys.ts';

/**
 * Where a scenario plays: a database, its keys, its clock, and a folder for the files handed in.
 */
export type Stage = {
  readonly db: Db;
  /** The owner's connection: sets the clock. */
  readonly owner: Pick<Db['pool'], 'query'>;
  readonly keys: Keys;
  readonly folder: string;
  /** Told about each part: what it was and how long it took. */
  readonly tell?: (text: string) => void;
};

/** From here on the database's clock stands at `text`. */
export async function at(stage: Stage, text: string): Promise<void> {
  await setClock(stage.owner, text);
}

/** Runs a part and tells how long it took. */
export async function timed<T>(stage: Stage, name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  stage.tell?.(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
