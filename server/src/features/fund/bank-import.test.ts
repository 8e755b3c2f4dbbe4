import assert from 'node:assert/strict';
import { createHash, randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import iconv from 'iconv-lite';
import { fen, yuanText } from '@huiquan/domain/fen.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund, someKeys } from '../../given/fund.ts';
import { givenOrganisation, someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { balancesOf } from '../../ledger/post.ts';
import {
  importBankStatement,
  listBankLines,
  rematchBankLines,
  sealStatement,
} from './bank-import.ts';
import { readStatement } from './bank-statement.ts';
import { approveConfirmation, prepareConfirmation } from './confirmation.ts';
import { openFund } from './fund.ts';
import { type FundingOrder, getFundingOrder, prepareFundingOrder } from './funding-order.ts';

let database: TestDatabase;
let db: Db;
let folder: string;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  folder = await mkdtemp(join(tmpdir(), 'huiquan-test-'));
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
  await closeDb(db);
  await database.drop();
});

const clerk = someStaff();
const keys = someKeys;
const header = '交易日期,记账时间,流水号,收入,支出,余额,摘要,附言,对方户名,对方账号';

/** One account per test: what one imports is nothing to another. */
function planPaidTo(account: string, remark = ''): string {
  return smallPlan
    .replace('6200001234567890', account)
    .replace('return_account: payer,', `return_account: payer, ${remark}`);
}

async function givenOrder(account: string, amount = 300_000n) {
  const { programmeId } = await givenProgramme(db, { planText: planPaidTo(account) });
  const fund = await givenFund(db, {
    programmeId,
    pool: 'retail',
    amountFen: amount,
    confirmed: false,
  });
  const order = await transact(db, clerk, (tx) => getFundingOrder(tx, fund.fundingOrderId ?? ''));
  return { ...fund, programmeId, order };
}

const newAccount = () => `62000${randomInt(1e9, 9e9)}`;

async function importText(
  target: { readonly programmeId: string; readonly account: string },
  text: string | Buffer,
  name = '流水.csv',
) {
  const bytes = Buffer.from(text);
  const path = join(folder, `${createHash('sha256').update(bytes).digest('hex')}.csv`);
  await writeFile(path, bytes);
  const accountNumber = target.account;
  const statement = sealStatement(keys, await readStatement(path, { name, accountNumber }));
  const digest = createHash('sha256').update(bytes).digest();
  const { programmeId } = target;
  return transact(db, clerk, (tx) =>
    importBankStatement(tx, { programmeId, accountNumber, fileName: name, digest, statement }),
  );
}

function row(order: Pick<FundingOrder, 'remarkCode' | 'totalFen'>, serial: string, more = '') {
  const amount = yuanText(order.totalFen);
  return `2023-09-01,10:00:05,${serial},${amount},,,转账,${order.remarkCode},县财政局,6222${more}`;
}

async function available(fundId: string): Promise<bigint> {
  const balances = await transact(db, clerk, (tx) => balancesOf(tx, [fundId]));
  return balances.find((one) => one.kind === 'available')?.balanceFen ?? 0n;
}

async function reasons(programmeId: string) {
  const lines = await transact(db, clerk, (tx) =>
    listBankLines(tx, { programmeId, direction: 'in', limit: 100 }),
  );
  // Lines of one second stand in no particular order.
  return lines
    .map((line) => [line.state, line.reason, line.reasonDetails['differenceFen']])
    .toSorted(([a], [b]) => String(a).localeCompare(String(b)));
}

test(
  'a bank line with the remark and the amount of an order makes its money ' + 'available',
  async () => {
    const account = newAccount();
    const { programmeId, order, fundId } = await givenOrder(account);
    assert.equal(await available(fundId), 0n);
    const done = await importText({ programmeId, account }, `${header}\n${row(order, 'S1')}\n`);
    assert.deepEqual([done.confirmed, done.waiting, done.unmatched], [1, 0, 0]);
    assert.equal(await available(fundId), 300_000n);
    assert.deepEqual(await reasons(programmeId), [['matched', null, undefined]]);
  },
);

