import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { type Instant, instantFromText } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { givenVouchers, setClock } from '../../given/voucher.ts';
import { balancesOf } from '../../ledger/post.ts';
import { verify } from '../audit/verify.ts';
import { prepareExtension } from '../programme/extension.ts';
import { preparePlan } from '../programme/prepared-plan.ts';
import { releaseDue } from './expiry.ts';
import { extendProgramme } from './extension.ts';

/** As SX20 2020: vouchers to the end of the programme, 06-30 24:00, later 07-10 24:00. */
const planUntil = (day: string) =>
  smallPlan
    .replace(/dates: .*/, `dates: { from: "2023-06-01", to: "${day} 24:00" }`)
    .replace(/validity: .*/, 'validity: { until_programme_end: true }')
    .replace(/calendar: .*/, 'calendar: { moments: ["2023-06-02 10:00"] }');

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let programme: { programmeId: string; fundId: string; parties: Readonly<Record<string, string>> };

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
beforeEach(async () => {
  await setClock(owner, '2023-06-01T10:00:00+08');
  const given = await givenProgramme(db, { planText: planUntil('2023-06-30') });
  const { programmeId, organiserId: organisationId, parties } = given;
  const { fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen: 60_000n });
  await givenVouchers(db, { programmeId, organisationId, persons: 3 });
  programme = { programmeId, fundId, parties };
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

async function prepared() {
  const { programmeId } = programme;
  const parties = Object.entries(programme.parties).map(([party, organisationId]) => ({
    party,
    organisationId,
  }));
  const plan = preparePlan({ sourceText: planUntil('2023-07-10'), parties });
  const { versionId } = await transact(db, someStaff(), (tx) =>
    prepareExtension(tx, { programmeId, prepared: plan }),
  );
  return { versionId, seenHash: plan.contentHash };
}

async function ends(): Promise<(readonly [number, number])[]> {
  const { rows } = await db.pool.query<{ valid_to: Instant; n: number }>(
    `select valid_to, count(*)::int as n from voucher where programme_id = $1
     group by 1 order by 1`,
    [programme.programmeId],
  );
  return rows.map((row) => [row.valid_to, row.n]);
}

const june = instantFromText('2023-06-30T24:00:00+08:00');
const july = instantFromText('2023-07-10T24:00:00+08:00');

test('approved a minute before the end, it moves every unused voucher', async () => {
  assert.deepEqual(await ends(), [[june, 15]]);
  const extension = await prepared();
  await setClock(owner, '2023-06-30T23:59:00+08');
  const result = await transact(db, someStaff(), (tx) => extendProgramme(tx, extension));
  assert.equal(result.moved, 15);
  assert.deepEqual(await ends(), [[july, 15]]);
  await setClock(owner, '2023-07-01T00:01:00+08');
  assert.equal(await releaseDue(db, someStaff()), 0);
});

test('approved a minute after the end, it moves nothing: expired is expired', async () => {
  const extension = await prepared();
  await setClock(owner, '2023-07-01T00:01:00+08');
  const result = await transact(db, someStaff(), (tx) => extendProgramme(tx, extension));
  assert.equal(result.moved, 0);
  assert.deepEqual(await ends(), [[june, 15]]);
  assert.equal(await releaseDue(db, someStaff()), 1);
});

test('released money is not brought back, whatever the clock says', async () => {
  const extension = await prepared();
  await setClock(owner, '2023-07-01T00:00:00+08');
  await releaseDue(db, someStaff());
  await setClock(owner, '2023-06-30T23:59:59+08');
  const result = await transact(db, someStaff(), (tx) => extendProgramme(tx, extension));
  assert.equal(result.moved, 0);
  const rows = await transact(db, someStaff(), (tx) => balancesOf(tx, [programme.fundId]));
  assert.equal(rows.find((row) => row.kind === 'return_due')?.balanceFen, 60_000n);
});

test('an extension takes effect once, and not by the hand that prepared it', async () => {
  const extension = await prepared();
  const clerk = someStaff();
  const second = openDb({ url: database.appUrl });
  const both = await Promise.allSettled(
    [db, second].map((pool) => transact(pool, clerk, (tx) => extendProgramme(tx, extension))),
  );
  assert.equal(both.filter((one) => one.status === 'fulfilled').length, 1);
  const lost = both.find((one) => one.status === 'rejected');
  assert.ok(lost?.reason instanceof Refusal && lost.reason.code === 'already_decided');
  assert.deepEqual(await ends(), [[july, 15]]);
  await closeDb(second);
});

test('no voucher ever ends earlier than it was issued to end', async () => {
  const write = owner.query(`update voucher set valid_to = valid_to - interval '1 millisecond'`);
  await assert.rejects(write, /keeps its owner, fund, face and dates/);
});
