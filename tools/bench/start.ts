import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import servingFlags from '../setup/serving-flags.json' with { type: 'json' };
import { median, peakRssMb, rounded } from './figures.ts';
import { makePlace, openProgramme } from './place.ts';
import type { Row } from './row.ts';
import { freePort } from './server.ts';

const main = path.resolve(import.meta.dirname, '../../server/src/main.ts');
const patienceMs = 120_000;

async function isThere(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).status === 200;
  } catch {
    return false;
  }
}

/** The seconds from starting the process to its first page, PostgreSQL started on the way. */
async function startOnce(folder: string): Promise<{ seconds: number; rssMb: number }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    HUIQUAN_DATA: folder,
    HUIQUAN_PORT: String(port),
    HUIQUAN_LOG: 'error',
  };
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...servingFlags, main], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = once(child, 'exit');
  try {
    while (!(await isThere(`${url}/public`))) {
      const isLate = performance.now() - startedAt > patienceMs;
      if (isLate || child.exitCode !== null) throw new Error('the server does not start');
      await delay(10);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    return { seconds, rssMb: peakRssMb(child.pid ?? 0) };
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await gone;
    }
  }
}

/** A folder that was used before, its PostgreSQL stopped. */
async function makeUsedFolder(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'huiquan-bench-start-'));
  const used = await makePlace(folder);
  await openProgramme(used, { rounds: 1, stock: 100 });
  await used.leave();
  return folder;
}

/** A start on a folder that was used before, to the first page; a dose joins the place's server. */
export const start: Row = async (place, wish) => {
  const isDose = wish.size !== undefined;
  if (isDose) await openProgramme(place, { rounds: 1, stock: 100 });
  const folder = isDose ? place.folder : await makeUsedFolder();
  const times: number[] = [];
  let rssMb = 0;
  try {
    for (let slice = 0; slice < wish.slices; slice += 1) {
      const one = await startOnce(folder);
      wish.say(`  ${rounded(one.seconds)} s`);
      times.push(one.seconds);
      rssMb = Math.max(rssMb, one.rssMb);
    }
  } finally {
    if (!isDose) rmSync(folder, { recursive: true, force: true });
  }
  return {
    ours_s: rounded(median(times)),
    rss_mb: rssMb,
    more: { best_s: rounded(Math.min(...times)) },
  };
};
