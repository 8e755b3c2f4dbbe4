import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from './pool.ts';
import { testDatabase, type TestDatabase } from './test-database.ts';
import { transact, type Actor } from './transact.ts';

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

test('a failure nobody named is no refusal', async () => {
  await assert.rejects(failing('22012'), (error) => !(error instanceof Refusal));
});
