import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { startOfDay } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact, type Tx } from '../../db/transact.ts';
import { givenMerchant } from '../../given/merchant.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenSettling, type Settling } from '../../given/settlement.ts';
import { verify } from '../audit/verify.ts';
import { refundRedemption } from '../redemption/refund.ts';
import type { Redemption } from '../redemption/decide.ts';
import { approveRun, rejectRun } from './decide-run.ts';
import { payRuns } from './pay-run.ts';
import { prepareRuns } from './prepare-run.ts';

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
const refund = (tx: Tx, one: Redemption, amountFen = 18_000n) =>
  refundRedemption(tx, {
    redemptionId: one.redemptionId,
    refundNo: newId(),
    amountFen: fen(amountFen),
    by: { kind: 'owner', merchantId: one.merchantId },
  });
const linesOf = async (runId: string) =>
  (await owner.query('select event_ref from settlement_line where run_id = $1', [runId])).rows.map(
    (row: { event_ref: string }) => row.event_ref,
  );
const proven = async () => assert.equal((await verify(db)).firstBad, null);

test('only what was before the cut-off is settled: midnight is the next day', async () => {
  await shop.at('2023-09-01T23:59:59.999+08:00');
  const [last] = await shop.redeem(1);
  await shop.at('2023-09-02T00:00:00+08:00');
  const [first] = await shop.redeem(1);
  await shop.at('2023-09-02T09:00:00+08:00');
  const [run] = await shop.prepare();
  assert.ok(run && last && first);
  assert.deepEqual(await linesOf(run.runId), [last.redemptionId]);
  await shop.at('2023-09-03T09:00:00+08:00');
  const [second] = await shop.prepare();
  assert.deepEqual(await linesOf(second?.runId ?? ''), [first.redemptionId]);
  assert.deepEqual([run.number, second?.number], [1, 2]);
  assert.deepEqual(await shop.prepare(), []);
});

test('a cut-off that has not come, and a programme that is not there, are refused', async () => {
  const { programmeId } = shop.programme;
  const cutOff = startOfDay('2099-01-01');
  const early = transact(db, shop.clerk, (tx) => prepareRuns(tx, { programmeId, cutOff }));
  await assert.rejects(early, refused('state_conflict'));
  const absent = { programmeId: newId(), cutOff: startOfDay('2023-09-01') };
  await assert.rejects(
    transact(db, shop.clerk, (tx) => prepareRuns(tx, absent)),
    refused('not_found'),
  );
});

test('two who prepare at once: each redemption stands in exactly one run', async () => {
  const made = await shop.redeem(6);
  await shop.at('2023-09-04T09:00:00+08:00');
  const runs = (await Promise.all([shop.prepare(), shop.prepare(), shop.prepare()])).flat();
  const lines = (await Promise.all(runs.map((run) => linesOf(run.runId)))).flat();
  assert.deepEqual(lines.toSorted(), made.map((one) => one.redemptionId).toSorted());
  assert.equal(runs.length, 1);
});

test('a rejected run gives its lines back to the next one', async () => {
  const made = await shop.redeem(2);
  await shop.at('2023-09-05T09:00:00+08:00');
  const [run] = await shop.prepare();
  assert.ok(run);
  await transact(db, shop.boss, (tx) => rejectRun(tx, { runId: run.runId, reason: '金额有误' }));
  assert.deepEqual(await linesOf(run.runId), []);
  const [next] = await shop.prepare();
  assert.equal(next?.lineCount, made.length);
  await assert.rejects(
    transact(db, shop.boss, (tx) => approveRun(tx, run)),
    refused('already_decided'),
  );
});

test('who prepared a run cannot approve it, nobody approves what he did not see', async () => {
  await shop.redeem(1);
  await shop.at('2023-09-06T09:00:00+08:00');
  const [run] = await shop.prepare();
  assert.ok(run);
  const { runId, contentHash } = run;
  const by = (actor: Settling['clerk'], hash: string) =>
    transact(db, actor, (tx) => approveRun(tx, { runId, contentHash: hash }));
  await assert.rejects(by(shop.clerk, contentHash), refused('separation_of_duties'));
  await assert.rejects(by(shop.boss, 'f'.repeat(64)), refused('content_changed'));
  await owner.query('update settlement_line set amount_fen = amount_fen + 1 where run_id = $1', [
    runId,
  ]);
  await assert.rejects(by(shop.boss, contentHash), refused('content_changed'));
  await owner.query('update settlement_line set amount_fen = amount_fen - 1 where run_id = $1', [
    runId,
  ]);
  await by(shop.boss, contentHash);
  await assert.rejects(by(someStaff(), contentHash), refused('already_decided'));
});

