import type pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pooled } from './pool.ts';

/** The lock that the one process holds which seals and works off the jobs. */
const leaderKey = 7341017;
const pollMs = 1_000;

/** Work that only the leader does: begun by a call, ended by what that answers. */
export type LeaderWork = () => Promise<() => Promise<void>>;

async function isLeader(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    'select pg_try_advisory_lock($1) as taken',
    [leaderKey],
  );
  return rows[0]?.taken === true;
}

async function hold(client: pg.PoolClient, signal: AbortSignal, work: LeaderWork): Promise<void> {
  let isLost = false;
  client.on('error', () => void (isLost = true));
  while (!isLost && !signal.aborted && !(await isLeader(client))) {
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
  if (isLost || signal.aborted) return;
  const stop = await work();
  try {
    while (!isLost && !signal.aborted) {
      await delay(pollMs, undefined, { signal }).catch(() => undefined);
      await client.query('select 1');
    }
  } finally {
    await stop();
  }
}

/**
 * Lets this process do `work` while no other process on this database does, on this machine or
 * another: the lock is the session's, so a leader that dies frees it, and one that loses its
 * connection stops within a second. Every task must bear a moment of two leaders. Answers what ends
 * it.
 */
export function lead(
  db: Pooled,
  work: LeaderWork,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const loop = (async () => {
    while (!signal.aborted) {
      try {
        const client = await db.pool.connect();
        try {
          await hold(client, signal, work);
        } finally {
          // Closed, not given back: the lock ends with its session.
          client.release(true);
        }
      } catch (error) {
        if (!signal.aborted) onError(error);
        await delay(pollMs, undefined, { signal }).catch(() => undefined);
      }
    }
  })();
  return async () => {
    stop.abort();
    await loop;
  };
}
