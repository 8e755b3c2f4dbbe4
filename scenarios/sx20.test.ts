import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { closeDb, type Db, openDb } from '../server/src/db/pool.ts';
import { testDatabase, type TestDatabase } from '../server/src/db/test-database.ts';
import { transact } from '../server/src/db/transact.ts';
import { verify } from '../server/src/features/audit/verify.ts';
import { startIssue } from '../server/src/features/issuing/batch.ts';
import { runIssue } from '../server/src/features/issuing/run.ts';
import { listPaper, registerPaper } from '../server/src/features/paper/paper.ts';
import { reportFigures } from '../server/src/features/people/organisation.ts';
import { confirmRoster, listProblems } from '../server/src/features/roster/roster.ts';
import { someKeys } from '../server/src/given/fund.ts';
import { givenApprovedBatch, givenIssuedBatch } from '../server/src/given/issuing.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import type { GivenProgramme } from '../server/src/given/programme.ts';
import { balancesOf } from '../server/src/ledger/post.ts';
import {
  findWallet,
  givenBranch,
  givenConfirmedList,
  givenPaidBranch,
  givenUnionProgramme,
  givenWalletsOf,
  payAt,
  registerMember,
  rowOf,
  someMembers,
} from './sx20e-branch.ts';
import { confirmAll, importPayments } from './sx20e-money.ts';
import { handIn } from './sx20e-people.ts';
import { openShop, type Till } from './sx20e-spending.ts';
import { at, type Stage } from './sx20e-stage.ts';

const faceFen = fen(30_000n);
let database: TestDatabase;
let db: Db;
let owner: Db;
let stage: Stage;
let programme: GivenProgramme;
let till: Till;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = openDb({ url: database.migratorUrl, max: 1 });
  const folder = await mkdtemp(join(tmpdir(), 'sx20-'));
  stage = { db, owner: owner.pool, keys: someKeys, folder };
  await at(stage, '2020-04-26T09:00:00+08:00');
  programme = await givenUnionProgramme(stage);
  till = await openShop(stage, { industry: '百货', regionCode: '140106', acceptanceMark: true });
});

after(async () => {
  const report = await verify(db);
  await closeDb(owner);
  await closeDb(db);
  await database.drop();
  await rm(stage.folder, { recursive: true });
  assert.equal(report.firstBad, null);
});

const is = (code: RefusalCode) => (error: unknown) =>
  error instanceof Refusal && error.code === code;

const givenWallets = (count: number) => givenWalletsOf(stage, programme, count);
const walletOf = (personId: string) => findWallet(stage, personId);

test('一（一）发放给全体工会会员：名单上的会员人人有券，不在名单上的没有，两处名单只发一次', async () => {
  await at(stage, '2020-05-06T10:00:00+08:00');
  const { programmeId } = programme;
  const [listed, stranger] = someMembers(2);
  assert.ok(listed && stranger);
  const branch = await givenPaidBranch(stage, programme, { name: '一矿基层工会', members: 1 });
  const persons = [await registerMember(stage, listed), await registerMember(stage, stranger)];
  const rosterId = await givenConfirmedList(stage, programmeId, { branch, members: [listed] });
  await givenIssuedBatch(db, rosterId);
  const wallets = await Promise.all(persons.map(walletOf));
  assert.deepEqual(
    wallets.map((wallet) => wallet.length),
    [1, 0],
  );
  const other = await givenPaidBranch(stage, programme, { name: '二矿基层工会', members: 1 });
  const again = await handIn(stage, programmeId, { ...other, rows: [rowOf(listed)] });
  assert.deepEqual([again.rowsAccepted, again.rowsExisting], [0, 1]);
});

test('一（二）每人300元：多一分超过标准，别的面值和金额不收', async () => {
  const branch = await givenPaidBranch(stage, programme, { name: '三矿基层工会', members: 1 });
  const amounts = ['300,300', '300,300.01', '300,600', '300,299.99', '200,200'];
  const rows = someMembers(amounts.length).map(
    ({ name, phone }, n) => `${name},${phone},${amounts[n]}`,
  );
  const report = await handIn(stage, programme.programmeId, { ...branch, rows });
  assert.deepEqual([report.rowsAccepted, report.amountFen], [1, faceFen]);
  const page = { rosterId: report.rosterId, after: undefined, limit: 10 };
  const problems = await transact(db, someStaff(), (tx) => listProblems(tx, page));
  assert.deepEqual(
    problems.map((one) => one.code),
    ['cap_exceeded', 'cap_exceeded', 'amount_mismatch', 'amount_mismatch'],
  );
});

