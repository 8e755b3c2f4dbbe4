import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { closeDb, openDb, type Db } from '../db/pool.ts';
import { testDatabase, type TestDatabase } from '../db/test-database.ts';
import { transact } from '../db/transact.ts';
import { enqueue } from './enqueue.ts';
import { migrateJobs } from './migrate-jobs.ts';
import { idIn, startJobs } from './run-jobs.ts';

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

/** Ends the queue's sessions of the role of `url`; answers how many they were. */
async function endSessions(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'huiquan queue'`,
  );
  await client.end();
  return rowCount ?? 0;
}

/** The bytes by which a client takes its leave. */
const terminate = Buffer.from([0x58, 0, 0, 0, 4]);

/**
 * A way to the database on which leave-takings are lost: as if PostgreSQL, told to stop at that
 * moment, spoke before it heard them.
 */
async function slowWay(url: string) {
  const target = new URL(url);
  const clients = new Set<Socket>();
  let isOpen = true;
  const server = net.createServer({ allowHalfOpen: true }, (client) => {
    if (!isOpen) return client.destroy();
    const backend = net.connect(Number(target.port), target.hostname);
    clients.add(client);
    client.on('data', (bytes: Buffer) => void (bytes.equals(terminate) || backend.write(bytes)));
    backend.on('data', (bytes) => client.write(bytes));
    backend.on('close', () => client.end());
    client.on('close', () => {
      clients.delete(client);
      backend.destroy();
    });
    for (const socket of [client, backend]) socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the way has no port');
  const way = new URL(url);
  way.port = String(address.port);
  return {
    url: way.href,
    /** PostgreSQL says its last words on every connection. */
    lastWords: async () => {
      const gone = [...clients].map((client) => once(client, 'close'));
      assert.ok(gone.length > 0, 'nobody was left on the way');
      await endSessions(url);
      await Promise.all(gone);
    },
    /** Nothing passes any more, and nobody is let in. */
    block: () => {
      isOpen = false;
      for (const client of clients) client.destroy();
    },
    mend: () => void (isOpen = true),
    close: () => {
      for (const client of clients) client.destroy();
      server.close();
    },
  };
}

const note = (id: string) =>
  transact(db, { kind: 'system', id: 'test' }, (tx) => enqueue(tx, 'note', { id }));

test('PostgreSQL that goes while the queue takes its leave does not end the server', async (t) => {
  const way = await slowWay(database.appUrl);
  t.after(way.close);
  const stop = await startJobs({
    url: way.url,
    tasks: { rest: async () => undefined },
    crontab: '',
    rounds: {},
    onError: () => undefined,
  });
  await stop();
  await way.lastWords();
});

test('PostgreSQL that goes after the set-up of the queue does not end the server', async (t) => {
  const way = await slowWay(database.migratorUrl);
  t.after(way.close);
  await migrateJobs({ url: way.url, appRole: database.appRole });
  await way.lastWords();
});

test('PostgreSQL that goes before a job is ticked off does not end the queue', async (t) => {
  const way = await slowWay(database.appUrl);
  t.after(way.close);
  const { promise: done, resolve } = Promise.withResolvers<undefined>();
  const { promise: told, resolve: tell } = Promise.withResolvers<string>();
  const stop = await startJobs({
    url: way.url,
    tasks: {
      note: async (payload) => {
        if (idIn(payload, 'id') === 'first') way.block();
        else resolve(undefined);
      },
    },
    crontab: '',
    rounds: {},
    onError: (name) => tell(name),
  });
  await note('first');
  assert.equal(await told, 'queue');
  way.mend();
  await note('second');
  await done;
  await stop();
});
