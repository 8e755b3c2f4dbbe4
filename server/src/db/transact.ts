import type pg from 'pg';
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instant } from '@huiquan/domain/instant.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import { refusalOfConstraint } from './constraint-refusals.ts';
import type { Pooled } from './pool.ts';
import { bind, type Statement } from './twin.ts';

/** Who acts. `id` is the staff, person or terminal id; the system's is the name of its job. */
export type Actor = {
  readonly kind: 'staff' | 'resident' | 'terminal' | 'system' | 'public';
  readonly id: string;
};

/** The values of a statement's `:parameters`. */
export type Values = Readonly<Record<string, unknown>>;

/** Asks statements. One about time that has no `now` of its own asks `business_now()`. */
export type Asking = {
  /** All rows, columns in camelCase. */
  rows<Row>(statement: Statement, values?: Values): Promise<Row[]>;
  /** The only row. Throws if there is none or more: a broken invariant, not a refusal. */
  one<Row>(statement: Statement, values?: Values): Promise<Row>;
  /** The row or undefined. Throws if there is more than one. */
  maybe<Row>(statement: Statement, values?: Values): Promise<Row | undefined>;
  /** How many rows the statement touched. */
  execute(statement: Statement, values?: Values): Promise<number>;
};

/**
 * One transaction. `now` is the database's clock, read once at its start: every rule about time in
 * the transaction is judged by it.
 */
export type Tx = Asking & {
  readonly now: Instant;
  readonly actor: Actor;
  /**
   * Leaves what is `sent` to be answered while the work goes on. The end of the work waits for it,
   * and if it fails everything is undone.
   */
  trail(sent: Promise<unknown>): void;
  /**
   * Runs `work` under a savepoint: a refusal inside undoes only what `work` did, then goes on up.
   */
  nested<T>(work: () => Promise<T>): Promise<T>;
  /** The driver's connection, for COPY only. */
  readonly client: pg.PoolClient;
};

const attemptsMax = 5;
const serializationFailures = new Set(['40001', '40P01']);
const connectionFailures = new Set(['57P01', '57P02', '57P03', '53300', '55P03', '57014', '25P03']);

const camel = (column: string) => column.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
const fieldNames = new WeakMap<Statement, string[]>();

async function query<Row>(client: pg.PoolClient, statement: Statement, values: Values) {
  const result = await client.query<unknown[]>({
    name: statement.name,
    text: statement.text,
    values: bind(statement, values),
    rowMode: 'array',
  });
  let names = fieldNames.get(statement);
  if (names === undefined) {
    names = result.fields.map((field) => camel(field.name));
    fieldNames.set(statement, names);
  }
  const keys = names;
  const rows = result.rows.map((row) => {
    const named: Record<string, unknown> = {};
    for (const [index, name] of keys.entries()) named[name] = row[index];
    return named as Row;
  });
  return { rows, count: result.rowCount ?? 0 };
}

function makeAsking(client: pg.PoolClient): Asking {
  const asking: Asking = {
    rows: async <Row>(statement: Statement, values: Values = {}) =>
      (await query<Row>(client, statement, values)).rows,
    execute: async (statement, values = {}) => (await query(client, statement, values)).count,
    maybe: async <Row>(statement: Statement, values: Values = {}) => {
      const { rows } = await query<Row>(client, statement, values);
      if (rows.length > 1) throw new Error(`${statement.name}: ${rows.length} rows for one`);
      return rows[0];
    },
    one: async <Row>(statement: Statement, values: Values = {}) => {
      const row = await asking.maybe<Row>(statement, values);
      if (row === undefined) throw new Error(`${statement.name}: no row`);
      return row;
    },
  };
  return asking;
}

/** Said to what was sent behind a statement that failed. */
const abortedBefore = '25P02';

/** Runs `work` to its end and that of what trails it; of several failures the cause is told. */
async function whole<T>(trailing: Promise<unknown>[], work: () => Promise<T>): Promise<T> {
  const ahead = trailing.length;
  const [own] = await Promise.allSettled([work()]);
  const ends = await Promise.allSettled(trailing.splice(ahead));
  if (own.status === 'fulfilled' && ends.every((end) => end.status === 'fulfilled')) {
    return own.value;
  }
  const failures = [...ends, own].filter((end) => end.status === 'rejected');
  const cause = failures.find((end) => codeOf(end.reason) !== abortedBefore) ?? failures[0];
  throw cause?.reason;
}

type Opened = { readonly client: pg.PoolClient; readonly asking: Asking; readonly now: Instant };

