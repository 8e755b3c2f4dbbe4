import { fork, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { isFree } from '../../server/src/db/embedded-cluster.ts';
import servingFlags from '../setup/serving-flags.json' with { type: 'json' };
import { isOnPath, peakRssMb } from './figures.ts';
import { spentBy, type Spent } from './cost.ts';
import { startRedis } from './redis.ts';

/** The server under test, and the Redis servers of its baselines where there are some. */
export type Bench = {
  readonly base: string;
  readonly hasRedis: boolean;
  /** The most memory the server held so far, in MB. */
  readonly rssMb: () => number;
  /** The processor time that server and database have used so far. */
  readonly spent: () => Promise<Spent>;
  readonly stop: () => Promise<void>;
};

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

/**
 * Starts the server on the place in `folder`, in a process of its own as in earnest. With `profile`
 * it leaves a CPU profile in that folder when it ends.
 */
export async function startBench(folder: string, profile?: string): Promise<Bench> {
  const port = await freePort();
  const hasRedis = isOnPath('redis-server');
  const redis: ChildProcess[] = [];
  const redisPorts: Record<string, string> = {};
  for (const mode of hasRedis ? (['fsync', 'memory'] as const) : []) {
    const own = await freePort();
    redis.push(await startRedis(folder, { port: own, mode }));
    redisPorts[`BENCH_REDIS_${mode.toUpperCase()}`] = String(own);
  }
  const base = `http://127.0.0.1:${port}`;
  const child = fork(join(import.meta.dirname, 'server.worker.ts'), [], {
    execArgv: [
      ...servingFlags,
      ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
    ],
    env: {
      ...process.env,
      ...redisPorts,
      HUIQUAN_DATA: folder,
      HUIQUAN_PORT: String(port),
      HUIQUAN_PUBLIC_URL: base,
      HUIQUAN_LOG: 'error',
      HUIQUAN_POOL: '20',
      HUIQUAN_CLAIMS_PER_SECOND: '1000',
      HUIQUAN_CLAIMS_PER_MINUTE: '60000',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ready = once(child, 'message');
  const died = once(child, 'exit').then(() => 'dead');
  if ((await Promise.race([ready, died])) === 'dead') {
    await Promise.all(redis.map(endOf));
    throw new Error('the server did not start');
  }
  return {
    base,
    hasRedis,
    rssMb: () => peakRssMb(child.pid ?? 0),
    spent: () => spentBy(child.pid ?? 0, folder),
    stop: async () => {
      await endOf(child);
      await Promise.all(redis.map(endOf));
    },
  };
}
