import { execFile, spawn } from 'node:child_process';
import {
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cleanEnvironment, commandLine, type Binaries, type Runner } from './embedded-binaries.ts';
import { processMark } from './embedded-lock.ts';

const run = promisify(execFile);
const logBytesMax = 16 * 1024 * 1024;
const stopWaitMs = 20_000;

/** A PostgreSQL data directory and how to run its server. */
export type Cluster = {
  readonly binaries: Binaries;
  readonly runner: Runner;
  readonly directory: string;
  readonly durable: boolean;
};

/** Creates the cluster beside its place and moves it there whole: a kill leaves no half of one. */
export async function createCluster(cluster: Cluster, password: string): Promise<void> {
  const { binaries, runner, directory } = cluster;
  const draft = `${directory}.new`;
  const passwordFile = `${directory}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await rm(passwordFile, { force: true });
  const file = await open(passwordFile, 'wx', 0o600);
  try {
    await file.writeFile(`${password}\n`);
    await file.close();
    if (runner.fileOwner !== undefined) {
      await chown(draft, runner.fileOwner.uid, runner.fileOwner.gid);
      await chown(passwordFile, runner.fileOwner.uid, runner.fileOwner.gid);
    }
    const line = commandLine(runner, binaries.initdb, [
      `--pgdata=${draft}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--data-checksums',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(cluster.durable ? [] : ['--no-sync']),
    ]);
    await run(line.file, line.args, { ...runner.identity, cwd: '/', env: cleanEnvironment() });
    await rename(draft, directory);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** What `postmaster.pid` says of the server that runs, or ran, on the cluster. */
export async function recordedServer(directory: string) {
  const text = await readFile(path.join(directory, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number.isSafeInteger(port) && port > 0 ? port : undefined };
}

/**
 * Processes that work in the cluster's directory: its server and its server's children. Only Linux
 * tells; elsewhere undefined.
 */
async function processesIn(directory: string): Promise<readonly number[] | undefined> {
  if (os.platform() !== 'linux') return undefined;
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const folder = await readlink(`/proc/${name}/cwd`).catch(() => undefined);
    if (folder === directory && processMark(Number(name)) !== undefined) found.push(Number(name));
  }
  return found;
}

/** Whether `pid` is this cluster's server, and not another process that was given its number. */
export async function isServerOf(directory: string, pid: number): Promise<boolean> {
  if (processMark(pid) === undefined) return false;
  return (await processesIn(directory))?.includes(pid) ?? true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function goneWithin(directory: string, pid: number, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (await isServerOf(directory, pid)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/**
 * Stops the server: open transactions are undone, what was committed is written out. One that does
 * not end in twenty seconds is told to leave at once; it then recovers at the next start.
 */
export async function stopServer(directory: string): Promise<void> {
  const server = await recordedServer(directory);
  if (server === undefined || !(await isServerOf(directory, server.pid))) return;
  signal(server.pid, 'SIGINT');
  if (await goneWithin(directory, server.pid, stopWaitMs)) return;
  signal(server.pid, 'SIGQUIT');
  if (await goneWithin(directory, server.pid, stopWaitMs)) return;
  throw new Error(`the PostgreSQL server of ${directory} (process ${server.pid}) does not stop`);
}

/**
 * Clears what a killed server left: waits for its children to notice and end, then takes away its
 * pid file if that names a process which is not this cluster's.
 */
export async function clearRemains(directory: string): Promise<void> {
  const deadline = Date.now() + stopWaitMs;
  let remains = await processesIn(directory);
  while (remains !== undefined && remains.length > 0 && Date.now() < deadline) {
    await sleep(50);
    remains = await processesIn(directory);
  }
  for (const pid of remains ?? []) signal(pid, 'SIGQUIT');
  if (remains === undefined || remains.length > 0) return;
  await rm(path.join(directory, 'postmaster.pid'), { force: true });
}

const durableSettings = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on'];
const throwAwaySettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

function serverSettings(durable: boolean, port: number): readonly string[] {
  return [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'timezone=Asia/Shanghai',
    'log_timezone=Asia/Shanghai',
    'password_encryption=scram-sha-256',
    'data_sync_retry=off',
    'max_connections=200',
    'shared_buffers=256MB',
    'max_wal_size=2GB',
    'checkpoint_timeout=15min',
    'jit=off',
    ...(durable ? durableSettings : throwAwaySettings),
  ];
}

async function openLog(file: string) {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size > logBytesMax) await rename(file, `${file}.old`);
  return open(file, 'a', 0o600);
}

/** A server just started: its exit code once it has ended, and what it logged since. */
export type Launched = { exitCode(): number | undefined; logged(): Promise<string> };

/** Starts the server detached: it outlives this process, and the next one adopts it. */
export async function launchServer(cluster: Cluster, port: number): Promise<Launched> {
  const logFile = `${cluster.directory}.log`;
  const log = await openLog(logFile);
  const { size: logStart } = await log.stat();
  const settings = serverSettings(cluster.durable, port).flatMap((setting) => ['-c', setting]);
  const line = commandLine(cluster.runner, cluster.binaries.postgres, [
    '-D',
    cluster.directory,
    ...settings,
  ]);
  const child = spawn(line.file, line.args, {
    ...cluster.runner.identity,
    cwd: '/',
    env: cleanEnvironment(),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let ended: number | undefined;
  child.on('error', () => (ended = -1));
  child.on('exit', (code) => (ended = code ?? -1));
  child.unref();
  await log.close();
  return {
    exitCode: () => ended,
    logged: async () => (await readFile(logFile)).subarray(logStart).toString('utf8'),
  };
}

/** Whether nothing listens on `port` of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  return promise;
}