test('a statement in GB18030 with a title above its header is read the same', async () => {
  const account = newAccount();
  const { programmeId, order, fundId } = await givenOrder(account);
  const text = `账户明细,\n账号,${account}\n${header}\n${row(order, 'S1')}\n合计,,,3000.00,,,,,,\n`;
  await importText({ programmeId, account }, iconv.encode(text, 'gb18030'));
  assert.equal(await available(fundId), 300_000n);
});

test('the same file twice is refused and the money counts once', async () => {
  const account = newAccount();
  const { programmeId, order, fundId } = await givenOrder(account);
  const text = `${header}\n${row(order, 'S1')}\n`;
  const first = await importText({ programmeId, account }, text);
  await assert.rejects(
    importText({ programmeId, account }, text),
    (error) =>
      error instanceof Refusal &&
      error.code === 'already_imported' &&
      error.details['bankFileId'] === first.bankFileId,
  );
  assert.equal(await available(fundId), 300_000n);
});

test('a file that overlaps an earlier one adds only its new lines', async () => {
  const account = newAccount();
  const { programmeId, order } = await givenOrder(account);
  await importText({ programmeId, account }, `${header}\n${row(order, 'S1')}\n`);
  const text = `${header}\n${row(order, 'S1')}\n${row(order, 'S2')}\n${row(order, 'S2')}\n`;
  const done = await importText({ programmeId, account }, text);
  assert.deepEqual([done.lines, done.newLines], [2, 1]);
  assert.deepEqual(await reasons(programmeId), [
    ['matched', null, undefined],
    ['unmatched', 'already_confirmed', undefined],
  ]);
});

test('two honest identical lines without serial number are two payments', async () => {
  const account = newAccount();
  const { programmeId, order, fundId } = await givenOrder(account);
  const text = `${header}\n${row(order, '')}\n${row(order, '')}\n`;
  const done = await importText({ programmeId, account }, text);
  assert.deepEqual([done.newLines, done.confirmed, done.unmatched], [2, 1, 1]);
  const again = await importText({ programmeId, account }, `${text}\n`);
  assert.equal(again.newLines, 0);
  assert.equal(await available(fundId), 300_000n);
});

test('a serial number that now stands for another amount refuses the whole file', async () => {
  const account = newAccount();
  const { programmeId, order, fundId } = await givenOrder(account);
  const wrong = { ...order, totalFen: fen(order.totalFen + 1n) };
  await importText({ programmeId, account }, `${header}\n${row(wrong, 'S1')}\n`);
  await assert.rejects(
    importText({ programmeId, account }, `${header}\n${row(order, 'S1')}\n${row(order, 'S2')}\n`),
    (error) => error instanceof Refusal && error.details['reason'] === 'serial_contradicts',
  );
  assert.equal(await available(fundId), 0n);
});

test('an amount that is one 分 off stands unmatched with the difference', async () => {
  const account = newAccount();
  const { programmeId, order, fundId } = await givenOrder(account);
  const less = { ...order, totalFen: fen(order.totalFen - 1n) };
  await importText({ programmeId, account }, `${header}\n${row(less, 'S1')}\n`);
  assert.deepEqual(await reasons(programmeId), [['unmatched', 'amount_differs', -1]]);
  assert.equal(await available(fundId), 0n);
});

test('a remark nobody was given, also as part of a longer number, matches nothing', async () => {
  const account = newAccount();
  const { programmeId, order } = await givenOrder(account);
  const longer = { ...order, remarkCode: `2${order.remarkCode}` };
  await importText({ programmeId, account }, `${header}\n${row(longer, 'S1')}\n`);
  assert.deepEqual(await reasons(programmeId), [['unmatched', 'no_order_with_remark', undefined]]);
});

test('balances that do not follow from line to line refuse the file', async () => {
  const account = newAccount();
  const { programmeId } = await givenOrder(account);
  const line = (serial: string, income: string, balance: string) =>
    `2023-09-01,10:00:05,${serial},${income},,${balance},转账,无,县财政局,6222`;
  const whole = `${header}\n${line('A', '1.00', '11.00')}\n${line('B', '2.00', '13.00')}\n`;
  const newestFirst = `${header}\n${line('D', '2.00', '16.00')}\n${line('C', '1.00', '14.00')}\n`;
  assert.equal((await importText({ programmeId, account }, whole)).newLines, 2);
  assert.equal((await importText({ programmeId, account }, newestFirst)).newLines, 2);
  await assert.rejects(
    importText(
      { programmeId, account },
      `${header}\n${line('E', '1.00', '17.00')}\n${line('F', '2.00', '19.01')}\n`,
    ),
    (error) => error instanceof Refusal && error.details['reason'] === 'balances',
  );
});

