import { randomInt } from 'node:crypto';
import { readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { chooseRunner, findBinaries } from './embedded-binaries.ts';
import {
  clearRemains,
  createCluster,
  isFree,
  isServerOf,
  launchServer,
  recordedServer,
  stopServer,
  type Cluster,
} from './embedded-cluster.ts';
import { ensureFolder, handOver, refuseForeignFolder } from './embedded-folder.ts';
import { joinUsers, leaveUsers, processMark, withFileLock } from './embedded-lock.ts';
import { passwordsOf, type Passwords, type Role } from './embedded-passwords.ts';
import { refuseWeakSettings } from './embedded-settings.ts';

export type EmbeddedPostgres = {
  readonly port: number;
  readonly passwords: Passwords;
  url(role: Role, database: string): string;
  /** Brings the server back, on the same port, whenever it is found gone. */
  keepRunning(): void;
  /** Leaves the server; the last process of the machine that leaves also stops it. */
  stop(): Promise<void>;
};

export type StartOptions = {
  /** The clone's `data/`, or a folder of a test in it. */
  readonly folder: string;
  readonly port?: number;
  /** False only for tests: then nothing is synced to disk. */
  readonly durable: boolean;
};

/** The name of the database that the embedded server holds for the product. */
export const databaseName = 'huiquan';

const startAttemptsMax = 8;
const readyWaitMs = 60_000;
const reviveEveryMs = 1_000;
// Below the range that Linux gives to outgoing connections, so a remembered port stays free.
const ports = { from: 20_000, to: 32_000 };

/** The address of `database` for `role` on 127.0.0.1. */
export function localUrl(
  port: number,
  login: { role: string; password: string },
  database: string,
) {
  return `postgres://${login.role}:${login.password}@127.0.0.1:${port}/${database}`;
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Whether the server on `port` is the one that serves `directory`. */
async function answers(port: number, passwords: Passwords, directory: string): Promise<boolean> {
  const url = localUrl(port, { role: 'postgres', password: passwords.postgres }, 'postgres');
  try {
    return await connected(url, async (client) => {
      const { rows } = await client.query<{ data_directory: string }>('show data_directory');
      return rows[0]?.data_directory === directory;
    });
  } catch {
    return false;
  }
}

async function rememberedPort(folder: string): Promise<number | undefined> {
  const text = await readFile(path.join(folder, 'postgres-port'), 'utf8').catch(() => '');
  return /^\d{4,5}$/.test(text) ? Number(text) : undefined;
}

async function pickPort(folder: string, wanted: number | undefined): Promise<number> {
  const known = wanted ?? (await rememberedPort(folder));
  if (known !== undefined && (await isFree(known))) return known;
  if (wanted !== undefined) throw new Error(`port ${wanted} is taken by another program`);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(ports.from, ports.to);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port on 127.0.0.1 between ${ports.from} and ${ports.to}`);
}

async function isReady(
  launched: { exitCode(): number | undefined },
  probe: () => Promise<boolean>,
) {
  const deadline = Date.now() + readyWaitMs;
  while (Date.now() < deadline && launched.exitCode() === undefined) {
    if (await probe()) return true;
    await sleep(25);
  }
  return false;
}

/** Starts the server; retried, since the lock of one that was killed clears only after a second. */
async function launch(cluster: Cluster, passwords: Passwords, options: StartOptions) {
  let logged = '';
  for (let attempt = 1; attempt <= startAttemptsMax; attempt += 1) {
    await clearRemains(cluster.directory);
    const port = await pickPort(options.folder, options.port);
    const launched = await launchServer(cluster, port);
    if (await isReady(launched, () => answers(port, passwords, cluster.directory))) {
      await writeFile(path.join(options.folder, 'postgres-port'), String(port));
      return port;
    }
    logged = await launched.logged();
    if (launched.exitCode() === undefined) await stopServer(cluster.directory);
    await sleep(250 * attempt);
  }
  throw new Error(`the embedded PostgreSQL does not start; its log says:\n${logged.slice(-4_000)}`);
}

/** The port of a server that runs on the cluster and answers; one that does not is stopped. */
async function adopt(directory: string, passwords: Passwords): Promise<number | undefined> {
  const running = await recordedServer(directory);
  if (running === undefined || !(await isServerOf(directory, running.pid))) return undefined;
  const { port } = running;
  for (let attempt = 0; attempt < 20 && port !== undefined; attempt += 1) {
    if (await answers(port, passwords, directory)) return port;
    await sleep(100);
  }
  await stopServer(directory);
  return undefined;
}

const roleStatements = [
  `do $$ begin
    if to_regrole('huiquan_migrator') is null then create role huiquan_migrator; end if;
    if to_regrole('huiquan_app') is null then create role huiquan_app; end if;
  end $$`,
  'alter role huiquan_migrator login createdb nosuperuser nocreaterole noreplication nobypassrls',
  'alter role huiquan_app login nosuperuser nocreatedb nocreaterole noreplication nobypassrls',
];

async function ensureRoles(client: pg.Client, passwords: Passwords): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [
    databaseName,
  ]);
  if (rowCount === 1) return;
  for (const statement of roleStatements) await client.query(statement);
  for (const role of ['huiquan_migrator', 'huiquan_app'] as const) {
    await client.query(`alter role ${role} password ${client.escapeLiteral(passwords[role])}`);
  }
  await client.query(`create database ${databaseName} owner huiquan_migrator`);
}

async function prepareCluster(options: StartOptions) {
  const { folder, durable } = options;
  const directory = path.join(folder, 'postgres');
  await refuseForeignFolder(folder, directory);
  const binaries = await findBinaries();
  const owner = await stat(directory).catch(() => undefined);
  const place = { folder, owner: owner ?? (await stat(folder)), isNew: owner === undefined };
  const runner = await chooseRunner(binaries, place);
  const cluster = { binaries, runner, directory, durable };
  const passwords = await passwordsOf(folder, place.isNew);
  if (place.isNew) await createCluster(cluster, passwords.postgres);
  return { cluster, passwords };
}

/** Joins the cluster's server or starts it, and refuses it if it could lose committed rows. */
async function openServer(cluster: Cluster, passwords: Passwords, options: StartOptions) {
  const port =
    (await adopt(cluster.directory, passwords)) ?? (await launch(cluster, passwords, options));
  const login = { role: 'postgres', password: passwords.postgres };
  await connected(localUrl(port, login, 'postgres'), async (client) => {
    if (options.durable) {
      await refuseWeakSettings(async (text) => (await client.query(text)).rows);
    }
    await ensureRoles(client, passwords);
  });
  return port;
}

/** Looks every second whether the server lives. A revival that fails is tried again. */
function reviver(directory: string, revive: () => Promise<unknown>): NodeJS.Timeout {
  let isBusy = false;
  const look = async () => {
    const server = await recordedServer(directory);
    if (server !== undefined && processMark(server.pid) !== undefined) return;
    await revive();
  };
  return setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    look()
      .catch(() => undefined)
      .finally(() => (isBusy = false));
  }, reviveEveryMs).unref();
}

/**
 * Starts the embedded PostgreSQL of `folder`, creating it at the first call, or joins the one that
 * already runs there, also one whose process was killed. Several processes may use it at once. It
 * listens on 127.0.0.1 only; passwords stay in the folder, readable by its owner alone. A durable
 * server that could lose committed rows is refused.
 */
export async function startPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  const folder = await ensureFolder(options.folder);
  const users = path.join(folder, 'postgres-users');
  const lock = path.join(folder, 'postgres.lock');
  const join = async (port: number | undefined) => {
    const { cluster, passwords } = await prepareCluster({ ...options, folder });
    const used = await openServer(cluster, passwords, {
      folder,
      durable: options.durable,
      ...(port === undefined ? {} : { port }),
    });
    await joinUsers(users);
    await handOver(folder);
    return { cluster, passwords, port: used };
  };
  const { cluster, passwords, port } = await withFileLock(lock, () => join(options.port));
  let timer: NodeJS.Timeout | undefined;
  return {
    port,
    passwords,
    url: (role, database) => localUrl(port, { role, password: passwords[role] }, database),
    keepRunning: () => {
      timer = reviver(cluster.directory, () => withFileLock(lock, () => join(port)));
    },
    stop: () => {
      clearInterval(timer);
      return withFileLock(lock, async () => {
        if (!(await leaveUsers(users))) await stopServer(cluster.directory);
      });
    },
  };
}

async function removeLeftover(folder: string): Promise<void> {
  for (const inner of await readdir(folder)) {
    const place = path.join(folder, inner);
    await stopServer(inner === 'postgres' ? place : path.join(place, 'postgres'));
  }
  await rm(folder, { recursive: true, force: true });
}

/** Stops and removes the throw-away servers of test runs that were killed. */
export async function removeLeftovers(dataFolder: string): Promise<void> {
  for (const name of await readdir(dataFolder).catch(() => [])) {
    const pid = /^test-(\d+)/.exec(name)?.[1];
    if (pid === undefined || processMark(Number(pid)) !== undefined) continue;
    // Those of another user are theirs to remove.
    await removeLeftover(path.join(await realpath(dataFolder), name)).catch(() => undefined);
  }
}
