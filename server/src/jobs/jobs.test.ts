import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeDb, openDb, type Db } from '../db/pool.ts';
import { testDatabase, type TestDatabase } from '../db/test-database.ts';
import { transact, type Actor } from '../db/transact.ts';
import { crontab } from '../tasks.ts';
import { enqueue } from './enqueue.ts';
import { idIn, type Payload, startJobs } from './run-jobs.ts';

const actor: Actor = { kind: 'system', id: 'test' };
let database: TestDatabase;
let db: Db;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
});
after(async () => {
  await closeDb(db);
  await database.drop();
});

async function withTasks(
  tasks: Readonly<Record<string, (payload: Payload) => Promise<unknown>>>,
  work: () => Promise<void>,
): Promise<unknown[]> {
  const errors: unknown[] = [];
  const stop = await startJobs({
    url: database.appUrl,
    tasks,
    crontab: '',
    rounds: {},
    onError: (_, error) => errors.push(error),
  });
  await work();
  await stop();
  return errors;
}

test('a job runs once its act is committed, and never if the act is undone', async () => {
  const seen: string[] = [];
  const { promise: done, resolve } = Promise.withResolvers<undefined>();
  const note = async (payload: Payload) => {
    seen.push(idIn(payload, 'id'));
    if (idIn(payload, 'id') === 'kept') resolve(undefined);
  };
  await withTasks({ note }, async () => {
    const undone = transact(db, actor, async (tx) => {
      await enqueue(tx, 'note', { id: 'undone' });
      throw new Error('undone');
    });
    await assert.rejects(undone, /undone/);
    await transact(db, actor, (tx) => enqueue(tx, 'note', { id: 'kept' }));
    await done;
  });
  assert.deepEqual(seen, ['kept']);
});

test('of several waiting jobs with one key one remains', async () => {
  await transact(db, actor, async (tx) => {
    await enqueue(tx, 'count', { id: 'a' }, { key: 'k' });
    await enqueue(tx, 'count', { id: 'b' }, { key: 'k' });
  });
  const seen: string[] = [];
  const { promise: done, resolve } = Promise.withResolvers<undefined>();
  const count = async (payload: Payload) => {
    seen.push(idIn(payload, 'id'));
    resolve(undefined);
  };
  await withTasks({ count }, () => done.then(() => undefined));
  assert.deepEqual(seen, ['b']);
});

test('a job that fails is told and stays for another attempt', async () => {
  await transact(db, actor, (tx) => enqueue(tx, 'break', { id: 'x' }));
  const { promise: tried, resolve } = Promise.withResolvers<undefined>();
  const errors = await withTasks(
    {
      break: async () => {
        resolve(undefined);
        throw new Error('the provider is away');
      },
    },
    () => tried.then(() => undefined),
  );
  assert.match(String(errors[0]), /the provider is away/);
  const { rows } = await db.pool.query<{ attempts: number }>(
    `select j.attempts from graphile_worker._private_jobs j
     join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'break'`,
  );
  assert.equal(rows[0]?.attempts, 1);
});

test('a round is not started beside itself, and stopping waits for it', async () => {
  let [running, most, ended] = [0, 0, 0];
  const { promise: begun, resolve } = Promise.withResolvers<undefined>();
  const task = async () => {
    running += 1;
    most = Math.max(most, running);
    resolve(undefined);
    await new Promise((wake) => setTimeout(wake, 120));
    running -= 1;
    ended += 1;
  };
  const stop = await startJobs({
    url: database.appUrl,
    tasks: {},
    crontab,
    rounds: { slow: { everySeconds: 0.02, task } },
    onError: (_, error) => assert.fail(String(error)),
  });
  await begun;
  await stop();
  assert.deepEqual([most, ended], [1, 1]);
});
