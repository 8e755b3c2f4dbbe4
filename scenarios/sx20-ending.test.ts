import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fen, sumFen } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { closeDb, type Db, openDb } from '../server/src/db/pool.ts';
import { testDatabase, type TestDatabase } from '../server/src/db/test-database.ts';
import { snapshot, transact } from '../server/src/db/transact.ts';
import { verify } from '../server/src/features/audit/verify.ts';
import { evaluateProgramme } from '../server/src/features/evaluation/evaluate.ts';
import { extendProgramme } from '../server/src/features/expiry/extension.ts';
import { releaseDue } from '../server/src/features/expiry/expiry.ts';
import { prepareClosing } from '../server/src/features/expiry/closing.ts';
import { checkPlanFile } from '../server/src/features/programme/plan-file.ts';
import { someKeys } from '../server/src/given/fund.ts';
import { givenIssuedBatch } from '../server/src/given/issuing.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import { type GivenProgramme, programmeText } from '../server/src/given/programme.ts';
import { balancesOf } from '../server/src/ledger/post.ts';
import {
  type BranchUnion,
  findWallet,
  givenBranch,
  givenConfirmedList,
  givenPaidBranch,
  givenUnionProgramme,
  givenWalletsOf,
  payAt,
  registerMember,
  someMembers,
  type Wallet,
} from './sx20e-branch.ts';
import { closeAndReturn, planFile, preparedExtension } from './sx20e-load.ts';
import { confirmAll, importPayments } from './sx20e-money.ts';
import { openShop, type Till } from './sx20e-spending.ts';
import { at, type Stage } from './sx20e-stage.ts';

const faceFen = fen(30_000n);
const orderFen = 30_001n;
let database: TestDatabase;
let db: Db;
let owner: Db;
let stage: Stage;
let till: Till;
/** Extended in time, by the notice. */
let extended: GivenProgramme;
let inTime: readonly Wallet[];
/** Extended only when its vouchers had ended. */
let ended: GivenProgramme;
let tooLate: readonly Wallet[];

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = openDb({ url: database.migratorUrl, max: 1 });
  const folder = await mkdtemp(join(tmpdir(), 'sx20-'));
  stage = { db, owner: owner.pool, keys: someKeys, folder };
  await at(stage, '2020-04-26T09:00:00+08:00');
  till = await openShop(stage, { industry: '百货', regionCode: '140106', acceptanceMark: true });
  extended = await givenUnionProgramme(stage);
  ended = await givenUnionProgramme(stage);
  inTime = await givenWalletsOf(stage, extended, 3);
  tooLate = await givenWalletsOf(stage, ended, 3);
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

const pay = (wallet: Wallet | undefined) =>
  payAt(stage, till, { personId: wallet?.personId ?? '', orderFen });

async function balances(fundIds: readonly string[]): Promise<Readonly<Record<string, bigint>>> {
  const rows = await transact(db, someStaff(), (tx) => balancesOf(tx, fundIds));
  const kinds = [...new Set(rows.map((row) => row.kind))];
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      sumFen(rows.filter((row) => row.kind === kind).map((row) => row.balanceFen)),
    ]),
  );
}

/** A branch whose dues do not reach: its other sources pay the rest. */
async function givenMixedBranch(): Promise<{ branch: BranchUnion; personIds: string[] }> {
  await at(stage, '2020-05-08T10:00:00+08:00');
  const pays = {
    dues: fen(2n * faceFen),
    retained: faceFen,
    admin_subsidy: fen(3n * faceFen),
    after_tax_profit: fen(4n * faceFen),
  };
  const name = '资金来源齐全的基层工会';
  const branch = await givenBranch(stage, ended, { name, pays });
  for (const payment of branch.payments) await importPayments(stage, ended.programmeId, [payment]);
  await confirmAll(stage, ended.programmeId);
  const members = someMembers(10);
  const personIds: string[] = [];
  for (const member of members.slice(0, 9)) personIds.push(await registerMember(stage, member));
  const list = { branch, members };
  await givenIssuedBatch(db, await givenConfirmedList(stage, ended.programmeId, list));
  return { branch, personIds };
}
let mixed: { readonly branch: BranchUnion; readonly personIds: readonly string[] };

test('三 先用会费和留成，不足的由行政补助、税后利润补助，每张券只由一笔资金支付', async () => {
  mixed = await givenMixedBranch();
  const { funds } = mixed.branch;
  const used = (await Promise.all(mixed.personIds.map((id) => findWallet(stage, id)))).flat();
  assert.equal(used.length, 9);
  const { rows } = await db.pool.query<{ fund_id: string; start_fen: bigint; end_fen: bigint }>(
    `select g.fund_id, g.start_fen, g.end_fen from issue_batch_range g
     join fund f on f.fund_id = g.fund_id where f.funder_id = $1 order by g.start_fen`,
    [mixed.branch.organisationId],
  );
  assert.deepEqual(
    rows.map((row) => [row.fund_id, row.end_fen - row.start_fen]),
    [
      [funds['dues'], 2n * faceFen],
      [funds['retained'], faceFen],
      [funds['admin_subsidy'], 3n * faceFen],
      [funds['after_tax_profit'], 4n * faceFen],
    ],
  );
});

