import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenApprovedBatch, givenIssuedBatch, givenRoster } from '../../given/issuing.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { setClock } from '../../given/voucher.ts';
import { balancesOf } from '../../ledger/post.ts';
import { verify } from '../audit/verify.ts';
import { approveBatch, cancelBatch, getBatch, prepareBatch, startIssue } from './batch.ts';
import { forecastIssue } from './forecast.ts';
import { approveRecall, prepareRecall, runRecall } from './recall.ts';
import { runIssue } from './run.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  await setClock(owner, '2023-09-01T09:00:00+08');
});
after(async () => {
  const report = await verify(db);
  assert.equal(report.firstBad, null);
  await owner.end();
  await closeDb(db);
  await database.drop();
});

const is = (code: RefusalCode) => (error: unknown) =>
  error instanceof Refusal && error.code === code;

async function givenFundedRoster(persons: number, amountFen = 20_000n * BigInt(persons)) {
  const programme = await givenProgramme(db);
  const { programmeId, organiserId: organisationId } = programme;
  const fund = await givenFund(db, { programmeId, pool: 'retail', amountFen });
  const roster = await givenRoster(db, { programmeId, organisationId, persons });
  return { ...programme, ...fund, ...roster };
}

async function balances(fundId: string): Promise<Record<string, bigint>> {
  const rows = await transact(db, someStaff(), (tx) => balancesOf(tx, [fundId]));
  return Object.fromEntries(rows.map((row) => [row.kind, row.balanceFen]));
}

async function vouchersOf(batchId: string): Promise<number> {
  const { rows } = await owner.query<{ n: number }>(
    'select count(*)::int as n from voucher where batch_id = $1',
    [batchId],
  );
  return rows[0]?.n ?? -1;
}

test('a dry run tells counts, money and funds, and writes nothing', async () => {
  const { rosterId, fundId, kind } = { ...(await givenFundedRoster(10)), kind: 'retail_40' };
  const forecast = await transact(db, someStaff(), (tx) =>
    forecastIssue(tx, { rosterId, mode: 'read' }),
  );
  assert.equal(forecast.entitlementCount, 10);
  assert.equal(forecast.voucherCount, 50);
  assert.equal(forecast.amountFen, 200_000n);
  assert.deepEqual(
    forecast.kinds.map((one) => [one.kind, one.voucherCount]),
    [[kind, 50]],
  );
  assert.deepEqual(
    forecast.funds.map((one) => [one.fundId, one.amountFen]),
    [[fundId, 200_000n]],
  );
  const { rows } = await owner.query('select from issue_batch where roster_id = $1', [rosterId]);
  assert.equal(rows.length, 0);
});

test('each resident gets exactly five vouchers of 40元, and the money follows', async () => {
  const { rosterId, fundId } = await givenFundedRoster(30);
  const batchId = await givenIssuedBatch(db, rosterId);
  const { rows } = await owner.query<{ n: string; face: string; people: string }>(
    `select n, count(distinct person_id) as people, sum(face_fen) as face from voucher
     where batch_id = $1 group by n order by n`,
    [batchId],
  );
  assert.deepEqual(
    rows.map((row) => [Number(row.n), Number(row.people), Number(row.face)]),
    [1, 2, 3, 4, 5].map((n) => [n, 30, 120_000]),
  );
  assert.deepEqual(await balances(fundId), {
    funder: -600_000n,
    available: 0n,
    committed: 0n,
    outstanding: 600_000n,
  });
});

test('who prepared a batch cannot approve it', async () => {
  const { rosterId } = await givenFundedRoster(1);
  const clerk = someStaff();
  const { batchId, contentHash: seenHash } = await transact(db, clerk, (tx) =>
    prepareBatch(tx, { rosterId }),
  );
  const own = transact(db, clerk, (tx) => approveBatch(tx, { batchId, seenHash }));
  await assert.rejects(own, is('separation_of_duties'));
});

test('a roster that changed after it was seen is not issued', async () => {
  const { rosterId } = await givenFundedRoster(3);
  const { batchId, contentHash: seenHash } = await transact(db, someStaff(), (tx) =>
    prepareBatch(tx, { rosterId }),
  );
  await owner.query(
    `update entitlement set state = 'returned' where roster_id = $1 and row_number = 1`,
    [rosterId],
  );
  const approval = transact(db, someStaff(), (tx) => approveBatch(tx, { batchId, seenHash }));
  await assert.rejects(approval, is('content_changed'));
});

test('one 分 less than the roster needs and nothing is committed', async () => {
  const { rosterId, fundId } = await givenFundedRoster(3, 59_999n);
  const preparing = transact(db, someStaff(), (tx) => prepareBatch(tx, { rosterId }));
  await assert.rejects(preparing, is('insufficient_funds'));
  assert.equal((await balances(fundId))['available'], 59_999n);
});

