import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { newId } from '@huiquan/domain/ids.ts';
import type { LimitCounter } from '@huiquan/domain/limit/counters.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { type Actor, transact } from '../../db/transact.ts';
import { giveBackLimits, limitRefusal, peekLimits, takeLimits } from './limit.ts';

const actor: Actor = { kind: 'system', id: 'test' };
let database: TestDatabase;
let db: Db;
let owner: pg.Client;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

const counter = (entityId: string, given: Partial<LimitCounter> = {}): LimitCounter => ({
  limitKey: 'p/claim/day/*/count',
  entityKind: 'person',
  entityId,
  period: '2023-09-01',
  amount: 1n,
  max: 1n,
  ...given,
});
const take = (items: readonly (readonly LimitCounter[])[], at = db) =>
  transact(at, actor, (tx) => takeLimits(tx, items));
const outcome = (taken: readonly unknown[]) => taken.map((one) => one === undefined);

test('each item of a group learns its own outcome, the earlier ones first', async () => {
  const [a, b] = [newId(), newId()];
  const group = [[counter(a)], [counter(b)], [counter(a)], []];
  assert.deepEqual(outcome(await take(group)), [true, true, false, true]);
  assert.deepEqual(outcome(await take([[counter(b)], [counter(newId())]])), [false, true]);
});

test('an item that meets one limit of several takes none of them', async () => {
  const [a, b] = [newId(), newId()];
  const year = { limitKey: 'p/claim/year/*/count', period: '2023', max: 9n };
  await take([[counter(a)]]);
  const both = [counter(a), counter(a, year)];
  assert.deepEqual(outcome(await take([both, [counter(b), counter(b, year)]])), [false, true]);
  const all = counter(a, { ...year, amount: 9n });
  assert.deepEqual(outcome(await transact(db, actor, (tx) => peekLimits(tx, [[all]]))), [true]);
});

test('forty at once from two processes take a limit of seven exactly seven times', async () => {
  const second = openDb({ url: database.appUrl });
  const a = newId();
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, (_, n) => take([[counter(a, { max: 7n })]], n % 2 ? db : second)),
  );
  assert.equal(outcomes.flat().filter((one) => one === undefined).length, 7);
  await closeDb(second);
});

test('a first take above the limit is refused, and one to the limit is not', async () => {
  const a = newId();
  const over = counter(a, { amount: 30_001n, max: 30_000n });
  const exact = counter(a, { amount: 30_000n, max: 30_000n });
  assert.deepEqual(outcome(await take([[over]])), [false]);
  assert.deepEqual(outcome(await take([[exact]])), [true]);
});

test('what was given back can be taken again, and no more of it', async () => {
  const a = newId();
  await take([[counter(a)]]);
  await transact(db, actor, (tx) => giveBackLimits(tx, [counter(a)]));
  assert.deepEqual(outcome(await take([[counter(a)]])), [true]);
  const twice = transact(db, actor, (tx) => giveBackLimits(tx, [counter(a), counter(a)]));
  await assert.rejects(twice, /limit_used_is_not_negative/);
});

test('a lowered limit admits nothing more and keeps what was given', async () => {
  const a = newId();
  await take([[counter(a, { amount: 5n, max: 5n })]]);
  assert.deepEqual(outcome(await take([[counter(a, { max: 3n })]])), [false]);
  assert.deepEqual(outcome(await take([[counter(a, { max: 6n })]])), [true]);
});

test('the table itself refuses a count above the limit that was applied', async () => {
  const a = newId();
  await take([[counter(a)]]);
  const write = owner.query('update limit_counter set used = 2 where entity_id = $1', [a]);
  await assert.rejects(write, /limit_is_never_exceeded/);
});

test('a cap names its clause, a limit of the programme does not', () => {
  const cap = counter(newId(), { limitKey: 'cap/voucher/fen/一(一)', max: 30_000n });
  const refusal = limitRefusal(cap);
  assert.deepEqual([refusal.code, refusal.details['clause']], ['cap_exceeded', '一(一)']);
  assert.equal(limitRefusal(counter(newId())).code, 'limit_reached');
});