test('a file with an unreadable row, no header or another account refuses as a whole', async () => {
  const account = newAccount();
  const { programmeId, order } = await givenOrder(account);
  const good = row(order, 'S1');
  const bad = {
    'a day that does not exist': `${header}\n${good.replace('2023-09-01', '2023-02-30')}\n`,
    'a third decimal': `${header}\n${good.replace('3000.00', '3000.001')}\n`,
    'no amount at all': `${header}\n${good.replace('3000.00', '')}\n`,
    'no header': `${good}\n`,
    'another account': `${header},账号\n${good},9999999\n`,
    'a header without amounts': `交易日期,附言\n2023-09-01,1400\n`,
  };
  for (const [name, text] of Object.entries(bad)) {
    await assert.rejects(
      importText({ programmeId, account }, text),
      (error) => error instanceof Refusal && error.code === 'bank_file_invalid',
      name,
    );
  }
  await assert.rejects(
    importText({ programmeId, account: '123' }, `${header}\n${good}\n`),
    (error) => error instanceof Refusal && error.code === 'not_found',
  );
});

const perBranch = `per_branch: true, remark_code: "1400",`;

async function givenBranches(account: string, names: readonly string[]) {
  const organiserId = await givenOrganisation(db, { name: '省总工会', kind: 'province_union' });
  const planText = planPaidTo(account, perBranch);
  const { programmeId } = await givenProgramme(db, { planText, organiserId });
  const branches = [];
  for (const name of names) {
    const funderId = await givenOrganisation(db, {
      name,
      kind: 'branch_union',
      parentId: organiserId,
    });
    branches.push(
      await transact(db, clerk, async (tx) => {
        const { fundId } = await openFund(tx, { programmeId, pool: 'retail', funderId });
        const lines = [{ fundId, amountFen: fen(30_000) }];
        const order = await prepareFundingOrder(tx, { lines, keys });
        return { name, fundId, order };
      }),
    );
  }
  return { programmeId, branches };
}

function paid(name: string, serial: string) {
  return `2020-05-10,09:00:00,${serial},300.00,,,转账,附言1400 1400,${name},6222`;
}

test('branch unions share the remark 1400: the payer tells their equal orders apart', async () => {
  const account = newAccount();
  const names = ['一厂工会', '二厂工会', '三厂工会', '四厂工会', '五厂工会'];
  const { programmeId, branches } = await givenBranches(account, names);
  const text = [header, paid('三厂 工会', 'S1'), paid('外厂工会', 'S2'), ''].join('\n');
  const done = await importText({ programmeId, account }, text);
  assert.deepEqual([done.confirmed, done.unmatched], [1, 1]);
  const money = await Promise.all(branches.map((branch) => available(branch.fundId)));
  assert.deepEqual(money, [0n, 0n, 30_000n, 0n, 0n]);
  assert.deepEqual(await reasons(programmeId), [
    ['matched', null, undefined],
    ['unmatched', 'payer_differs', undefined],
  ]);
});

test('two equal orders of one payer are never guessed apart', async () => {
  const account = newAccount();
  const { programmeId, branches } = await givenBranches(account, ['一厂工会']);
  const [branch] = branches;
  assert.ok(branch);
  const lines = [{ fundId: branch.fundId, amountFen: fen(30_000) }];
  await transact(db, clerk, (tx) => prepareFundingOrder(tx, { lines, keys }));
  await importText({ programmeId, account }, `${header}\n${paid('一厂工会', 'S1')}\n`);
  assert.deepEqual(await reasons(programmeId), [['unmatched', 'several_orders_fit', undefined]]);
  assert.equal(await available(branch.fundId), 0n);
});