test('二 “云游行”旅游年卡：方案写明，检查程序如实说尚不能办理，评估里没有它的数', async () => {
  const { plan, findings } = checkPlanFile(programmeText(planFile));
  const cap = plan?.benefits.find((one) => one.benefit === 'travel_card');
  assert.deepEqual([cap?.maxFen, cap?.clause], [20_000n, '二']);
  const notBuilt = findings.filter((one) => one.code === 'feature_not_built');
  assert.ok(notBuilt.some((one) => one.figures?.['feature'] === 'benefit_spending'));
  const evaluation = await snapshot(db, someStaff(), (tx) =>
    evaluateProgramme(tx, extended.programmeId),
  );
  assert.deepEqual(evaluation.notBuilt, ['旅游年卡']);
});

test('一（三）延期须由另一人批准，批准后未到期的券改到7月10日24时', async () => {
  await at(stage, '2020-06-28T10:00:00+08:00');
  const { preparer, extension } = await preparedExtension(stage, extended);
  await assert.rejects(
    transact(db, preparer, (tx) => extendProgramme(tx, extension)),
    is('separation_of_duties'),
  );
  const { moved } = await transact(db, someStaff(), (tx) => extendProgramme(tx, extension));
  assert.equal(moved, 3);
  const [voucher] = await findWallet(stage, inTime[0]?.personId ?? '');
  assert.ok(voucher !== undefined);
  assert.equal(instantText(voucher.valid_to), '2020-07-11T00:00:00+08:00');
});

test('一（三）须在6月30日24时前消费完毕：最后一毫秒可用，24时整过期', async () => {
  await at(stage, '2020-06-30T23:59:59.999+08:00');
  assert.equal((await pay(tooLate[0])).deductionFen, faceFen);
  await at(stage, '2020-07-01T00:00:00.000+08:00');
  const refused = await pay(tooLate[1]);
  assert.deepEqual([refused.refused, refused.cashier], ['voucher_expired', '此券已过期，不能使用']);
});

test('一（三）延期不救活已经过期的券', async () => {
  await at(stage, '2020-07-01T09:00:00+08:00');
  await releaseDue(db, someStaff());
  const { extension } = await preparedExtension(stage, ended);
  const { moved } = await transact(db, someStaff(), (tx) => extendProgramme(tx, extension));
  assert.equal(moved, 0);
  assert.equal((await pay(tooLate[2])).refused, 'voucher_expired');
});

test('一（三）延期后7月10日24时前最后一毫秒可用，24时整过期', async () => {
  await at(stage, '2020-07-10T23:59:59.999+08:00');
  const { programmeId } = extended;
  await assert.rejects(
    transact(db, someStaff(), (tx) => prepareClosing(tx, { programmeId })),
    is('state_conflict'),
  );
  assert.equal((await pay(inTime[0])).deductionFen, faceFen);
  await at(stage, '2020-07-11T00:00:00.000+08:00');
  assert.equal((await pay(inTime[1])).refused, 'voucher_expired');
});

test('一（三）逾期未消费部分退回基层工会账户，单位补助的钱和无人领取的钱也退回', async () => {
  await closeAndReturn(stage, ended.programmeId);
  const { funds, organisationId, name } = mixed.branch;
  const held = await balances(Object.values(funds));
  // Nine vouchers ended unused; the tenth member never registered.
  assert.equal(held['returned'], 10n * faceFen);
  assert.deepEqual([held['return_due'], held['outstanding'], held['available']], [0n, 0n, 0n]);
  const { rows } = await db.pool.query<{ return_account: Buffer; key: number }>(
    'select return_account, return_account_key_id as key from fund where funder_id = $1',
    [organisationId],
  );
  const owners = rows.map((row) => JSON.parse(someKeys.open(row.return_account, row.key)).name);
  assert.deepEqual(owners, [name, name, name, name]);
});

test('一（三）结束之后不能再用、不能再缴款，账上只剩应付商户的钱', async () => {
  await closeAndReturn(stage, extended.programmeId);
  assert.equal((await pay(inTime[2])).refused, 'voucher_expired');
  await assert.rejects(
    givenPaidBranch(stage, extended, { name: '迟到的基层工会', members: 1 }),
    is('programme_closed'),
  );
  const evaluation = await snapshot(db, someStaff(), (tx) =>
    evaluateProgramme(tx, extended.programmeId),
  );
  const { money, spending } = evaluation;
  assert.deepEqual([money.fundedFen, spending.redeemedFen], [3n * faceFen, faceFen]);
  assert.deepEqual([money.payableFen, money.returnedFen], [faceFen, 2n * faceFen]);
});

test('五 纪律要求：五个“不准”写在方案里，随方案公布', () => {
  const { file } = checkPlanFile(programmeText(planFile));
  assert.equal(file?.discipline?.length, 5);
  assert.ok(file.discipline.every((one) => one.startsWith('不准')));
});
