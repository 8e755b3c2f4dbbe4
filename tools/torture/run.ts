import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import servingFlags from '../setup/serving-flags.json' with { type: 'json' };
import { isFree, recordedServer } from '../../server/src/db/embedded-cluster.ts';
import { verify } from '../../server/src/features/audit/verify.ts';
import { runClients, type Told } from './clients.ts';
import { makePlace, type Place } from './place.ts';

export type TortureWish = {
  readonly kills: number;
  readonly people: number;
  readonly stock: number;
  /** Time between two kills, in milliseconds. */
  readonly pauseMs: { readonly min: number; readonly max: number };
  readonly folder: string;
  readonly say: (line: string) => void;
};

/** What the database holds when the storm is over, against what clients were told. */
export type Outcome = {
  readonly killedServers: number;
  readonly killedDatabases: number;
  readonly told: Told;
  readonly vouchers: number;
  readonly redemptions: number;
  /** Each line is a failure. */
  readonly failures: readonly string[];
};

const root = path.resolve(import.meta.dirname, '../..');
const readyMs = 60_000;
const clientsAtOnce = 24;

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

async function isReady(base: string): Promise<boolean> {
  try {
    return (await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(1_000) })).status === 200;
  } catch {
    return false;
  }
}

async function untilReady(base: string): Promise<void> {
  const deadline = Date.now() + readyMs;
  while (!(await isReady(base))) {
    if (Date.now() > deadline)
      throw new Error(`the server is not ready after ${readyMs / 1_000} s`);
    await delay(50);
  }
}

function startServer(folder: string, port: number): ChildProcess {
  const main = path.join(root, 'server/src/main.ts');
  const env = {
    ...process.env,
    HUIQUAN_DATA: folder,
    HUIQUAN_PORT: String(port),
    HUIQUAN_LOG: 'error',
    HUIQUAN_PUBLIC_URL: `http://127.0.0.1:${port}`,
  };
  return spawn(process.execPath, [...servingFlags, main, '--processes', '2'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The processes that serve under `pid`; Linux tells. */
function servingUnder(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

type Killed = { servers: number; databases: number };

/** Kills a serving process or the PostgreSQL server, as if its machine had lost power. */
async function killOne(server: ChildProcess, folder: string, killed: Killed): Promise<string> {
  const database = await recordedServer(path.join(folder, 'postgres'));
  // Whoever started PostgreSQL anew is its parent.
  const serving = servingUnder(server.pid ?? 0).filter((pid) => pid !== database?.pid);
  // Both kinds come early: the first kill is a server's, the second the database's.
  const wantsDatabase = killed.servers > killed.databases ? true : randomInt(2) === 0;
  if (wantsDatabase && killed.servers > 0 && database !== undefined) {
    process.kill(database.pid, 'SIGKILL');
    killed.databases += 1;
    return 'PostgreSQL';
  }
  const victim = serving[randomInt(Math.max(1, serving.length))];
  if (victim === undefined) return 'nobody';
  process.kill(victim, 'SIGKILL');
  killed.servers += 1;
  return 'a server process';
}

async function storm(wish: TortureWish, base: string, server: ChildProcess, end: AbortSignal) {
  const killed: Killed = { servers: 0, databases: 0 };
  for (let n = 1; n <= wish.kills && !end.aborted; n += 1) {
    await delay(randomInt(wish.pauseMs.min, wish.pauseMs.max));
    await untilReady(base);
    wish.say(`kill ${n}/${wish.kills}: ${await killOne(server, wish.folder, killed)}`);
  }
  return killed;
}

async function rowsOf<Row extends Record<string, unknown>>(place: Place, text: string) {
  return (await place.db.pool.query<Row>(text, [place.roundId])).rows;
}

async function judge(place: Place, told: Told) {
  const failures = told.contradictions.map((one) => `two answers to one key: ${one}`);
  const vouchers = await rowsOf<{ person_id: string; voucher_id: string }>(
    place,
    'select person_id, voucher_id from voucher where origin_id = $1',
  );
  const owned = new Map(vouchers.map((one) => [one.person_id, one.voucher_id]));
  if (owned.size !== vouchers.length) failures.push('somebody has two vouchers of the round');
  if (vouchers.length > place.stock) failures.push(`${vouchers.length} of ${place.stock} given`);
  for (const [personId, voucherId] of told.claimed) {
    if (owned.get(personId) !== voucherId) failures.push(`lost: voucher ${voucherId}`);
  }
  if (told.claimed.size !== vouchers.length) {
    failures.push(`${vouchers.length} vouchers, but ${told.claimed.size} people were told of one`);
  }
  const redemptions = await rowsOf<{ redemption_id: string; voucher_id: string }>(
    place,
    `select r.redemption_id, r.voucher_id from redemption r
     join voucher v on v.person_id = r.person_id and v.voucher_id = r.voucher_id
     where v.origin_id = $1 and r.state = 'committed'`,
  );
  const committed = new Set(redemptions.map((one) => one.redemption_id));
  for (const id of told.committed) if (!committed.has(id)) failures.push(`lost: redemption ${id}`);
  if (new Set(redemptions.map((one) => one.voucher_id)).size !== redemptions.length) {
    failures.push('a voucher was redeemed twice');
  }
  const { firstBad } = await verify(place.db);
  if (firstBad !== null) failures.push(`verify: ${JSON.stringify(firstBad)}`);
  return { failures, vouchers: vouchers.length, redemptions: redemptions.length };
}

/**
 * Serves claims and redemptions from two processes on a durable PostgreSQL of its own, kills them
 * at random moments while clients ask again with the same keys, and holds what the database has
 * against what clients were told. Linux only: the kernel tells which processes serve.
 */
export async function torture(wish: TortureWish): Promise<Outcome> {
  const place = await makePlace(wish.folder, wish);
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const server = startServer(wish.folder, port);
  try {
    await untilReady(base);
    const end = new AbortController();
    const storming = storm(wish, base, server, end.signal);
    const told = await runClients(base, place, clientsAtOnce).finally(() => end.abort());
    const killed = await storming;
    const judged = await judge(place, told);
    const failures = [...judged.failures];
    if (killed.servers + killed.databases < wish.kills) failures.push('too few were killed');
    return {
      ...judged,
      failures,
      told,
      killedServers: killed.servers,
      killedDatabases: killed.databases,
    };
  } finally {
    const gone = server.exitCode === null ? once(server, 'exit') : undefined;
    server.kill('SIGTERM');
    await gone;
    await place.close();
  }
}
