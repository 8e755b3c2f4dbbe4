import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact, type Tx } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenApprovedBatch, givenRoster } from '../../given/issuing.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { givenVouchers, setClock } from '../../given/voucher.ts';
import { balancesOf } from '../../ledger/post.ts';
import { verify } from '../audit/verify.ts';
import { startIssue } from '../issuing/batch.ts';
import {
  approveClosing,
  closeProgramme,
  closingFigures,
  prepareClosing,
  rejectClosing,
} from './closing.ts';
import {
  approveReturn,
  listReturns,
  markReturned,
  markReturnFailed,
  markReturnSent,
  prepareReturns,
  rejectReturn,
} from './return.ts';

/** As SM23: to 2023-05-31, unspent money back within ten working days. */
const may = smallPlan
  .replace(/dates: .*/, 'dates: { from: "2023-01-19", to: "2023-05-31" }')
  .replace(/validity: .*/, 'validity: { until_programme_end: true }')
  .replace(/calendar: .*/, 'calendar: { moments: ["2023-02-03 10:00"] }');

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let programmeId: string;
let fundId: string;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
beforeEach(async () => {
  // 10,000元: 2 × 200 issued, 3 × 200 committed of which nobody came, the rest available.
  await setClock(owner, '2023-02-01T10:00:00+08');
  const given = await givenProgramme(db, { planText: may });
  const organisationId = given.organiserId;
  ({ programmeId } = given);
  ({ fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen: 1_000_000n }));
  await givenVouchers(db, { programmeId, organisationId, persons: 2 });
  const waiting = { programmeId, organisationId, source: 'enterprise', rows: 'waiting' } as const;
  const { rosterId } = await givenRoster(db, { ...waiting, persons: 3 });
  await owner.query('update entitlement set identity_index = null where roster_id = $1', [
    rosterId,
  ]);
  await owner.query(
    `update entitlement set phone_index = uuid_send(entitlement_id) where roster_id = $1`,
    [rosterId],
  );
  const batchId = await givenApprovedBatch(db, rosterId);
  await staff((tx) => startIssue(tx, { batchId }));
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

const staff = <T>(work: (tx: Tx) => Promise<T>) => transact(db, someStaff(), work);
const is = (code: RefusalCode) => (error: unknown) =>
  error instanceof Refusal && error.code === code;

async function balances(): Promise<Record<string, bigint>> {
  const rows = await staff((tx) => balancesOf(tx, [fundId]));
  return Object.fromEntries(rows.map((row) => [row.kind, row.balanceFen]));
}

async function closed(): Promise<string> {
  await setClock(owner, '2023-06-01T00:00:00+08');
  const { closingOrderId } = await staff((tx) => prepareClosing(tx, { programmeId }));
  await staff((tx) => approveClosing(tx, { closingOrderId }));
  await closeProgramme(db, someStaff(), closingOrderId);
  return closingOrderId;
}

test('a programme is not closed while a voucher can still be used', async () => {
  await setClock(owner, '2023-05-31T23:59:59.999+08');
  await assert.rejects(
    staff((tx) => prepareClosing(tx, { programmeId })),
    is('state_conflict'),
  );
  await setClock(owner, '2023-06-01T00:00:00+08');
  const clerk = someStaff();
  const { closingOrderId } = await transact(db, clerk, (tx) => prepareClosing(tx, { programmeId }));
  const own = transact(db, clerk, (tx) => approveClosing(tx, { closingOrderId }));
  await assert.rejects(own, is('separation_of_duties'));
  await staff((tx) => rejectClosing(tx, { closingOrderId }));
  await assert.rejects(
    staff((tx) => approveClosing(tx, { closingOrderId })),
    is('already_decided'),
  );
});

test('closing leaves only what goes back: unissued, unclaimed, expired', async () => {
  assert.deepEqual(await balances(), {
    funder: -1_000_000n,
    available: 900_000n,
    committed: 60_000n,
    outstanding: 40_000n,
  });
  const closingOrderId = await closed();
  const end = {
    funder: -1_000_000n,
    available: 0n,
    committed: 0n,
    outstanding: 0n,
    return_due: 1_000_000n,
  };
  assert.deepEqual(await balances(), end);
  await closeProgramme(db, someStaff(), closingOrderId);
  assert.deepEqual(await balances(), end);
  await assert.rejects(
    staff((tx) => prepareClosing(tx, { programmeId })),
    is('programme_closed'),
  );
  const { closing, funds } = await staff((tx) => closingFigures(tx, programmeId));
  assert.equal(closing?.returnBy, '2023-06-14');
  const [figures] = funds;
  assert.deepEqual(
    [figures?.fundedFen, figures?.issuedCount, figures?.issuedFen, figures?.residualFen],
    [1_000_000n, 10, 40_000n, 1_000_000n],
  );
});

test('two workers that close the same programme close it once', async () => {
  await setClock(owner, '2023-06-01T00:00:00+08');
  const { closingOrderId } = await staff((tx) => prepareClosing(tx, { programmeId }));
  await staff((tx) => approveClosing(tx, { closingOrderId }));
  const second = openDb({ url: database.appUrl });
  await Promise.all([db, second].map((pool) => closeProgramme(pool, someStaff(), closingOrderId)));
  assert.equal((await balances())['return_due'], 1_000_000n);
  await closeDb(second);
});

test('what is owed goes back to its funder by two persons, and once', async () => {
  await assert.rejects(
    staff((tx) => prepareReturns(tx, { programmeId })),
    is('state_conflict'),
  );
  await closed();
  await assert.rejects(
    staff((tx) => prepareReturns(tx, { programmeId })),
    is('state_conflict'),
  );
  await owner.query(`update fund set return_account = '\\x01' where fund_id = $1`, [fundId]);
  const clerk = someStaff();
  const [first] = await transact(db, clerk, (tx) => prepareReturns(tx, { programmeId }));
  assert.deepEqual([first?.fundId, first?.amountFen], [fundId, 1_000_000n]);
  await assert.rejects(
    staff((tx) => prepareReturns(tx, { programmeId })),
    is('nothing_to_return'),
  );
  const returnId = first?.returnId ?? '';
  const own = transact(db, clerk, (tx) => approveReturn(tx, { returnId }));
  await assert.rejects(own, is('separation_of_duties'));
  await staff((tx) => approveReturn(tx, { returnId }));
  await assert.rejects(
    staff((tx) => rejectReturn(tx, { returnId })),
    is('already_decided'),
  );
  assert.equal(await staff((tx) => markReturned(tx, returnId)), false);
  assert.equal(await staff((tx) => markReturnSent(tx, returnId)), true);
  assert.equal(await staff((tx) => markReturned(tx, returnId)), true);
  assert.equal(await staff((tx) => markReturned(tx, returnId)), false);
  assert.equal(await staff((tx) => markReturnFailed(tx, returnId)), false);
  const end = await balances();
  assert.deepEqual([end['return_due'], end['returned']], [0n, 1_000_000n]);
  const [kept] = await staff((tx) => listReturns(tx, programmeId));
  assert.deepEqual([kept?.state, kept?.returnBy], ['returned', '2023-06-14']);
});

test('a return the bank refused can be prepared again', async () => {
  await closed();
  await owner.query(`update fund set return_account = '\\x01' where fund_id = $1`, [fundId]);
  const [first] = await staff((tx) => prepareReturns(tx, { programmeId }));
  const returnId = first?.returnId ?? '';
  await staff((tx) => approveReturn(tx, { returnId }));
  await staff((tx) => markReturnSent(tx, returnId));
  assert.equal(await staff((tx) => markReturnFailed(tx, returnId)), true);
  const [again] = await staff((tx) => prepareReturns(tx, { programmeId }));
  assert.equal(again?.amountFen, 1_000_000n);
});
