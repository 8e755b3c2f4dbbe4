import { setTimeout as delay } from 'node:timers/promises';
import { Logger, run, type JobHelpers, type Runner } from 'graphile-worker';
import { openQueuePool, type QueuePool } from '../db/queue-pool.ts';

/** What a job carries: ids, never personal data. */
export type Payload = Readonly<Record<string, unknown>>;

/** Work that jobs name. It may run more than once and must not mind. */
export type Task = (payload: Payload) => Promise<unknown>;

/** Work that comes round by itself every so many seconds, in every server process. */
export type Round = { readonly everySeconds: number; readonly task: Task };

export type JobOptions = {
  /** The server's role; the queue keeps connections of its own. */
  readonly url: string;
  readonly tasks: Readonly<Record<string, Task>>;
  /** `minute hour day month weekday task`, a line each, in UTC: 18:00 is 02:00 in Shanghai. */
  readonly crontab: string;
  readonly rounds: Readonly<Record<string, Round>>;
  readonly onError: (name: string, error: unknown) => void;
};

const concurrency = 2;
const restartMs = 1_000;

function startRounds(options: JobOptions): () => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const timers = Object.entries(options.rounds).map(([name, { everySeconds, task }]) =>
    setInterval(() => {
      // A round that is still at work is not started again beside itself.
      if (running.has(name)) return;
      const work = task({})
        .then(() => undefined)
        .catch((error: unknown) => options.onError(name, error))
        .finally(() => running.delete(name));
      running.set(name, work);
    }, everySeconds * 1_000),
  );
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all(running.values());
  };
}

/** The value of an id in a payload. Throws for a payload without it: a broken job, told as such. */
export function idIn(payload: Payload, name: string): string {
  const value = payload[name];
  if (typeof value !== 'string') throw new Error(`the job carries no ${name}`);
  return value;
}

function taskFor(name: string, options: JobOptions) {
  return async (payload: unknown, helpers: JobHelpers) => {
    try {
      await options.tasks[name]?.(Object.fromEntries(Object.entries(payload ?? {})));
    } catch (error) {
      // The queue tries again with growing pauses; the operator learns of the last attempt too.
      options.onError(`${name} (${helpers.job.attempts})`, error);
      throw error;
    }
  };
}

function begin(options: JobOptions, pgPool: QueuePool): Promise<Runner> {
  return run({
    pgPool,
    concurrency,
    noHandleSignals: true,
    pollInterval: 2_000,
    crontab: options.crontab,
    taskList: Object.fromEntries(
      Object.keys(options.tasks).map((name) => [name, taskFor(name, options)]),
    ),
    // In batches, if of one: the library waits for those only, and what it does not wait for ends
    // the process when PostgreSQL goes away before a job is ticked off.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    logger: new Logger(() => () => undefined),
  });
}

/** Keeps the library at work: it gives up when a job cannot be ticked off, and begins again. */
async function keepQueue(options: JobOptions, pool: QueuePool): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const tell = (error: unknown) => options.onError('queue', error);
  let runner = await begin(options, pool);
  const loop = (async () => {
    while (!signal.aborted) {
      await runner.promise.catch(tell);
      await delay(restartMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      runner = (await begin(options, pool).catch(tell)) ?? runner;
      if (signal.aborted) await runner.stop();
    }
  })();
  return async () => {
    stopping.abort();
    // One that gave up by itself says no to being stopped.
    await runner.stop().catch(() => undefined);
    await loop;
  };
}

/**
 * Works off the queue, the day's schedule and the short rounds until the answered function is
 * called, which waits for what is under way. Every task is done once by nature, so that several
 * server processes may run it and a killed one may be repeated; scheduled tasks are queued once for
 * all. PostgreSQL may go and come back meanwhile.
 */
export async function startJobs(options: JobOptions): Promise<() => Promise<void>> {
  const pool = openQueuePool(options.url);
  const stopQueue = await keepQueue(options, pool).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  const stopRounds = startRounds(options);
  return async () => {
    await Promise.all([stopRounds(), stopQueue()]);
    await pool.end();
  };
}
