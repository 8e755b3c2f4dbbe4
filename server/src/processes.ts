import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WeakConfig } from './config.ts';

const processesMax = 64;
const restartMs = 1_000;
const stopMs = 15_000;

/**
 * How many processes serve: `--processes N`, else HUIQUAN_PROCESSES, else one.
 * @throws WeakConfig for what is no number from 1 to 64.
 */
export function processesWanted(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): number {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: { processes: { type: 'string' } },
  });
  const text = values.processes ?? environment['HUIQUAN_PROCESSES'] ?? '1';
  const count = typeof text === 'string' && /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > processesMax) {
    throw new WeakConfig([`--processes is no number from 1 to ${processesMax}`]);
  }
  return count;
}

async function end(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const gone = once(worker, 'exit');
  worker.kill('SIGTERM');
  const isGone = await Promise.race([gone, delay(stopMs, false, { ref: false })]);
  if (isGone === false) worker.process.kill('SIGKILL');
  await gone;
}

/**
 * Starts `count` processes that share one port and resolves when all of them listen. One that dies
 * is replaced a second later; what it had acknowledged is in the database, what it had not its
 * clients ask again. Answers what stops them, each after its requests under way.
 */
export async function startProcesses(
  count: number,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<() => Promise<void>> {
  let stopping = false;
  const start = () => cluster.fork(environment);
  cluster.on('exit', () => {
    if (stopping) return;
    setTimeout(() => stopping || start(), restartMs);
  });
  const listening = Promise.withResolvers<void>();
  let left = count;
  cluster.on('listening', () => void ((left -= 1) === 0 && listening.resolve()));
  for (let n = 0; n < count; n += 1) start();
  await listening.promise;
  return async () => {
    stopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((one) => one !== undefined);
    await Promise.all(workers.map(end));
  };
}
