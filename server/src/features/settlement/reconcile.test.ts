import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { fen, yuanText } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact, type Actor } from '../../db/transact.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenCode, givenTry } from '../../given/redemption.ts';
import { givenSettling, specialAccount, type Settling } from '../../given/settlement.ts';
import { verify } from '../audit/verify.ts';
import { importBankStatement, sealStatement } from '../fund/bank-import.ts';
import { readStatement } from '../fund/bank-statement.ts';
import { markSent } from '../redemption/decide.ts';
import { closeException } from './close-exception.ts';
import { listExceptions, proposeClosing, type Resolution } from './exception.ts';
import { importNetworkFile, readNetworkFile } from './network-file.ts';
import { payRuns, recheckRuns } from './pay-run.ts';
import { reconcileBank } from './reconcile-bank.ts';
import { reconcileNetwork } from './reconcile-network.ts';
import { listReconciliationDays } from './reconciliation-day.ts';
import { retryPayout } from './retry-payout.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let shop: Settling;
let programmeId: string;
let folder: string;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 8 });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  shop = await givenSettling(db, owner);
  ({ programmeId } = shop.programme);
  folder = await mkdtemp(join(tmpdir(), 'huiquan-reconcile-'));
});
after(async () => {
  await rm(folder, { recursive: true });
  await closeDb(db);
  await owner.end();
  await database.drop();
});

const refused = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code;
const proven = async () => assert.equal((await verify(db)).firstBad, null);

async function importStatement(from: string, to = from): Promise<void> {
  const account = specialAccount;
  const layout = 'debit_credit' as const;
  const request = { account, fromDay: from, toDay: to, layout, encoding: 'gb18030' as const };
  const answer = await shop.bank.statement(request, { timeoutMs: 1_000 });
  if (answer.outcome !== 'statement') assert.fail(answer.outcome);
  const path = join(folder, 'statement.csv');
  await writeFile(path, answer.bytes);
  const read = await readStatement(path, { name: answer.fileName, accountNumber: account });
  await transact(db, shop.clerk, (tx) =>
    importBankStatement(tx, {
      programmeId,
      accountNumber: account,
      fileName: answer.fileName,
      digest: createHash('sha256').update(answer.bytes).digest(),
      statement: sealStatement(shop.keys, read),
    }),
  );
}
const compare = (day: string) =>
  transact(db, shop.clerk, (tx) => reconcileBank(tx, { programmeId, day }));
const open = async () =>
  transact(db, shop.clerk, (tx) => listExceptions(tx, { programmeId, state: 'open', limit: 50 }));
const propose = (exceptionId: string, resolution: Resolution) =>
  transact(db, shop.clerk, (tx) =>
    proposeClosing(tx, { exceptionId, resolution, note: '已与银行核实' }),
  );
const close = (exceptionId: string, actor: Actor = shop.boss) =>
  transact(db, actor, (tx) => closeException(tx, { exceptionId }));
async function payoutOf(runId: string): Promise<string> {
  const { rows } = await owner.query<{ payout_id: string }>(
    'select payout_id from payout where run_id = $1',
    [runId],
  );
  return rows[0]?.payout_id ?? assert.fail();
}
const steps = async (count: number) => {
  for (let step = 0; step < count; step += 1) await payRuns(shop.payer, shop.boss);
};

test('a day without a statement is not compared', async () => {
  await assert.rejects(compare('2023-09-02'), refused('state_conflict'));
});

test('a paid payout and its line in the statement are matched, count and sum agree', async () => {
  await shop.redeem(2);
  await shop.at('2023-09-02T09:00:00+08:00');
  const { runId } = await shop.approved();
  await steps(2);
  await importStatement('2023-09-02');
  const day = await compare('2023-09-02');
  assert.deepEqual(
    [day.oursCount, day.oursFen, day.theirsCount, day.theirsFen, day.differenceCount],
    [1, 8_000n, 1, 8_000n, 0],
  );
  const { rows } = await owner.query(
    `select matched_id from bank_line where matched_kind = 'payout' and state = 'matched'`,
  );
  assert.deepEqual(rows, [{ matched_id: await payoutOf(runId) }]);
  assert.deepEqual(await open(), []);
  assert.equal((await compare('2023-09-02')).differenceCount, 0);
});