async function runWork<T>(
  { client, asking, now }: Opened,
  actor: Actor,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  let savepoints = 0;
  const trailing: Promise<unknown>[] = [];
  const tx: Tx = {
    ...asking,
    now,
    actor,
    client,
    trail: (sent) => {
      // Its failure is told at the end; until then nobody listens.
      sent.catch(() => undefined);
      trailing.push(sent);
    },
    nested: async (inner) => {
      const name = `nested_${(savepoints += 1)}`;
      await client.query(`savepoint ${name}`);
      try {
        const result = await whole(trailing, inner);
        await client.query(`release savepoint ${name}`);
        return result;
      } catch (error) {
        await client.query(`rollback to savepoint ${name}`);
        throw refusalOfError(error) ?? error;
      }
    },
  };
  return whole(trailing, () => work(tx));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The refusal that a database error stands for, where the schema's constraints name one. */
function refusalOfError(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const constraint = error instanceof Error && 'constraint' in error ? error.constraint : undefined;
  const code = typeof constraint === 'string' ? refusalOfConstraint.get(constraint) : undefined;
  if (code !== undefined) return new Refusal(code);
  const state = codeOf(error);
  if (state === '53100') return new Refusal('storage_unavailable');
  const lost = /^(08|ECONN|EPIPE|ETIMEDOUT)/.test(state) || connectionFailures.has(state);
  const message = error instanceof Error ? error.message : '';
  if (lost || /Connection terminated|not queryable|timeout exceeded when/.test(message)) {
    return new Refusal('busy', { retryAfterSeconds: 1 });
  }
  return undefined;
}

type Mode = 'read committed' | 'repeatable read, read only';

async function begin(client: pg.PoolClient, mode: Mode): Promise<Instant> {
  const [, { rows }] = await Promise.all([
    client.query({ name: `begin ${mode}`, text: `begin isolation level ${mode}` }),
    client.query<{ now: Instant }>({ name: 'now', text: 'select business_now() as now' }),
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error('the database has no clock');
  return row.now;
}

/**
 * Commits. When the connection breaks between the request and its answer nobody knows the outcome:
 * the caller asks again with the same key and learns it.
 */
async function commit(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('commit');
  } catch (error) {
    const refusal = refusalOfError(error);
    if (refusal?.code === 'busy') refuse('outcome_unknown', { retryAfterSeconds: 1 });
    throw refusal ?? error;
  }
}

/** Lends a connection to `use`. One that breaks meanwhile is not kept. */
async function withClient<T>(
  db: Pooled,
  use: (client: pg.PoolClient, onBroken: () => void) => Promise<T>,
): Promise<T> {
  const client = await db.pool.connect().catch((error: unknown) => {
    throw refusalOfError(error) ?? error;
  });
  let broken = false;
  // A server that goes away between two statements is told to the next statement; without a
  // listener the process would end.
  const onBroken = () => void (broken = true);
  client.on('error', onBroken);
  try {
    return await use(client, onBroken);
  } finally {
    client.off('error', onBroken);
    client.release(broken);
  }
}

/** What a transaction does: what it asks in one breath with its begin, and what follows from it. */
type Work<Seen, T> = {
  readonly look: (asking: Asking) => Promise<Seen>;
  readonly run: (tx: Tx, seen: Seen) => Promise<T>;
};

const attempt = <Seen, T>(db: Pooled, actor: Actor, { look, run }: Work<Seen, T>, mode: Mode) =>
  withClient(db, async (client, onBroken) => {
    try {
      const asking = makeAsking(client);
      const [now, seen] = await Promise.all([begin(client, mode), look(asking)]);
      const result = await runWork({ client, asking, now }, actor, (tx) => run(tx, seen));
      await commit(client);
      return result;
    } catch (error) {
      await client.query('rollback').catch(onBroken);
      throw error;
    }
  });

const seeNothing = async () => undefined;

/** Tries again what a deadlock or a serialization failure undid, five times at most. */
async function again<T>(attemptOnce: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attemptOnce();
    } catch (error) {
      if (!serializationFailures.has(codeOf(error))) throw refusalOfError(error) ?? error;
      if (tried === attemptsMax) refuse('busy', { retryAfterSeconds: 1 });
      await delay(2 ** tried + randomInt(16));
    }
  }
}

/**
 * Runs `work` as one transaction at READ COMMITTED: wholly done or wholly absent. A deadlock or
 * serialization failure is tried again, five times at most. A constraint with a refusal to its name
 * becomes that refusal; anything else unexpected is thrown as it is.
 */
export function transact<T>(db: Pooled, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  return again(() => attempt(db, actor, { look: seeNothing, run: work }, 'read committed'));
}

/**
 * As `transact`; `look` is asked in one breath with the transaction's begin, and `run` goes on from
 * what it saw.
 */
export function transactSeeing<Seen, T>(
  db: Pooled,
  actor: Actor,
  look: (asking: Asking) => Promise<Seen>,
  run: (tx: Tx, seen: Seen) => Promise<T>,
): Promise<T> {
  return again(() => attempt(db, actor, { look, run }, 'read committed'));
}

/**
 * Asks without a transaction: each statement stands for itself, which is enough for a look at the
 * door and takes one round trip instead of three. Refuses and tries again as `transact`.
 */
export function glance<T>(db: Pooled, look: (asking: Asking) => Promise<T>): Promise<T> {
  return again(() =>
    withClient(db, async (client, onBroken) => {
      try {
        return await look(makeAsking(client));
      } catch (error) {
        // No rollback tells whether the connection still holds.
        if (!(error instanceof Refusal)) onBroken();
        throw error;
      }
    }),
  );
}

/**
 * Runs `work` over one unchanging picture of the database: reports whose figures must agree with
 * each other. Nothing can be written in it.
 */
export async function snapshot<T>(
  db: Pooled,
  actor: Actor,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    const parts = { look: seeNothing, run: work };
    return await attempt(db, actor, parts, 'repeatable read, read only');
  } catch (error) {
    throw refusalOfError(error) ?? error;
  }
}