test('一（二）1 付款至指定账户，附言“1400”：款到并经复核之前不能用，差一分对不上', async () => {
  await at(stage, '2020-04-29T10:00:00+08:00');
  const { programmeId } = programme;
  const pays = { dues: faceFen };
  const branch = await givenBranch(stage, programme, { name: '四矿基层工会', pays });
  const [payment] = branch.payments;
  assert.ok(payment);
  assert.deepEqual([payment.accountNumber, payment.remarkCode], ['433859783856', '1400']);
  const rows = someMembers(1).map(rowOf);
  const { rosterId, contentHash } = await handIn(stage, programmeId, { ...branch, rows });
  const seen = { rosterId, contentHash: contentHash.toString('hex') };
  const confirm = () => transact(db, someStaff(), (tx) => confirmRoster(tx, seen));
  await assert.rejects(confirm(), is('fund_not_confirmed'));
  const less = { ...payment, totalFen: fen(payment.totalFen - 1n) };
  const wrong = await importPayments(stage, programmeId, [less]);
  assert.deepEqual([wrong.waiting, wrong.unmatched], [0, 1]);
  await assert.rejects(confirm(), is('fund_not_confirmed'));
  const other = { ...payment, remarkCode: '1401' };
  assert.equal((await importPayments(stage, programmeId, [other])).unmatched, 1);
  const right = await importPayments(stage, programmeId, [payment]);
  assert.deepEqual([right.confirmed, right.waiting], [0, 1]);
  await assert.rejects(confirm(), is('fund_not_confirmed'));
  await confirmAll(stage, programmeId);
  await confirm();
});

test('一（二）2《消费券发放名单》须与付款总额一致，由另一人确认', async () => {
  const { programmeId } = programme;
  const branch = await givenPaidBranch(stage, programme, { name: '五矿基层工会', members: 2 });
  const report = await handIn(stage, programmeId, {
    ...branch,
    rows: someMembers(1).map(rowOf),
  });
  const seen = { rosterId: report.rosterId, contentHash: report.contentHash.toString('hex') };
  await assert.rejects(
    transact(db, someStaff(), (tx) => confirmRoster(tx, seen)),
    is('payment_differs'),
  );
  const { rows } = await db.pool.query<{ prepared_by: string }>(
    'select prepared_by from roster where roster_id = $1',
    [report.rosterId],
  );
  const preparer = { kind: 'staff', id: rows[0]?.prepared_by ?? '' } as const;
  await assert.rejects(
    transact(db, preparer, (tx) => confirmRoster(tx, seen)),
    is('separation_of_duties'),
  );
});

test('一（二）3 须在5月20日前完成注册：24时前最后一毫秒可领，24时整不再补发', async () => {
  await at(stage, '2020-05-10T10:00:00+08:00');
  const [early, lastMoment, late] = someMembers(3);
  assert.ok(early && lastMoment && late);
  const branch = await givenPaidBranch(stage, programme, { name: '六矿基层工会', members: 3 });
  const first = await registerMember(stage, early);
  const list = { branch, members: [early, lastMoment, late] };
  await givenIssuedBatch(db, await givenConfirmedList(stage, programme.programmeId, list));
  assert.equal((await walletOf(first)).length, 1);
  await at(stage, '2020-05-20T23:59:59.999+08:00');
  assert.equal((await walletOf(await registerMember(stage, lastMoment))).length, 1);
  await at(stage, '2020-05-21T00:00:00.000+08:00');
  assert.equal((await walletOf(await registerMember(stage, late))).length, 0);
});

test('一（二）于5月20日24时前发放：24时前最后一毫秒可开始发放，24时整拒绝', async () => {
  const { programmeId } = programme;
  const approved: string[] = [];
  await at(stage, '2020-05-19T10:00:00+08:00');
  for (const name of ['七矿基层工会', '八矿基层工会']) {
    const branch = await givenPaidBranch(stage, programme, { name, members: 1 });
    const list = { branch, members: someMembers(1) };
    const rosterId = await givenConfirmedList(stage, programmeId, list);
    approved.push(await givenApprovedBatch(db, rosterId));
  }
  const start = (batchId = '') => transact(db, someStaff(), (tx) => startIssue(tx, { batchId }));
  await at(stage, '2020-05-20T23:59:59.999+08:00');
  await start(approved[0]);
  await at(stage, '2020-05-21T00:00:00.000+08:00');
  await assert.rejects(start(approved[1]), is('registration_closed'));
});

test('一（二）4 一次性电子消费券发至会员本人账户：一张300元，6月30日24时到期，重做不多发', async () => {
  const [wallet] = await givenWallets(1);
  assert.ok(wallet);
  const [voucher, ...more] = await walletOf(wallet.personId);
  assert.ok(voucher && more.length === 0);
  assert.equal(voucher.face_fen, faceFen);
  const { rows } = await db.pool.query<{ batch_id: string; valid_to: number }>(
    'select batch_id, valid_to from voucher where voucher_id = $1',
    [wallet.voucherId],
  );
  const batchId = rows[0]?.batch_id ?? '';
  const { valid_to: validTo } = voucher;
  assert.equal(new Date(validTo).getTime(), Date.parse('2020-07-01T00:00:00+08:00'));
  await assert.rejects(
    transact(db, someStaff(), (tx) => startIssue(tx, { batchId })),
    is('state_conflict'),
  );
  await runIssue(db, someStaff(), batchId);
  assert.equal((await walletOf(wallet.personId)).length, 1);
});

