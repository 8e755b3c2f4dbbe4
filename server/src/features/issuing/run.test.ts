import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenApprovedBatch, givenRoster } from '../../given/issuing.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { setClock } from '../../given/voucher.ts';
import { verify } from '../audit/verify.ts';
import { getBatch, startIssue } from './batch.ts';
import { issueChunk, runIssue } from './run.ts';

const worker = new URL('../../given/issue-worker.ts', import.meta.url).pathname;
const actor = { kind: 'system', id: 'issue_batch' } as const;
let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let programme: { programmeId: string; organisationId: string };

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
beforeEach(async () => {
  await setClock(owner, '2023-09-01T10:00:00+08');
  const { programmeId, organiserId: organisationId } = await givenProgramme(db);
  programme = { programmeId, organisationId };
});
afterEach(async () => {
  const report = await verify(db);
  assert.equal(report.firstBad, null);
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

async function started(persons: number): Promise<string> {
  const { programmeId } = programme;
  await givenFund(db, { programmeId, pool: 'retail', amountFen: 20_000n * BigInt(persons) });
  const { rosterId } = await givenRoster(db, { ...programme, persons });
  const batchId = await givenApprovedBatch(db, rosterId);
  await transact(db, someStaff(), (tx) => startIssue(tx, { batchId }));
  return batchId;
}

async function counts(batchId: string) {
  const { rows } = await owner.query<{ vouchers: number; persons: number; fewest: number }>(
    `select coalesce(sum(n), 0)::int as vouchers, count(*)::int as persons,
       coalesce(min(n), 0)::int as fewest
     from (select count(*) as n from voucher where batch_id = $1 group by person_id) p`,
    [batchId],
  );
  return rows[0];
}

test('workers killed at any moment leave every person exactly five', async () => {
  const batchId = await started(12_000);
  // Killed once before it could begin, then at moments that fall into different chunks.
  for (const pause of [350, 600, 850, 1_100]) {
    const child = spawn(process.execPath, [worker, database.appUrl, batchId], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    await Promise.race([delay(pause), ended]);
    child.kill('SIGKILL');
    await ended;
    const soFar = await counts(batchId);
    assert.equal((soFar?.vouchers ?? 0) % 5, 0);
  }
  const second = openDb({ url: database.appUrl });
  await Promise.all([runIssue(db, actor, batchId), runIssue(second, actor, batchId)]);
  // The database may still hold the rows of a killed worker: who comes again finds them free.
  const stateNow = async () => (await transact(db, actor, (tx) => getBatch(tx, batchId))).state;
  for (let tried = 0; tried < 100 && (await stateNow()) !== 'issued'; tried += 1) {
    await delay(100);
    await runIssue(db, actor, batchId);
  }
  assert.deepEqual(await counts(batchId), { vouchers: 60_000, persons: 12_000, fewest: 5 });
  assert.equal(await stateNow(), 'issued');
  await closeDb(second);
});

test('a worker that stops in the middle of a chunk leaves nothing of the chunk', async () => {
  const batchId = await started(30);
  const broken = transact(db, actor, async (tx) => {
    await issueChunk(tx, { batchId, size: 10 });
    throw new Error('the power went');
  });
  await assert.rejects(broken, /the power went/);
  assert.equal((await counts(batchId))?.vouchers, 0);
  const again = await transact(db, actor, (tx) => issueChunk(tx, { batchId, size: 10 }));
  assert.equal(again.settled, 10);
  assert.equal((await counts(batchId))?.vouchers, 50);
});

test('two chunks at once take different persons', async () => {
  const batchId = await started(20);
  const sizes = await Promise.all(
    [1, 2, 3].map(() => transact(db, actor, (tx) => issueChunk(tx, { batchId, size: 10 }))),
  );
  const settled = sizes.map((one) => one.settled);
  assert.deepEqual(settled.toSorted(), [0, 10, 10]);
  assert.deepEqual(await counts(batchId), { vouchers: 100, persons: 20, fewest: 5 });
});

test('the database itself refuses a sixth voucher of a pack of five', async () => {
  const batchId = await started(1);
  await runIssue(db, actor, batchId);
  const copy = owner.query(
    `insert into voucher select person_id, gen_random_uuid(), programme_id, version_id, kind,
       fund_id, face_fen, origin_id, n, batch_id, channel, valid_from, valid_to, 'unused',
       issued_at, issue_event_id from voucher where batch_id = $1`,
    [batchId],
  );
  await assert.rejects(copy, /planned_vouchers_once/);
  // A row that is put back to 'committed' by hand issues nothing twice either: it breaks loudly.
  await owner.query(`update issue_batch set state = 'issuing' where batch_id = $1`, [batchId]);
  await owner.query(`update entitlement set state = 'committed' where batch_id = $1`, [batchId]);
  const again = transact(db, actor, (tx) => issueChunk(tx, { batchId, size: 10 }));
  await assert.rejects(again, /planned_vouchers_once/);
  await owner.query(`update entitlement set state = 'issued' where batch_id = $1`, [batchId]);
});

/** Issues as they were recorded before items shared lines: each told its vouchers itself. */
const inTheOldShape = `
  with told as (
    select v.issue_event_id as event_id, jsonb_agg(jsonb_build_array(v.person_id,
      jsonb_build_array(v.voucher_id), v.kind, v.n, v.fund_id, v.face_fen,
      (extract(epoch from v.valid_from) * 1000)::bigint,
      (extract(epoch from v.valid_to) * 1000)::bigint)) as items
    from voucher v group by 1
  )
  update event e set items = t.items, body = e.body - 'lines'
  from told t where t.event_id = e.event_id`;

async function isSealingDue(): Promise<boolean> {
  const { rows } = await owner.query<{ is_due: boolean }>(
    `select exists (select from event e where e.xid >=
       (select b.below_xid from block b order by b.block_no desc limit 1)) as is_due`,
  );
  return rows[0]?.is_due ?? true;
}

test('the checker reads the records of an issue in their old shape too', async () => {
  const batchId = await started(2);
  await runIssue(db, actor, batchId);
  // Sealed before it is changed by hand: put back, it is again what was sealed. Sealing waits for
  // the oldest transaction of the whole server, which other test files use as well.
  do assert.equal((await verify(db)).ok, true);
  while (await isSealingDue());
  await owner.query(`create table kept as select event_id, items, body from event;
    alter table event disable trigger user; ${inTheOldShape}`);
  const bad = async () => {
    const { invariants } = await verify(db);
    return invariants.find(({ name }) => name === 'voucherIsWhatWasIssued')?.badCount;
  };
  assert.equal(await bad(), 0);
  await owner.query(
    `update event set items = jsonb_set(items, '{0,5}', '4001')
     where kind = 'voucher.issued' and subject_id = $1`,
    [batchId],
  );
  assert.equal(await bad(), 1);
  await owner.query(`update event e set items = k.items, body = k.body from kept k
      where k.event_id = e.event_id;
    drop table kept; alter table event enable trigger user`);
});
