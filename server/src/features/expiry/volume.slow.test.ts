import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenApprovedBatch, givenRoster } from '../../given/issuing.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { setClock } from '../../given/voucher.ts';
import { startIssue } from '../issuing/batch.ts';
import { runIssue } from '../issuing/run.ts';
import { releaseDue } from './expiry.ts';

const persons = 100_000;
let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let batchId: string;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  await setClock(owner, '2023-09-01T10:00:00+08');
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}

test('100,000 packs of five are approved and issued in seconds', async (t) => {
  const { programmeId, organiserId: organisationId } = await givenProgramme(db);
  await givenFund(db, { programmeId, pool: 'retail', amountFen: 20_000n * BigInt(persons) });
  const { rosterId } = await givenRoster(db, { programmeId, organisationId, persons });
  const approval = await seconds(async () => {
    batchId = await givenApprovedBatch(db, rosterId);
  });
  await transact(db, someStaff(), (tx) => startIssue(tx, { batchId }));
  const issue = await seconds(() => runIssue(db, someStaff(), batchId));
  await owner.query('create table copied (like voucher including all)');
  const copy = await seconds(() => owner.query('insert into copied select * from voucher'));
  const { rows } = await owner.query<{ n: number }>('select count(*)::int as n from voucher');
  assert.equal(rows[0]?.n, persons * 5);
  t.diagnostic(`prepared and approved in ${approval.toFixed(1)} s`);
  t.diagnostic(`500,000 vouchers issued in ${issue.toFixed(1)} s; bare copy ${copy.toFixed(1)} s`);
  assert.ok(issue < 120, `${issue} s`);
});

test('500,000 expired vouchers are released in seconds, by one transfer', async (t) => {
  await setClock(owner, '2023-09-07T23:00:00+08');
  const release = await seconds(() => releaseDue(db, someStaff()));
  t.diagnostic(`500,000 vouchers released in ${release.toFixed(2)} s`);
  assert.ok(release < 15, `${release} s`);
});