test('the database itself keeps approver and preparer apart and lines where they are', async () => {
  const { rows } = await owner.query<{ run_id: string; prepared_by: string }>(
    `select run_id, prepared_by from settlement_run where state = 'approved' limit 1`,
  );
  const [run] = rows;
  assert.ok(run);
  const same = owner.query(
    'update settlement_run set approved_by = prepared_by::uuid where run_id = $1',
    [run.run_id],
  );
  await assert.rejects(same, /approver_is_not_preparer/);
  const stolen = db.pool.query('delete from settlement_line where run_id = $1', [run.run_id]);
  await assert.rejects(stolen, /settled/);
});

test('a refund before settlement is netted, a later one taken over two runs', async () => {
  const merchant = await givenMerchant(db, {
    programmeId: shop.programme.programmeId,
    category: 'retail',
    keys: shop.keys,
  });
  const { merchantId } = merchant;
  const [netted, refundedLater, alsoLater] = await shop.redeem(3, { merchant });
  assert.ok(netted && refundedLater && alsoLater);
  await transact(db, shop.clerk, (tx) => refund(tx, netted, 9_000n));
  await shop.at('2023-09-07T09:00:00+08:00');
  const run = await shop.approved();
  await payRuns(shop.payer, shop.boss);
  await payRuns(shop.payer, shop.boss);
  assert.equal(await shop.balance('settled', merchantId), 10_000n);
  for (const one of [refundedLater, alsoLater])
    await transact(db, shop.clerk, (tx) => refund(tx, one));
  assert.equal(await shop.balance('receivable', merchantId), -8_000n);
  const [first] = await shop.redeem(1, { merchant });
  await shop.at('2023-09-08T09:00:00+08:00');
  const second = await shop.approved();
  assert.ok(first);
  assert.equal(second.amountFen, 0n);
  assert.equal(await shop.balance('receivable', merchantId), -4_000n);
  await shop.redeem(2, { merchant });
  await shop.at('2023-09-09T09:00:00+08:00');
  const third = await shop.approved();
  assert.equal(third.amountFen, 4_000n);
  assert.equal(await shop.balance('receivable', merchantId), 0n);
  await payRuns(shop.payer, shop.boss);
  await payRuns(shop.payer, shop.boss);
  assert.equal(await shop.balance('payable', merchantId), 0n);
  assert.ok(run.amountFen > 0n);
  await proven();
});

test('a refund that races the preparation is netted or owed, never lost', async () => {
  for (const date of ['10', '11', '12', '13', '14', '15']) {
    const [one] = await shop.redeem(1);
    assert.ok(one);
    await shop.at(`2023-09-${date}T09:00:00+08:00`);
    const [, runs] = await Promise.all([
      transact(db, shop.clerk, (tx) => refund(tx, one)),
      shop.prepare(),
    ]);
    const { rows } = await owner.query<{ after_settlement: boolean; netted: boolean }>(
      `select f.after_settlement, exists (select from settlement_line l
         where l.event_ref = f.refund_id) as netted
       from refund f where f.redemption_id = $1`,
      [one.redemptionId],
    );
    const [row] = rows;
    const inRun =
      runs.length > 0 && (await linesOf(runs[0]?.runId ?? '')).includes(one.redemptionId);
    assert.equal(inRun, true);
    assert.equal(row?.after_settlement, !row?.netted);
    for (const run of runs) await transact(db, shop.boss, (tx) => approveRun(tx, run));
  }
  await payRuns(shop.payer, shop.boss);
  await payRuns(shop.payer, shop.boss);
  await proven();
});

test('a changed account rests a day, and who changed it approves nothing', async () => {
  const { programmeId } = shop.programme;
  const merchant = await givenMerchant(db, { programmeId, category: 'retail', keys: shop.keys });
  const { merchantId } = merchant;
  await shop.redeem(1, { merchant });
  await shop.at('2023-09-20T09:00:00+08:00');
  const change = (text: string) =>
    owner.query('update merchant set settlement_account_changed_at = $2 where merchant_id = $1', [
      merchantId,
      text,
    ]);
  await change('2023-09-19T09:00:00.001+08:00');
  // Refunds of earlier tests may make a run, but it pays nobody.
  assert.ok((await shop.prepare()).every((run) => run.payoutCount === 0));
  await change('2023-09-19T09:00:00+08:00');
  const [run] = await shop.prepare();
  assert.ok(run);
  assert.equal(run.amountFen, 4_000n);
  const approve = () => transact(db, shop.boss, (tx) => approveRun(tx, run));
  await owner.query(
    `insert into event (at, actor_kind, actor_id, kind, subject_kind, subject_id, body)
     values ('2023-09-19T12:00:00+08:00', 'staff', $1, 'merchant.updated', 'merchant', $2,
       '{"isAccountChanged": true}')`,
    [shop.boss.id, merchantId],
  );
  await assert.rejects(approve, refused('account_on_hold'));
  await shop.at('2023-09-20T13:00:00+08:00');
  await change('2023-09-20T12:30:00+08:00');
  await assert.rejects(approve, refused('account_on_hold'));
  await change('2023-09-01T12:30:00+08:00');
  await approve();
});
