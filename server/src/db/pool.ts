import { Socket } from 'node:net';
import pg from 'pg';
import { instant } from '@huiquan/domain/instant.ts';

/** Connections to the database as the app role. */
export type Pooled = { readonly pool: pg.Pool };

/**
 * Who has connections of its own, so that none starves another: the door (who asks, what was
 * answered before), those who sign in, claims, and the till with its payment codes.
 */
export type Lane = 'door' | 'signIn' | 'claim' | 'redeem';

/** The database as the app role sees it. Only `transact` and the tools take connections from it. */
export type Db = Pooled & { readonly lanes: Readonly<Record<Lane, Pooled>> };

export type PoolOptions = {
  readonly url: string;
  /** Connections at most; PostgreSQL's own limit is shared by all server processes. */
  readonly max?: number;
  readonly name?: string;
};

const oid = { int8: 20, date: 1082, int8Array: 1016, dateArray: 1182, instant: 1184 } as const;
/** An array of numbers or dates, which PostgreSQL prints without quotes. */
const arrayParser = (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(','));

const digits = (text: string, from: number, to: number): number => {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + text.charCodeAt(at) - 48;
  return number;
};

/**
 * PostgreSQL prints instants of a UTC session as `2023-09-01 02:00:00.123+00`. Read digit by digit:
 * each request that is signed in brings four.
 */
function parseInstant(text: string): number {
  // Finer than here, before Christ, infinite: left to the platform.
  const isUsual = text.length <= 26 && /^[1-9]/.test(text) && text.charAt(4) === '-';
  if (!isUsual || !text.endsWith('+00')) {
    return instant(Date.parse(text.replace(' ', 'T').replace(/\+00$/, 'Z')));
  }
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const seconds = digits(text, 11, 13) * 3_600 + digits(text, 14, 16) * 60 + digits(text, 17, 19);
  const thousandths = text.length === 22 ? 0 : Number(text.slice(20, -3).padEnd(3, '0'));
  return instant(Date.UTC(year, month - 1, day) + seconds * 1_000 + thousandths);
}

/**
 * How column values become TypeScript: bigint for int8, `Instant` for timestamptz, text for date.
 */
const parsers = new Map<number, (text: string) => unknown>([
  [oid.int8, BigInt],
  [oid.int8Array, (text: string) => arrayParser(text).map(BigInt)],
  [oid.date, (text: string) => text],
  [oid.dateArray, arrayParser],
  [oid.instant, parseInstant],
]);

const types = {
  getTypeParser(id: number, format?: 'text' | 'binary') {
    return parsers.get(id) ?? pg.types.getTypeParser(id, format);
  },
};

/**
 * Opens a pool. Every session is UTC (so that instants parse the same on every server), gives up a
 * statement after 30 s and a forgotten transaction after 15 s.
 */
export function openDb(options: PoolOptions): Db {
  const max = options.max ?? 10;
  const lane = (size: number) => ({
    pool: openPool(options, { max: Math.min(size, max), settings: [plannedOnce] }),
  });
  // A group of each command at a time, and the looks before it: a lane opens no more than it uses.
  const lanes = { door: lane(4), signIn: lane(5), claim: lane(2), redeem: lane(6) };
  return { pool: openPool(options, { max, settings: [] }), lanes };
}

// A statement of groups is planned once, for groups of any size. Else the transfers of a small
// group are planned anew each time, because they are few: 0.7 ms of the 5 that PostgreSQL works for
// 18 claims.
const plannedOnce = '-c plan_cache_mode=force_generic_plan';

type Size = { readonly max: number; readonly settings: readonly string[] };

/** A socket that sends what a turn of the event loop writes by one call of the system. */
function oneWriteATurn(): Socket {
  const socket = new Socket();
  const uncork = socket.uncork.bind(socket);
  // The driver uncorks after each statement.
  socket.uncork = () => process.nextTick(uncork);
  return socket;
}

function openPool(options: PoolOptions, { max, settings }: Size): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // Statements of one turn travel together: a group waits for seven answers, not for twenty-five.
    pipeline: true,
    stream: oneWriteATurn,
    application_name: options.name ?? 'huiquan',
    options: [
      '-c TimeZone=UTC',
      '-c DateStyle=ISO',
      '-c statement_timeout=30s',
      '-c idle_in_transaction_session_timeout=15s',
      '-c tcp_user_timeout=10s',
      // Pages come from memory or flash: a few thousand rows by index beat a walk of the table.
      '-c random_page_cost=1.1',
      ...settings,
    ].join(' '),
    types,
  });
  // An idle connection that the server closes is replaced by the pool; without a listener it would
  // end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** Waits for running queries and closes every connection. */
export async function closeDb(db: Db): Promise<void> {
  await Promise.all([db, ...Object.values(db.lanes)].map(({ pool }) => pool.end()));
}