test('一（二）5 单次消费金额须大于票面金额：300.00元不行，300.01元可以', async () => {
  const [wallet] = await givenWallets(1);
  assert.ok(wallet);
  const { personId } = wallet;
  for (const orderFen of [29_999n, 30_000n]) {
    const refused = await payAt(stage, till, { personId, orderFen });
    assert.equal(refused.refused, 'below_threshold');
    assert.equal(refused.cashier, '金额未达门槛，请核对金额或改用其他券');
  }
  const paid = await payAt(stage, till, { personId, orderFen: 30_001n });
  assert.deepEqual([paid.refused, paid.deductionFen, paid.cashFen], [undefined, faceFen, 1n]);
});

test('一（二）5 每次支付仅可使用一张，一次消费可多次支付', async () => {
  const [one, two] = await givenWallets(2);
  assert.ok(one && two);
  const { personId } = one;
  const both = { personId, orderFen: 70_000n, voucherIds: [one.voucherId, two.voucherId] };
  assert.equal((await payAt(stage, till, both)).refused, 'one_voucher_per_payment');
  for (const payer of [one, two]) {
    const paid = await payAt(stage, till, { personId: payer.personId, orderFen: 35_000n });
    assert.equal(paid.deductionFen, faceFen);
  }
  const spent = await payAt(stage, till, { personId, orderFen: 35_000n });
  assert.ok(spent.refused !== undefined, 'a used voucher pays nothing more');
});

test('一（二）5 不能转赠和提现', async () => {
  const [wallet, other] = await givenWallets(2);
  assert.ok(wallet && other);
  const { personId, voucherId } = wallet;
  const give = 'update voucher set person_id = $1 where voucher_id = $2';
  await assert.rejects(db.pool.query(give, [other.personId, voucherId]), /permission denied/);
  await assert.rejects(stage.owner.query(give, [other.personId, voucherId]), /keeps its owner/);
  const stolen = { personId: other.personId, orderFen: 40_000n, voucherIds: [voucherId] };
  assert.equal((await payAt(stage, till, stolen)).refused, 'not_found');
  const cash = await payAt(stage, till, { personId, orderFen: 40_000n, goods: ['cash'] });
  assert.equal(cash.refused, 'goods_not_allowed');
});

test('一（二）5 张贴受理标识的全省实体商户都可受理，没有标识的和省外的不行', async () => {
  const [wallet] = await givenWallets(1);
  assert.ok(wallet);
  const order = { personId: wallet.personId, orderFen: 40_000n };
  const shop = { industry: '餐饮', regionCode: '140106', acceptanceMark: true };
  const unmarked = await openShop(stage, { ...shop, acceptanceMark: false });
  assert.equal((await payAt(stage, unmarked, order)).refused, 'merchant_not_accepting');
  const outside = await openShop(stage, { ...shop, regionCode: '610881' });
  assert.equal((await payAt(stage, outside, order)).refused, 'merchant_not_accepting');
  const remote = await openShop(stage, { ...shop, regionCode: '141029' });
  assert.equal((await payAt(stage, remote, order)).deductionFen, faceFen);
});

test('一（二）也可发放纸质消费券：按基层工会登记张数，不超过会员人数，不动账上的钱', async () => {
  await at(stage, '2020-05-12T10:00:00+08:00');
  const { programmeId } = programme;
  const pays = { dues: faceFen };
  const branch = await givenBranch(stage, programme, { name: '九矿基层工会', pays });
  const { organisationId, funds } = branch;
  const figure = { organisationId, figure: 'members', asOf: '2020-05-01', value: 100 };
  await transact(db, someStaff(), (tx) => reportFigures(tx, [figure]));
  const fundId = funds['dues'] ?? '';
  const statement = { programmeId, organisationId, fundId, faceFen, issuedCount: 100 };
  const register = (change: Partial<typeof statement>) =>
    transact(db, someStaff(), (tx) => registerPaper(tx, { ...statement, ...change }));
  await assert.rejects(register({ issuedCount: 101 }), is('cap_exceeded'));
  await assert.rejects(register({ faceFen: fen(20_000n) }), is('invalid_rule'));
  await assert.rejects(register({ organisationId: programme.organiserId }), is('not_found'));
  await register({});
  await assert.rejects(register({ issuedCount: 1 }), is('cap_exceeded'));
  const lines = await transact(db, someStaff(), (tx) => listPaper(tx, { programmeId, limit: 10 }));
  assert.deepEqual(
    lines.map((one) => [one.name, one.level, one.issuedCount]),
    [['九矿基层工会', 'county', 100]],
  );
  assert.deepEqual(await transact(db, someStaff(), (tx) => balancesOf(tx, [fundId])), []);
});