test('money that came before its order is found when somebody looks again', async () => {
  const account = newAccount();
  const { programmeId, branches } = await givenBranches(account, ['一厂工会']);
  const later = `${header}\n${paid('一厂工会', 'S1')}\n${paid('一厂工会', 'S2')}\n`;
  await importText({ programmeId, account }, later);
  const [branch] = branches;
  assert.ok(branch);
  const lines = [{ fundId: branch.fundId, amountFen: fen(30_000) }];
  await transact(db, clerk, (tx) => prepareFundingOrder(tx, { lines, keys }));
  const done = await transact(db, clerk, (tx) =>
    rematchBankLines(tx, { programmeId, accountNumber: account }),
  );
  assert.equal(done.confirmed, 1);
  assert.equal(await available(branch.fundId), 60_000n);
});

test('a plan that names who confirms money lets an exact match wait for that person', async () => {
  const account = newAccount();
  const named = '[{ act: confirm_money, prepared_by: [commerce], approved_by: [finance] }]';
  const planText = planPaidTo(account).replace('approvals: []', `approvals: ${named}`);
  const { programmeId } = await givenProgramme(db, { planText });
  const given = { programmeId, pool: 'retail', amountFen: 300_000n, confirmed: false } as const;
  const { fundId, fundingOrderId } = await givenFund(db, given);
  const order = await transact(db, clerk, (tx) => getFundingOrder(tx, fundingOrderId ?? ''));
  const done = await importText({ programmeId, account }, `${header}\n${row(order, 'S1')}\n`);
  assert.deepEqual([done.confirmed, done.waiting], [0, 1]);
  assert.equal(await available(fundId), 0n);
});

test(
  'a line that fits nothing exactly is claimed by one person and approved by ' + 'another',
  async () => {
    const account = newAccount();
    const { programmeId, branches } = await givenBranches(account, ['一厂工会', '二厂工会']);
    await importText({ programmeId, account }, `${header}\n${paid('一厂后勤部', 'S1')}\n`);
    const [line] = await transact(db, clerk, (tx) => listBankLines(tx, { programmeId, limit: 1 }));
    const [branch, other] = branches;
    assert.ok(line && branch && other);
    const evidence = { basis: 'bank_line', bankLineId: line.bankLineId } as const;
    const claim = (fundingOrderId: string) =>
      transact(db, clerk, (tx) =>
        prepareConfirmation(tx, { fundingOrderId, evidence, note: '后勤部代付' }),
      );
    const { confirmationId } = await claim(branch.order.fundingOrderId);
    assert.equal(await available(branch.fundId), 0n);
    await assert.rejects(
      claim(other.order.fundingOrderId),
      (error) => error instanceof Refusal && error.code === 'state_conflict',
    );
    const approve = (actor = someStaff()) =>
      transact(db, actor, (tx) => approveConfirmation(tx, { confirmationId }));
    await assert.rejects(
      approve(clerk),
      (error) => error instanceof Refusal && error.code === 'separation_of_duties',
    );
    await approve();
    assert.equal(await available(branch.fundId), 30_000n);
    assert.deepEqual(await reasons(programmeId), [['matched', null, undefined]]);
    await assert.rejects(
      claim(other.order.fundingOrderId),
      (error) => error instanceof Refusal && error.code === 'already_decided',
    );
  },
);

test('a line of another amount or account is not claimed for an order', async () => {
  const [account, elsewhere] = [newAccount(), newAccount()];
  const { programmeId, order } = await givenOrder(account);
  const { order: foreign } = await givenOrder(elsewhere);
  const less = { ...order, totalFen: fen(order.totalFen - 1n) };
  await importText({ programmeId, account }, `${header}\n${row(less, 'S1')}\n`);
  const [line] = await transact(db, clerk, (tx) => listBankLines(tx, { programmeId, limit: 1 }));
  assert.ok(line);
  const evidence = { basis: 'bank_line', bankLineId: line.bankLineId } as const;
  const claim = (fundingOrderId: string) =>
    transact(db, clerk, (tx) =>
      prepareConfirmation(tx, { fundingOrderId, evidence, note: '补差' }),
    );
  await assert.rejects(
    claim(order.fundingOrderId),
    (error) => error instanceof Refusal && error.details['differenceFen'] === -1n,
  );
  await assert.rejects(
    claim(foreign.fundingOrderId),
    (error) => error instanceof Refusal && error.code === 'not_found',
  );
});
