import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { newId } from '@huiquan/domain/ids.ts';
import { closeDb, openDb, type Db } from '../db/pool.ts';
import { ownDatabase } from '../given/own-server.ts';
import type { TestDatabase } from '../db/test-database.ts';
import { transact, type Actor } from '../db/transact.ts';
import { record } from './record.ts';
import { seal } from './seal.ts';
import { verifyChain } from './verify-chain.ts';

const actor: Actor = { kind: 'system', id: 'test' };
let database: TestDatabase;
let db: Db;
let owner: pg.Client;

before(async () => {
  database = await ownDatabase({ unverified: 'events without effects, and rows changed by hand' });
  db = openDb({ url: database.appUrl, max: 20 });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

async function truncateChain() {
  await owner.query(`
    alter table event disable trigger user; alter table block disable trigger user;
    delete from event; delete from block;
    alter table event enable trigger user; alter table block enable trigger user`);
}
beforeEach(truncateChain);

const act = (n: number, items?: unknown[]) => ({
  kind: 'test.done',
  subject: { kind: 'test', id: String(n) },
  body: { n },
  ...(items === undefined ? {} : { items }),
});
const write = (n: number, items?: unknown[]) =>
  transact(db, actor, (tx) => record(tx, act(n, items)));

/**
 * Seals until nothing waits: the horizon is the whole server's, and the transactions of other test
 * files hold it back.
 */
async function sealAll() {
  for (let tries = 0; tries < 200; tries += 1) {
    await seal(db);
    if ((await check()).unsealed === 0) return;
    await delay(50);
  }
}
const check = () => transact(db, actor, verifyChain);

/** Changes rows as somebody with full power over the database would. */
async function tamper(statement: string, values: unknown[] = []) {
  await owner.query(
    'alter table event disable trigger user; alter table block disable trigger user',
  );
  await owner.query(statement, values);
  await owner.query('alter table event enable trigger user; alter table block enable trigger user');
}

test(
  'every act is sealed once, also those written by sixteen at once while the ' + 'sealer runs',
  async () => {
    let writing = true;
    const sealing = (async () => {
      while (writing) await Promise.all([seal(db), seal(db)]);
    })();
    await Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        for (let n = 0; n < 25; n += 1) await write(writer * 100 + n, [1, 2]);
      }),
    );
    writing = false;
    await sealing;
    await sealAll();
    const report = await check();
    assert.equal(report.firstBad, undefined);
    assert.deepEqual([report.events, report.leaves, report.unsealed], [400, 1200, 0]);
  },
);

test(
  'an act that was rolled back leaves neither effect nor trace, and the chain goes ' + 'on',
  async () => {
    await write(1);
    await assert.rejects(
      transact(db, actor, async (tx) => {
        await record(tx, act(2));
        throw new Error('changed my mind');
      }),
    );
    await write(3);
    await sealAll();
    const report = await check();
    assert.deepEqual([report.events, report.firstBad], [2, undefined]);
  },
);

test(
  'an act of a transaction still running waits; what is decided before it is ' + 'sealed',
  async () => {
    await write(1);
    const open = new pg.Client({ connectionString: database.appUrl });
    await open.connect();
    await open.query('begin');
    await open.query('select pg_current_xact_id()');
    await write(2);
    await seal(db);
    assert.deepEqual([(await check()).events, (await check()).unsealed], [1, 1]);
    await open.query('commit');
    await open.end();
    await sealAll();
    assert.deepEqual([(await check()).events, (await check()).unsealed], [2, 0]);
  },
);

test('a heavy backlog is sealed block by block, a transaction at least in each', async () => {
  const heavy = Array.from({ length: 40 }, (_, n) => [n, newId()]);
  for (let n = 0; n < 3; n += 1) await write(n, heavy);
  await transact(db, actor, async (tx) => {
    for (let n = 3; n < 6; n += 1) await record(tx, act(n, heavy));
  });
  const rules = { eventsMax: 2, bytesMax: 500 };
  for (let tries = 0; tries < 200 && (await check()).unsealed > 0; tries += 1) {
    await seal(db, rules);
    await delay(50);
  }
  const { rows } = await owner.query('select event_count from block order by block_no');
  // The transaction of three is more than a block should hold, and is not torn.
  assert.deepEqual(
    rows.map((row) => row.event_count),
    [1, 1, 1, 3],
  );
  assert.equal((await check()).firstBad, undefined);
});

test('changing one figure of a sealed act names the act', async () => {
  for (let n = 0; n < 5; n += 1) await write(n);
  const touched = await write(5);
  await write(6);
  await sealAll();
  await tamper(`update event set body = '{"n": 500}' where event_id = $1`, [touched]);
  assert.match((await check()).firstBad ?? '', new RegExp(`^event ${touched} `));
});

test('changing one microsecond or one item of a sealed act names the act', async () => {
  const first = await write(1, ['a', 'b', 'c']);
  await sealAll();
  await tamper(`update event set items = '["a","x","c"]' where event_id = $1`, [first]);
  assert.match((await check()).firstBad ?? '', new RegExp(`^event ${first} `));
  await tamper(`update event set items = '["a","b","c"]' where event_id = $1`, [first]);
  assert.equal((await check()).firstBad, undefined);
  await tamper(`update event set at = at + interval '1 microsecond' where event_id = $1`, [first]);
  assert.match((await check()).firstBad ?? '', new RegExp(`^event ${first} `));
});

test('removing an act, slipping one in, or removing a block is found', async () => {
  const ids = [await write(1), await write(2), await write(3)];
  await sealAll();
  await write(4);
  await sealAll();
  await tamper('delete from event where event_id = $1', [ids[2]]);
  assert.match((await check()).firstBad ?? '', /an event was removed/);
  await truncateChain();
  await write(1);
  await sealAll();
  await tamper(
    `insert into event (xid, at, actor_kind, actor_id, kind, subject_kind, subject_id, body)
     select xid, at, actor_kind, actor_id, kind, subject_kind, 'forged', body from event`,
  );
  assert.match((await check()).firstBad ?? '', /^event /);
  await truncateChain();
  for (let n = 0; n < 3; n += 1) {
    await write(n);
    await sealAll();
  }
  await tamper('delete from block where block_no = 2');
  assert.match((await check()).firstBad ?? '', /^block 3: gap/);
});

test('a fork cannot be stored: two blocks never follow the same one', async () => {
  await write(1);
  await sealAll();
  await assert.rejects(
    tamper(`insert into block select block_no + 1, from_xid, below_xid, event_count, leaf_count,
      merkle_root, event_hashes, previous_hash, sha256('x'), sealed_at from block`),
    /chain_does_not_fork/,
  );
  await owner.query('alter table event enable trigger user; alter table block enable trigger user');
});