test('money that is ordered but not confirmed pays nothing', async () => {
  const programme = await givenProgramme(db);
  const { programmeId, organiserId: organisationId } = programme;
  await givenFund(db, { programmeId, pool: 'retail', amountFen: 20_000n, confirmed: false });
  const { rosterId } = await givenRoster(db, { programmeId, organisationId, persons: 1 });
  const preparing = transact(db, someStaff(), (tx) => prepareBatch(tx, { rosterId }));
  await assert.rejects(preparing, is('fund_not_confirmed'));
});

test('one person cancels a batch only before its approval, then its roster is free', async () => {
  const { rosterId } = await givenFundedRoster(1);
  const { batchId } = await transact(db, someStaff(), (tx) => prepareBatch(tx, { rosterId }));
  const second = transact(db, someStaff(), (tx) => prepareBatch(tx, { rosterId }));
  await assert.rejects(second, is('state_conflict'));
  await transact(db, someStaff(), (tx) => cancelBatch(tx, { batchId }));
  const again = await givenApprovedBatch(db, rosterId);
  const late = transact(db, someStaff(), (tx) => cancelBatch(tx, { batchId: again }));
  await assert.rejects(late, is('already_decided'));
});

test('an approved batch that was not started is taken back by two persons', async () => {
  const { rosterId, fundId } = await givenFundedRoster(3);
  const batchId = await givenApprovedBatch(db, rosterId);
  const clerk = someStaff();
  const { recallId } = await transact(db, clerk, (tx) =>
    prepareRecall(tx, { batchId, reason: '改期发放' }),
  );
  const alone = transact(db, clerk, (tx) => approveRecall(tx, { recallId }));
  await assert.rejects(alone, is('separation_of_duties'));
  await transact(db, someStaff(), (tx) => approveRecall(tx, { recallId }));
  const start = transact(db, someStaff(), (tx) => startIssue(tx, { batchId }));
  await assert.rejects(start, is('state_conflict'));
  await runRecall(db, someStaff(), recallId);
  await runRecall(db, someStaff(), recallId);
  assert.equal((await transact(db, clerk, (tx) => getBatch(tx, batchId))).state, 'cancelled');
  assert.deepEqual(
    [(await balances(fundId))['available'], (await balances(fundId))['committed']],
    [60_000n, 0n],
  );
  // The list was right, the moment was not: it is issued by another batch, to the same people.
  const again = await givenIssuedBatch(db, rosterId);
  assert.deepEqual([await vouchersOf(batchId), await vouchersOf(again)], [0, 15]);
});

test('a batch that starts before its recall is approved is recalled as a started one', async () => {
  const { rosterId, fundId } = await givenFundedRoster(2);
  const batchId = await givenApprovedBatch(db, rosterId);
  const { recallId } = await transact(db, someStaff(), (tx) =>
    prepareRecall(tx, { batchId, reason: '名单有误' }),
  );
  await transact(db, someStaff(), (tx) => startIssue(tx, { batchId }));
  await runIssue(db, someStaff(), batchId);
  await transact(db, someStaff(), (tx) => approveRecall(tx, { recallId }));
  await runRecall(db, someStaff(), recallId);
  assert.equal((await transact(db, someStaff(), (tx) => getBatch(tx, batchId))).state, 'recalled');
  assert.equal((await balances(fundId))['available'], 40_000n);
  const again = transact(db, someStaff(), (tx) => prepareBatch(tx, { rosterId }));
  await assert.rejects(again, is('nothing_to_issue'));
});

test('a batch that nobody approved is cancelled, not recalled', async () => {
  const { rosterId } = await givenFundedRoster(1);
  const { batchId } = await transact(db, someStaff(), (tx) => prepareBatch(tx, { rosterId }));
  const recall = transact(db, someStaff(), (tx) =>
    prepareRecall(tx, { batchId, reason: '名单有误' }),
  );
  await assert.rejects(recall, is('state_conflict'));
});

test('five who start the same batch at once start it once', async () => {
  const { rosterId } = await givenFundedRoster(40);
  const batchId = await givenApprovedBatch(db, rosterId);
  const second = openDb({ url: database.appUrl });
  const starts = await Promise.allSettled(
    [db, second, db, second, db].map((pool) =>
      transact(pool, someStaff(), (tx) => startIssue(tx, { batchId })),
    ),
  );
  assert.equal(starts.filter((start) => start.status === 'fulfilled').length, 1);
  assert.equal(
    starts.filter((s) => s.status === 'rejected' && is('state_conflict')(s.reason)).length,
    4,
  );
  await Promise.all(
    [db, second, db, second, db].map((pool) => runIssue(pool, someStaff(), batchId)),
  );
  await runIssue(db, someStaff(), batchId);
  assert.equal(await vouchersOf(batchId), 200);
  const { state } = await transact(db, someStaff(), (tx) => getBatch(tx, batchId));
  assert.equal(state, 'issued');
  await closeDb(second);
});

test('a roster of which every row has ended leaves nothing to issue', async () => {
  const { rosterId } = await givenFundedRoster(1);
  await owner.query(`update entitlement set state = 'returned' where roster_id = $1`, [rosterId]);
  const preparing = transact(db, someStaff(), (tx) => prepareBatch(tx, { rosterId }));
  await assert.rejects(preparing, is('nothing_to_issue'));
});