test('said failed, yet the statement shows it left: no second attempt', async () => {
  await shop.redeem(1);
  await shop.at('2023-09-03T09:00:00+08:00');
  const { runId } = await shop.approved();
  const payoutId = await payoutOf(runId);
  shop.bank.fate(payoutId, { kind: 'pay_but_say_failed' });
  await steps(2);
  await importStatement('2023-09-03');
  await shop.at('2023-09-04T02:00:00+08:00');
  for (let times = 0; times < 2; times += 1) {
    assert.equal((await compare('2023-09-03')).differenceCount, 1);
  }
  const found = (await open()).filter((one) => one.source === 'bank_statement');
  assert.equal(found.length, 1);
  const [exception] = found;
  assert.ok(exception);
  assert.deepEqual(
    [exception.payoutId, exception.verdict, exception.details],
    [
      payoutId,
      'state_differs',
      { ours: 'failed', theirs: 'paid', oursFen: 4_000, theirsFen: 4_000 },
    ],
  );
  const retry = transact(db, shop.clerk, (tx) => retryPayout(tx, { payoutId }));
  await assert.rejects(retry, refused('state_conflict'));
  await assert.rejects(close(exception.exceptionId), refused('state_conflict'));
  await propose(exception.exceptionId, 'was_paid');
  await assert.rejects(close(exception.exceptionId, shop.clerk), refused('separation_of_duties'));
  const before = await shop.balance('settled');
  await close(exception.exceptionId);
  assert.equal(await shop.balance('settled'), before + 4_000n);
  await assert.rejects(close(exception.exceptionId), refused('already_decided'));
  await proven();
});

test('paid by our books and in no statement: short the day after, never twice', async () => {
  await shop.redeem(1);
  await shop.at('2023-09-05T23:45:00+08:00');
  const { runId } = await shop.approved();
  const payoutId = await payoutOf(runId);
  await steps(2);
  await owner.query(`update payout set bank_serial = 'none' where payout_id = $1`, [payoutId]);
  shop.bank.depositByFunder({
    account: specialAccount,
    amountFen: fen(1n),
    remark: '利息',
    payer: { name: '银行', account: '1' },
  });
  // A statement that reaches the day, without our line.
  await importStatement('2023-09-05');
  await owner.query(`delete from bank_line where order_number = $1`, [payoutId]);
  assert.equal((await compare('2023-09-05')).parkedCount, 1);
  await shop.at('2023-09-06T23:00:00+08:00');
  shop.bank.depositByFunder({
    account: specialAccount,
    amountFen: fen(1n),
    remark: '利息',
    payer: { name: '银行', account: '1' },
  });
  await importStatement('2023-09-06');
  await compare('2023-09-06');
  await compare('2023-09-06');
  const found = (await open()).filter((one) => one.verdict === 'ours_only');
  assert.deepEqual(
    found.map((one) => [one.payoutId, one.details['shortage']]),
    [[payoutId, 'surplus']],
  );
});

test('money that left without our order is short until two explain it', async () => {
  await owner.query(
    `insert into bank_line (bank_line_id, bank_file_id, account_number, serial, occurrence,
       posted_at, direction, amount_fen, remark, state)
     select $1, bank_file_id, account_number, 'fee-1', 1, '2023-09-06T12:00:00+08:00', 'out', 500,
       '手续费', 'unmatched' from bank_line limit 1`,
    [newId()],
  );
  await compare('2023-09-06');
  const fee = (await open()).find((one) => one.verdict === 'theirs_only');
  assert.equal(fee?.details['shortage'], 'short');
  const id = fee?.exceptionId ?? '';
  await assert.rejects(propose(id, 'was_paid'), refused('state_conflict'));
  await propose(id, 'explained');
  await close(id, someStaff());
  const { rows } = await owner.query(`select state from bank_line where serial = 'fee-1'`);
  assert.deepEqual(rows, [{ state: 'explained' }]);
  await proven();
});

