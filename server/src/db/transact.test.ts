import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from './pool.ts';
import { testDatabase, type TestDatabase } from './test-database.ts';
import { glance, transact, transactSeeing, type Actor } from './transact.ts';
import { parseTwin, type Statement } from './twin.ts';

const actor: Actor = { kind: 'system', id: 'test' };
let database: TestDatabase;
let db: Db;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 4 });
});
after(async () => {
  await closeDb(db);
  await database.drop();
});

const refusedWith = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code;

const failing = (state: string) =>
  transact(db, actor, (tx) =>
    tx.client.query(`do $$ begin raise exception 'made' using errcode = '${state}'; end $$`),
  );

test('a full disk is told as such, and the next request finds the server well', async () => {
  await assert.rejects(failing('53100'), refusedWith('storage_unavailable'));
  assert.equal(await transact(db, actor, async () => 'well'), 'well');
});

test('when the connection breaks at the commit nobody guesses how it ended', async () => {
  const losing = transact(db, actor, async (tx) => {
    const { rows } = await tx.client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await db.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  });
  await assert.rejects(losing, refusedWith('outcome_unknown'));
  assert.equal(await transact(db, actor, async () => 'well'), 'well');
});

test('a deadlock is tried again, five times at most', async () => {
  let tried = 0;
  const deadlocked = transact(db, actor, async (tx) => {
    tried += 1;
    await tx.client.query(`do $$ begin raise exception 'made' using errcode = '40P01'; end $$`);
  });
  await assert.rejects(deadlocked, refusedWith('busy'));
  assert.equal(tried, 5);
});

const statement = (text: string): Statement =>
  parseTwin(`-- name: made\n${text}`, `${text}.sql`).get('made') ?? assert.fail(text);

test('what trails the work is waited for, and the cause of its failure is told', async () => {
  const divided = statement('select 1 / (:zero::integer)');
  const failed = transact(db, actor, async (tx) => {
    tx.trail(tx.execute(divided, { zero: 0 }));
    // Sent behind it, this one only hears that the transaction is over.
    await tx.execute(statement('select 2'));
  });
  await assert.rejects(failed, /division by zero/);
  const refused = transact(db, actor, async (tx) => {
    await tx.nested(async () => tx.trail(tx.execute(divided, { zero: 0 })));
  });
  await assert.rejects(refused, /division by zero/);
  await transact(db, actor, async (tx) => tx.trail(tx.execute(divided, { zero: 1 })));
});

test('what is asked with the begin is asked at the instant of the transaction', async () => {
  const clock = statement('select business_now() as now, pg_sleep(0.005)');
  type Row = { readonly now: number };
  const [first, later, now] = await transactSeeing(
    db,
    actor,
    (asking) => asking.one<Row>(clock),
    async (tx, seen) => [seen.now, (await tx.one<Row>(clock)).now, tx.now],
  );
  assert.deepEqual([first, later], [now, now]);
});

test('an instant is read to the millisecond, whatever its year and its print', async () => {
  const texts = [
    '0001-01-01T00:00:00.000Z',
    '0099-12-31T23:59:59.999Z',
    '1900-02-28T23:59:59.120Z',
  ];
  const later = [
    '2024-02-29T12:00:00.100Z',
    '2023-09-01T02:00:00.007Z',
    '9999-12-31T23:59:59.999Z',
  ];
  const asked = statement('select unnest(:at::timestamptz[]) as at');
  const instants = [...texts, ...later, '2023-09-01T02:00:00.000Z'].map((text) => Date.parse(text));
  const rows = await glance(db, (asking) => asking.rows<{ at: number }>(asked, { at: instants }));
  assert.deepEqual(
    rows.map((row) => row.at),
    instants,
  );
  const finer = statement(`select '2023-09-01 02:00:00.123456+00'::timestamptz as at`);
  const { at } = await glance(db, (asking) => asking.one<{ at: number }>(finer));
  assert.equal(at, Date.parse('2023-09-01T02:00:00.123Z'));
});

test('a glance needs no transaction and meets a lost connection as one does', async () => {
  const number = statement('select 7 as n');
  assert.deepEqual(await glance(db, (asking) => asking.one(number)), { n: 7 });
  const failed = glance(db, (asking) =>
    asking.execute(statement('select pg_terminate_backend(pg_backend_pid())')),
  );
  await assert.rejects(failed, refusedWith('busy'));
  assert.deepEqual(await glance(db, (asking) => asking.one(number)), { n: 7 });
});

test('a failure nobody named is no refusal', async () => {
  await assert.rejects(failing('22012'), (error) => !(error instanceof Refusal));
});
