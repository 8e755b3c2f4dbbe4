import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { balancesOf } from '../../ledger/post.ts';
import { approvePoolTransfer, preparePoolTransfer, rejectPoolTransfer } from './pool-transfer.ts';

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

const [clerk, leader] = [someStaff(), someStaff()];

function refuses(code: RefusalCode) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

async function givenPools() {
  const { programmeId } = await givenProgramme(db);
  const retail = await givenFund(db, { programmeId, pool: 'retail', amountFen: 1_000n });
  const catering = await givenFund(db, { programmeId, pool: 'catering', amountFen: 500n });
  return { programmeId, sourceFundId: retail.fundId, targetFundId: catering.fundId };
}

type Sides = { readonly sourceFundId: string; readonly targetFundId: string };

function prepare({ sourceFundId, targetFundId }: Sides, amount: bigint) {
  const input = { sourceFundId, targetFundId, amountFen: fen(amount), reason: '零售券剩余较多' };
  return transact(db, clerk, (tx) => preparePoolTransfer(tx, input));
}

const approve = (poolTransferId: string, actor = leader) =>
  transact(db, actor, (tx) => approvePoolTransfer(tx, { poolTransferId }));

async function availableOf(...fundIds: string[]): Promise<readonly bigint[]> {
  const balances = await transact(db, clerk, (tx) => balancesOf(tx, fundIds));
  return fundIds.map(
    (id) => balances.find((one) => one.fundId === id && one.kind === 'available')?.balanceFen ?? 0n,
  );
}

test('money crosses pools when a second person approves it, and only then', async () => {
  const pools = await givenPools();
  const { poolTransferId } = await prepare(pools, 300n);
  assert.deepEqual(await availableOf(pools.sourceFundId, pools.targetFundId), [1_000n, 500n]);
  await assert.rejects(approve(poolTransferId, clerk), refuses('separation_of_duties'));
  assert.deepEqual(await availableOf(pools.sourceFundId, pools.targetFundId), [1_000n, 500n]);
  await approve(poolTransferId);
  assert.deepEqual(await availableOf(pools.sourceFundId, pools.targetFundId), [700n, 800n]);
  await assert.rejects(approve(poolTransferId), refuses('already_decided'));
});

test('of five approvals at the same time the money moves once', async () => {
  const pools = await givenPools();
  const { poolTransferId } = await prepare(pools, 300n);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => approve(poolTransferId, someStaff())),
  );
  assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1);
  assert.deepEqual(await availableOf(pools.sourceFundId, pools.targetFundId), [700n, 800n]);
});

test('two approved transfers of the same last 分 move it once', async () => {
  const pools = await givenPools();
  const [one, other] = [await prepare(pools, 600n), await prepare(pools, 600n)];
  const outcomes = await Promise.allSettled([
    approve(one.poolTransferId),
    approve(other.poolTransferId),
  ]);
  assert.equal(outcomes.filter((done) => done.status === 'fulfilled').length, 1);
  const refused = outcomes.find((done) => done.status === 'rejected');
  assert.ok(refuses('insufficient_funds')(refused?.reason));
  assert.deepEqual(await availableOf(pools.sourceFundId, pools.targetFundId), [400n, 1_100n]);
});

test('a rejected transfer moves nothing and is not approved later', async () => {
  const pools = await givenPools();
  const { poolTransferId } = await prepare(pools, 300n);
  await transact(db, leader, (tx) => rejectPoolTransfer(tx, { poolTransferId, reason: '不同意' }));
  await assert.rejects(approve(poolTransferId), refuses('already_decided'));
  assert.deepEqual(await availableOf(pools.sourceFundId, pools.targetFundId), [1_000n, 500n]);
});

test('more than the pool has, the same fund, an unknown fund: refused at once', async () => {
  const pools = await givenPools();
  await assert.rejects(prepare(pools, 1_001n), refuses('insufficient_funds'));
  const itself = { sourceFundId: pools.sourceFundId, targetFundId: pools.sourceFundId };
  await assert.rejects(prepare(itself, 1n), refuses('invalid_rule'));
  const nowhere = { sourceFundId: pools.sourceFundId, targetFundId: newId() };
  await assert.rejects(prepare(nowhere, 1n), refuses('not_found'));
});

test('one funder’s money never becomes another’s, nor another programme’s', async () => {
  const [mine, theirs] = [await givenPools(), await givenPools()];
  const across = { sourceFundId: mine.sourceFundId, targetFundId: theirs.targetFundId };
  await assert.rejects(prepare(across, 1n), refuses('invalid_rule'));
  const raw = db.pool.query(
    `insert into transfer (source_id, target_id, amount_fen, kind, reference_kind, reference_id,
       event_id, at)
     select s.account_id, t.account_id, 1, 'moved', 'test', '1',
       (select max(event_id) from event), now()
     from account s, account t
     where s.fund_id = $1 and s.kind = 'available' and t.fund_id = $2 and t.kind = 'available'`,
    [mine.sourceFundId, mine.targetFundId],
  );
  await assert.rejects(raw, /crosses funds/);
});
