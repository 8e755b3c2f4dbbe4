import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordedServer } from '../../server/src/db/embedded-cluster.ts';
import type { Slice } from './figures.ts';

/** Processor time used so far, in milliseconds. */
export type Spent = { readonly serverMs: number; readonly databaseMs: number };

/** Linux counts in hundredths of a second. */
const tickMs = 10;

/**
 * User and system time of one process with all its threads, and of its children that have ended; 0
 * where the kernel does not tell.
 */
function cpuMs(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * tickMs, 0);
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/**
 * What the server and its PostgreSQL have worked so far: on a machine that others use too, this
 * tells more than what the clock says.
 */
export async function spentBy(server: number, folder: string): Promise<Spent> {
  const postmaster = (await recordedServer(join(folder, 'postgres')))?.pid ?? 0;
  const all = [postmaster, ...childrenOf(postmaster)];
  const databaseMs = all.reduce((sum, pid) => sum + cpuMs(pid), 0);
  return { serverMs: cpuMs(server), databaseMs };
}

/** Microseconds of processor time for each of `count` requests between two looks. */
export function costOf(before: Spent, after: Spent, count: number) {
  const each = (ms: number) => Math.round((ms * 1_000) / Math.max(1, count));
  return {
    server: each(after.serverMs - before.serverMs),
    database: each(after.databaseMs - before.databaseMs),
  };
}

/** How fast `work` does `count` things, and what each costs this process and PostgreSQL. */
export async function timedRows(
  place: { readonly folder: string },
  count: number,
  work: () => Promise<unknown>,
): Promise<Slice> {
  const before = await spentBy(process.pid, place.folder);
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpuUs = costOf(before, await spentBy(process.pid, place.folder), count);
  return { perSecond: count / seconds, p50Ms: null, p99Ms: null, cpuUs };
}
