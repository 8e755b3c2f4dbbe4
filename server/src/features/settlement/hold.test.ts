import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenSettling, type Settling } from '../../given/settlement.ts';
import { verify } from '../audit/verify.ts';
import { refundRedemption } from '../redemption/refund.ts';
import { rejectRun } from './decide-run.ts';
import { holdPayout, listHolds, proposeHoldEnd, releasePayout, voidPayout } from './hold.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let shop: Settling;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 12 });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  shop = await givenSettling(db, owner);
});
after(async () => {
  await closeDb(db);
  await owner.end();
  await database.drop();
});

const refused = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code;
const proven = async () => assert.equal((await verify(db)).firstBad, null);
const hold = (redemptionId: string) =>
  transact(db, shop.clerk, (tx) => holdPayout(tx, { redemptionId, reason: '疑似套现' }));
const propose = (holdId: string, decision: 'release' | 'void', actor = shop.clerk) =>
  transact(db, actor, (tx) => proposeHoldEnd(tx, { holdId, decision, note: '核查完毕' }));
const release = (holdId: string, actor = shop.boss) =>
  transact(db, actor, (tx) => releasePayout(tx, { holdId }));
const end = (holdId: string, actor = shop.boss) =>
  transact(db, actor, (tx) => voidPayout(tx, { holdId }));
const refund = (redemptionId: string, amountFen: bigint) =>
  transact(db, shop.clerk, (tx) =>
    refundRedemption(tx, {
      redemptionId,
      refundNo: newId(),
      amountFen: fen(amountFen),
      by: { kind: 'owner', merchantId: shop.merchant.merchantId },
    }),
  );
async function one(): Promise<string> {
  const [made] = await shop.redeem(1);
  return made?.redemptionId ?? assert.fail();
}

test('a held redemption stays out of the run by name, and its value is conserved', async () => {
  const [held, free] = [await one(), await one()];
  const before = await shop.balance('payable');
  const { holdId } = await hold(held);
  assert.equal(await shop.balance('payable_held'), 4_000n);
  assert.equal(await shop.balance('payable'), before - 4_000n);
  await shop.at('2023-09-02T09:00:00+08:00');
  const [run] = await shop.prepare();
  assert.ok(run);
  const lines = await owner.query('select event_ref from settlement_line');
  assert.deepEqual(lines.rows, [{ event_ref: free }]);
  const { programmeId } = shop.programme;
  const open = await transact(db, shop.clerk, (tx) =>
    listHolds(tx, { programmeId, state: 'open', limit: 10 }),
  );
  assert.deepEqual(
    open.map((item) => [item.redemptionId, item.holdId]),
    [[held, holdId]],
  );
  await proven();
});

test('a hold ends as one proposed and another agreed, and the next run pays', async () => {
  const redemptionId = await one();
  const { holdId } = await hold(redemptionId);
  await assert.rejects(release(holdId), refused('state_conflict'));
  await propose(holdId, 'release');
  await assert.rejects(release(holdId, shop.clerk), refused('separation_of_duties'));
  await assert.rejects(end(holdId), refused('content_changed'));
  await release(holdId);
  await assert.rejects(release(holdId), refused('already_decided'));
  await assert.rejects(propose(holdId, 'void'), refused('already_decided'));
  assert.equal(await shop.balance('payable_held'), 4_000n);
  await shop.at('2023-09-03T09:00:00+08:00');
  await shop.prepare();
  const { rows } = await owner.query('select 1 from settlement_line where event_ref = $1', [
    redemptionId,
  ]);
  assert.equal(rows.length, 1);
  await proven();
});

test('the same redemption is held once, and not once a run has it', async () => {
  const redemptionId = await one();
  const both = await Promise.allSettled([hold(redemptionId), hold(redemptionId)]);
  assert.equal(both.filter((each) => each.status === 'fulfilled').length, 1);
  await assert.rejects(hold(redemptionId), refused('already_decided'));
  const settled = await one();
  await shop.at('2023-09-04T09:00:00+08:00');
  const [run] = await shop.prepare();
  assert.ok(run);
  await assert.rejects(hold(settled), refused('state_conflict'));
  await transact(db, shop.boss, (tx) => rejectRun(tx, { runId: run.runId, reason: '有疑点' }));
  await hold(settled);
  await assert.rejects(hold(newId()), refused('not_found'));
});

test('a hold that races the preparation: held or in the run, never both', async () => {
  for (const date of ['05', '06', '07', '08', '09']) {
    const redemptionId = await one();
    await shop.at(`2023-09-${date}T09:00:00+08:00`);
    const [held] = await Promise.allSettled([hold(redemptionId), shop.prepare()]);
    const { rows } = await owner.query('select 1 from settlement_line where event_ref = $1', [
      redemptionId,
    ]);
    assert.equal(rows.length, held?.status === 'fulfilled' ? 0 : 1);
  }
  await proven();
});

test('voided value goes to its fund, and no refund takes it a second time', async () => {
  const redemptionId = await one();
  const [available, held] = [await shop.balance('available'), await shop.balance('payable_held')];
  const { holdId } = await hold(redemptionId);
  await refund(redemptionId, 9_000n);
  await propose(holdId, 'void');
  await assert.rejects(end(holdId, shop.clerk), refused('separation_of_duties'));
  await end(holdId);
  assert.equal(await shop.balance('payable_held'), held);
  assert.equal(await shop.balance('available'), available + 4_000n);
  const rest = await refund(redemptionId, 9_000n);
  assert.equal(rest.voucherFen, 0n);
  assert.equal(await shop.balance('available'), available + 4_000n);
  await shop.at('2023-09-10T09:00:00+08:00');
  await shop.prepare();
  const { rows } = await owner.query('select 1 from settlement_line where event_ref = $1', [
    redemptionId,
  ]);
  assert.equal(rows.length, 0);
  await assert.rejects(hold(redemptionId), refused('state_conflict'));
  await proven();
});

test('a refund while a run had it is set off against the void', async () => {
  const redemptionId = await one();
  await shop.at('2023-09-11T09:00:00+08:00');
  const [run] = await shop.prepare();
  assert.ok(run);
  await refund(redemptionId, 9_000n);
  assert.equal(await shop.balance('receivable'), -2_000n);
  await transact(db, shop.boss, (tx) => rejectRun(tx, { runId: run.runId, reason: '有疑点' }));
  const { holdId } = await hold(redemptionId);
  await propose(holdId, 'void', someStaff());
  await end(holdId);
  assert.equal(await shop.balance('receivable'), 0n);
  await proven();
});

test('the database itself lets nobody end a hold that he proposed to end', async () => {
  const { holdId } = await hold(await one());
  await propose(holdId, 'release');
  const alone = owner.query(
    `update payout_hold set released_by = proposed_by::uuid, decision = 'release',
       released_at = now() where hold_id = $1`,
    [holdId],
  );
  await assert.rejects(alone, /approver_is_not_preparer/);
});
