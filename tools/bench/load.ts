import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resident, Till } from './people.ts';

/** A request as it goes over the wire, made before the clock starts. */
export type Prepared = {
  readonly method: 'POST' | 'GET';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** How a redemption is asked for: the real way, the bare route's, or one transaction's. */
export type Manner = 'ours' | 'bare' | 'one-tx';

/** What the clients do: prepared requests, each sent once, or code, try and commit in turn. */
export type Work =
  | { readonly kind: 'prepared'; readonly requests: readonly Prepared[] }
  | {
      readonly kind: 'redeem';
      readonly manner: Manner;
      readonly residents: readonly Resident[];
      readonly tills: readonly Till[];
    };

/** Closed loop: `connections` clients, each sending its next request when it has its answer. */
export type ClosedJob = {
  readonly base: string;
  readonly connections: number;
  readonly seconds: number;
  readonly work: Work;
};

/** Open loop: requests fall due at their time, whether or not earlier ones are answered. */
export type OpenJob = {
  readonly base: string;
  readonly perSecond: number;
  readonly requests: readonly Prepared[];
};

/** What came back: requests answered with 2xx, and how many were not. */
export type Load = {
  readonly answered: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
  /** Answers by status other than 2xx; 0 stands for none at all. */
  readonly others: Readonly<Record<string, number>>;
  /** What the first of them said. */
  readonly example?: string;
};

let jobs = 0;

/** Runs a job in a process of its own, so that client and server do not share a thread. */
async function runIn(worker: string, folder: string, job: ClosedJob | OpenJob): Promise<Load> {
  const file = join(folder, `load-${(jobs += 1)}.json`);
  writeFileSync(file, JSON.stringify(job), { mode: 0o600 });
  const child = fork(join(import.meta.dirname, worker), [file]);
  const gone = once(child, 'exit').then(() => undefined);
  const told = once(child, 'message').then(([load]: Load[]) => load);
  const load = await Promise.race([told, gone]);
  if (load === undefined) throw new Error(`${worker} ended without a word`);
  await gone;
  return load;
}

/** Closed-loop load by autocannon. */
export const runClosed = (folder: string, job: ClosedJob): Promise<Load> =>
  runIn('closed.worker.ts', folder, job);

/** Open-loop latency: each request is timed from the moment it was due. */
export const runOpen = (folder: string, job: OpenJob): Promise<Load> =>
  runIn('open.worker.ts', folder, job);

/**
 * Fails where anything but 2xx came back: a slice of refusals measures nothing. A baseline may
 * answer `busy`, and then refuse the steps that would have followed: they are not counted.
 */
export function demandAnswers(name: string, load: Load, mayBeBusy: 'may be busy' | ''): void {
  const others = Object.entries(load.others);
  const isBusy = mayBeBusy !== '' && load.example?.includes('"code":"busy"') === true;
  if (load.answered > 0 && (isBusy || others.length === 0)) return;
  const counts = others.map(([status, count]) => `${count} × ${status}`).join(', ');
  const told = `${load.answered} answered, others ${counts || 'none'} ${load.example ?? ''}`;
  throw new Error(`${name}: ${told}`);
}
