import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const lockWaitMs = 120_000;
const emptyLockGraceMs = 5_000;

/**
 * Names a running process so that a later one with the same number is not taken for it: the number
 * and, where /proc tells it, the moment it began. Undefined when no such process runs.
 */
export function processMark(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined;
  }
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' ? undefined : `${pid}-${fields[19] ?? ''}`;
  } catch {
    return `${pid}-`;
  }
}

function isRunning(mark: string): boolean {
  const pid = Number(mark.split('-')[0]);
  return Number.isSafeInteger(pid) && pid > 0 && processMark(pid) === mark;
}

function myMark(): string {
  return processMark(process.pid) ?? `${process.pid}-`;
}

async function tryLock(file: string): Promise<boolean> {
  try {
    await writeFile(file, myMark(), { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the lock of a process that died; two that see it at once cannot both succeed. */
async function breakIfStale(file: string): Promise<void> {
  const holder = await readFile(file, 'utf8').catch(() => undefined);
  const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now());
  if (holder === undefined || isRunning(holder)) return;
  if (holder === '' && age < emptyLockGraceMs) return;
  const aside = `${file}.stale-${process.pid}`;
  await rename(file, aside).catch(() => undefined);
  const taken = await readFile(aside, 'utf8').catch(() => undefined);
  // Somebody else broke it first and we moved the new holder's lock: hand it back.
  if (taken !== undefined && taken !== holder) await rename(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

/**
 * Runs `work` while no other process of this machine holds `file`. A holder that died is no
 * obstacle; a living one is waited for, two minutes at most.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  const deadline = Date.now() + lockWaitMs;
  while (!(await tryLock(file))) {
    await breakIfStale(file);
    if (Date.now() > deadline) {
      const holder = await readFile(file, 'utf8').catch(() => 'unknown');
      throw new Error(`process ${holder} has held ${file} for two minutes; stop it and try again`);
    }
    await sleep(50);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** Notes that this process uses the server of `folder`. */
export async function joinUsers(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, myMark()), '');
}

/** Takes this process off the list and answers whether a living one is left on it. */
export async function leaveUsers(folder: string): Promise<boolean> {
  await rm(path.join(folder, myMark()), { force: true });
  let others = false;
  for (const mark of await readdir(folder).catch(() => [])) {
    if (isRunning(mark)) others = true;
    else await rm(path.join(folder, mark), { force: true });
  }
  return others;
}