test('what came back by the payee’s bank is matched in both directions', async () => {
  await shop.redeem(1);
  await shop.at('2023-09-08T09:00:00+08:00');
  const { runId } = await shop.approved();
  const payoutId = await payoutOf(runId);
  shop.bank.fate(payoutId, { kind: 'return', reason: 'account_closed', afterMs: 3_600_000 });
  await steps(2);
  await shop.at('2023-09-08T12:00:00+08:00');
  await recheckRuns(shop.payer, shop.boss);
  await importStatement('2023-09-08');
  await compare('2023-09-08');
  const { rows } = await owner.query(
    `select direction from bank_line where matched_id = $1 order by direction`,
    [payoutId],
  );
  assert.deepEqual(rows, [{ direction: 'in' }, { direction: 'out' }]);
  await proven();
});

async function networkTry() {
  const [voucher] = await shop.wallets(1);
  assert.ok(voucher);
  const { digits: code } = await givenCode(db, { personId: voucher.personId, keys: shop.keys });
  const order = { code, orderFen: fen(18_000n), payment: 'network' } as const;
  const outcome = await givenTry(db, { ...shop, ...order });
  if (outcome.refused !== undefined) assert.fail(outcome.refused);
  const { redemptionId } = outcome.tried;
  await transact(db, shop.clerk, (tx) => markSent(tx, { redemptionId, nextQueryAt: tx.now }));
  return redemptionId;
}

test('the network’s file shows what nobody told, and two persons decide by it', async () => {
  await shop.at('2023-09-09T10:00:00+08:00');
  const [unknown, absent] = [await networkTry(), newId()];
  const path = join(folder, 'network.csv');
  const rows = [
    ['支付单号', '交易类型', '交易金额(元)', '交易时间'],
    [unknown, '消费', yuanText(14_000n), '2023-09-09 10:00:05'],
    [absent, '消费', yuanText(100n), '2023-09-09 23:29:59'],
    ['总笔数', '2', '', ''],
  ];
  await writeFile(path, rows.map((row) => row.map((cell) => `\`${cell}`).join(',')).join('\r\n'));
  const lines = await readNetworkFile(path, { name: 'network.csv' });
  const digest = createHash('sha256').update('file').digest();
  const file = { programmeId, day: '2023-09-09', fileName: 'network.csv', digest, lines };
  const store = () => transact(db, shop.clerk, (tx) => importNetworkFile(tx, file));
  assert.equal((await store()).newLines, 2);
  await assert.rejects(store, refused('already_imported'));
  const other = { ...file, digest: createHash('sha256').update('other').digest() };
  const wrong = lines.map((line) => ({ ...line, amountFen: fen(1n) }));
  await assert.rejects(
    transact(db, shop.clerk, (tx) => importNetworkFile(tx, { ...other, lines: wrong })),
    refused('bank_file_invalid'),
  );
  const day = await transact(db, shop.clerk, (tx) =>
    reconcileNetwork(tx, { programmeId, day: '2023-09-09' }),
  );
  assert.deepEqual([day.oursCount, day.theirsCount, day.differenceCount], [0, 2, 2]);
  const found = (await open()).filter((one) => one.source === 'network_file');
  assert.deepEqual(
    found.map((one) => [one.verdict, one.redemptionId]).toSorted(),
    [
      ['state_differs', unknown],
      ['theirs_only', null],
    ].toSorted(),
  );
  const exceptionId = found.find((one) => one.redemptionId === unknown)?.exceptionId ?? '';
  await propose(exceptionId, 'was_paid');
  await close(exceptionId);
  const { rows: decided } = await owner.query(
    'select state from redemption where redemption_id = $1',
    [unknown],
  );
  assert.deepEqual(decided, [{ state: 'committed' }]);
  const days = await transact(db, shop.clerk, (tx) => listReconciliationDays(tx, programmeId));
  assert.ok(days.some((one) => one.source === 'network_file' && one.day === '2023-09-09'));
  await proven();
});
