import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fen, fenFromYuanText } from '@huiquan/domain/fen.ts';
import { startOfDay } from '@huiquan/domain/instant.ts';
import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { makeBankSandbox, type BankSandbox } from './bank.sandbox.ts';
import type { PaymentFile, StatementEncoding, StatementLayout } from './bank.ts';

const call = { timeoutMs: 1_000 };
const impatient = { timeoutMs: 10 };
const account = '1405012345678901';
const funder = { name: '山西省总工会', account: '0502123409300012345' };
const day = '2023-09-01';

function open(balance = 1_000_00) {
  const clock = { now: Number(startOfDay(day)) + 36_000_000 };
  const bank = makeBankSandbox({ now: () => clock.now });
  bank.openAccount({ account, name: '惠券专户', openingFen: fen(balance) });
  return { bank, clock };
}

function file(fileId: string, ...amounts: readonly number[]): PaymentFile {
  const instructions = amounts.map((amount, n) => ({
    instructionId: `${fileId}-${n}`,
    payeeName: '乡宁县某，餐饮店',
    payeeAccount: '6222020502001234567',
    amountFen: fen(amount),
    remark: `结算 ${n}`,
  }));
  return { fileId, payerAccount: account, instructions };
}

type Read = { rows: string[][]; text: string };

async function read(
  bank: BankSandbox,
  how: { layout: StatementLayout; encoding?: StatementEncoding; fromDay?: string; toDay?: string },
): Promise<Read> {
  const { layout, encoding = 'utf-8', fromDay = day, toDay = fromDay } = how;
  const answer = await bank.statement({ account, fromDay, toDay, layout, encoding }, call);
  assert.ok(answer.outcome === 'statement');
  assert.equal(answer.sha1, createHash('sha1').update(answer.bytes).digest('hex'));
  assert.match(answer.sm3, /^[0-9a-f]{64}$/);
  const text = iconv.decode(Buffer.from(answer.bytes), encoding);
  const rows: string[][] = parse(text, { relaxColumnCount: true });
  return { rows: rows.map((row) => row.map((cell) => cell.replace(/^`/, ''))), text };
}

/** Opening balance, the lines' amounts with sign, closing balance, by the names of the columns. */
function figures({ rows }: Read, layout: StatementLayout) {
  const amount = (text: string | undefined): bigint => fenFromYuanText(text ?? '') ?? 0n;
  if (layout === 'direction') {
    const [values = []] = rows.slice(-1);
    const titles = rows.at(-2) ?? [];
    const at = (title: string) => amount(values[titles.indexOf(title)]);
    const header = rows[0] ?? [];
    const lines = rows.slice(1, -2).map((row) => {
      const value = amount(row[header.indexOf('收支金额(元)')]);
      return row[header.indexOf('收支类型')] === '收入' ? value : -value;
    });
    return { opening: at('期初余额'), lines, closing: at('期末余额') };
  }
  const header = rows[3] ?? [];
  const lines = rows.slice(4, -1).map((row) => {
    const paidIn = amount(row[header.indexOf('贷方发生额')]);
    return paidIn - amount(row[header.indexOf('借方发生额')]);
  });
  return { opening: amount(rows[2]?.[1]), lines, closing: amount(rows.at(-1)?.[1]) };
}

test('a transfer shows with its 附言 in both layouts and encodings of the statement', async () => {
  const { bank } = open(0);
  bank.depositByFunder({ account, amountFen: fen(870_000_000_00), remark: '1400', payer: funder });
  for (const layout of ['debit_credit', 'direction'] as const) {
    for (const encoding of ['utf-8', 'gb18030'] as const) {
      const statement = await read(bank, { layout, encoding });
      const line = statement.rows.find((row) => row.includes('1400'));
      assert.ok(line?.includes('山西省总工会') && line.includes('870000000.00'), layout);
      assert.deepEqual(figures(statement, layout), {
        opening: 0n,
        lines: [870_000_000_00n],
        closing: 870_000_000_00n,
      });
    }
  }
});

test('UTF-8 statements begin with a byte order mark, one layout with a backtick', async () => {
  const { bank } = open();
  const request = { account, fromDay: day, toDay: day, encoding: 'utf-8' as const };
  const answer = await bank.statement({ ...request, layout: 'direction' }, call);
  assert.ok(answer.outcome === 'statement');
  assert.deepEqual(Array.from(answer.bytes.subarray(0, 4)), [0xef, 0xbb, 0xbf, 0x60]);
});

test('a payment file sent twice is paid once; other content under its id is rejected', async () => {
  const { bank } = open();
  const first = await bank.submitPayments(file('f', 300_00, 200_00), call);
  assert.deepEqual(first.outcome === 'accepted' && first.totalFen, 500_00n);
  assert.deepEqual(await bank.submitPayments(file('f', 300_00, 200_00), call), first);
  assert.deepEqual(await bank.submitPayments(file('f', 300_00, 200_01), call), {
    outcome: 'rejected',
    reason: 'file_id_reused',
  });
  assert.equal(bank.balanceFen(account), 500_00n);
});

test('the bank rejects a file it cannot take, without effect', async () => {
  const { bank } = open();
  await bank.submitPayments(file('f', 1_00), call);
  const reasons = await Promise.all(
    [
      { ...file('a', 1_00), payerAccount: 'nobody' },
      file('b'),
      file('c', 0),
      { ...file('f', 1_00), fileId: 'd' },
      {
        ...file('e', 1_00),
        instructions: [...file('e', 1).instructions, ...file('e', 1).instructions],
      },
    ].map((one) => bank.submitPayments(one, call)),
  );
  assert.deepEqual(
    reasons.map((answer) => answer.outcome === 'rejected' && answer.reason),
    [
      'unknown_account',
      'empty_file',
      'bad_amount',
      'instruction_id_reused',
      'instruction_id_reused',
    ],
  );
  assert.equal(bank.balanceFen(account), 999_00n);
});

test('an instruction that is not covered fails alone', async () => {
  const { bank } = open(500_00);
  await bank.submitPayments(file('f', 300_00, 200_01, 200_00), call);
  const answer = await bank.receipts('f', call);
  assert.ok(answer.outcome === 'receipts');
  assert.deepEqual(
    answer.receipts.map(({ state }) => (state.outcome === 'failed' ? state.reason : state.outcome)),
    ['paid', 'insufficient_balance', 'paid'],
  );
  assert.equal(bank.balanceFen(account), 0n);
});

test('a file without an answer was taken or lost: a question tells which', async () => {
  const { bank } = open();
  bank.script.next({ kind: 'silent' }, { kind: 'lost' }, { kind: 'unreachable' });
  const unknown = { outcome: 'unknown', cause: 'timeout' };
  assert.deepEqual(await bank.submitPayments(file('a', 1_00), impatient), unknown);
  assert.deepEqual(await bank.submitPayments(file('b', 1_00), impatient), unknown);
  assert.equal((await bank.submitPayments(file('c', 1_00), call)).outcome, 'unknown');
  assert.equal((await bank.queryInstruction('a-0', call)).outcome, 'paid');
  assert.equal((await bank.queryInstruction('b-0', call)).outcome, 'not_found');
  assert.equal((await bank.queryInstruction('c-0', call)).outcome, 'not_found');
  assert.equal(bank.balanceFen(account), 999_00n);
});

test('a slow file is at work until its time, and only then on the statement', async () => {
  const { bank, clock } = open();
  bank.script.next({ kind: 'slow', delayMs: 300_000 });
  assert.equal((await bank.submitPayments(file('f', 1_00), impatient)).outcome, 'unknown');
  assert.equal((await bank.queryInstruction('f-0', call)).outcome, 'processing');
  assert.equal((await bank.receipts('f', call)).outcome, 'not_found');
  assert.deepEqual(figures(await read(bank, { layout: 'direction' }), 'direction').lines, []);
  clock.now += 300_000;
  assert.equal((await bank.queryInstruction('f-0', call)).outcome, 'paid');
  assert.deepEqual(figures(await read(bank, { layout: 'direction' }), 'direction').lines, [-1_00n]);
});

test('a payment the payee bank returns leaves two lines with its instruction', async () => {
  const { bank, clock } = open();
  bank.fate('f-0', { kind: 'return', reason: 'account_closed', afterMs: 60_000 });
  await bank.submitPayments(file('f', 70_00), call);
  assert.equal((await bank.queryInstruction('f-0', call)).outcome, 'paid');
  clock.now += 60_000;
  const returned = await bank.queryInstruction('f-0', call);
  assert.ok(returned.outcome === 'returned' && returned.reason === 'account_closed');
  const statement = await read(bank, { layout: 'debit_credit' });
  const own = statement.rows.filter((row) => row.includes('f-0'));
  assert.equal(own.length, 2);
  assert.ok(own[1]?.includes('退汇') && own[1].includes(returned.serial));
  assert.equal(bank.balanceFen(account), 1_000_00n);
});

test('the bank may say that it failed while the statement shows that the money left', async () => {
  const { bank } = open();
  bank.nextFates(
    { kind: 'pay_but_say_failed' },
    { kind: 'stall' },
    { kind: 'fail', reason: 'name_mismatch' },
  );
  await bank.submitPayments(file('f', 70_00, 80_00, 90_00), call);
  assert.equal((await bank.queryInstruction('f-0', call)).outcome, 'failed');
  assert.equal((await bank.queryInstruction('f-1', call)).outcome, 'processing');
  const failed = { outcome: 'failed', reason: 'name_mismatch' };
  assert.deepEqual(await bank.queryInstruction('f-2', call), failed);
  const statement = figures(await read(bank, { layout: 'direction' }), 'direction');
  assert.deepEqual(statement.lines, [-70_00n]);
});

test('two honest transfers alike differ in the balance when serials are blank', async () => {
  const clock = Number(startOfDay(day)) + 36_000_000;
  const bank = makeBankSandbox({ now: () => clock });
  bank.openAccount({ account, name: '惠券专户', serials: 'blank' });
  const deposit = { account, amountFen: fen(50_00), remark: '1400', payer: funder };
  bank.depositByFunder(deposit);
  bank.depositByFunder(deposit);
  const { rows } = await read(bank, { layout: 'direction' });
  const [header = [], one = [], twin = []] = rows;
  const differing = header.filter((_, n) => one[n] !== twin[n]);
  assert.deepEqual(differing, ['账户结余(元)']);
});

test('a line printed twice by mistake is the same line, and the sums betray it', async () => {
  const { bank } = open();
  const deposit = { account, amountFen: fen(50_00), remark: '1400', payer: funder };
  bank.repeatLine(bank.depositByFunder(deposit));
  const statement = await read(bank, { layout: 'debit_credit' });
  assert.deepEqual(statement.rows[4], statement.rows[5]);
  const { opening, lines, closing } = figures(statement, 'debit_credit');
  assert.deepEqual(lines, [50_00n, 50_00n]);
  assert.equal(closing - opening, 50_00n);
});

test('opening plus lines is closing, which opens the next day', async () => {
  const { bank, clock } = open();
  const deposit = { account, remark: '1400', payer: funder };
  bank.depositByFunder({ ...deposit, amountFen: fen(123_45) });
  await bank.submitPayments(file('f', 10_01, 20_02), call);
  const yesterday = clock.now;
  clock.now += 86_400_000;
  // a late line: sent on the first day, booked on the second
  bank.depositByFunder({ ...deposit, amountFen: fen(7), tradedAt: yesterday });
  const span = { fromDay: day, toDay: '2023-09-02' };
  const layout = 'debit_credit';
  const first = figures(await read(bank, { layout }), layout);
  const second = await read(bank, { layout, fromDay: '2023-09-02' });
  const both = figures(await read(bank, { layout, ...span }), layout);
  const next = figures(second, layout);
  for (const { opening, lines, closing } of [first, next, both]) {
    assert.equal(
      lines.reduce((sum, line) => sum + line, opening),
      closing,
    );
  }
  assert.equal(next.opening, first.closing);
  assert.deepEqual(both.lines, [...first.lines, ...next.lines]);
  assert.equal(second.rows[4]?.[0], day);
  assert.equal(second.rows[4]?.at(-1), '2023-09-02');
});

test('there is no statement of tomorrow, a reversed span or an unknown account', async () => {
  const { bank } = open();
  const request = {
    account,
    fromDay: day,
    toDay: day,
    layout: 'direction',
    encoding: 'utf-8',
  } as const;
  const tomorrow = await bank.statement({ ...request, toDay: '2023-09-02' }, call);
  assert.deepEqual(tomorrow, { outcome: 'not_ready' });
  const reversed = await bank.statement({ ...request, fromDay: day, toDay: '2023-08-31' }, call);
  assert.deepEqual(reversed, { outcome: 'not_ready' });
  const elsewhere = await bank.statement({ ...request, account: 'nobody' }, call);
  assert.deepEqual(elsewhere, { outcome: 'unknown_account' });
});

test('receipts may come twice, and an answer may contradict what was done', async () => {
  const { bank } = open();
  bank.script.next({ kind: 'twice' }, { kind: 'contradict' });
  await bank.submitPayments(file('a', 1_00), call);
  const receipts = await bank.receipts('a', call);
  assert.equal(receipts.outcome === 'receipts' && receipts.receipts.length, 2);
  const answer = await bank.submitPayments(file('b', 2_00), call);
  assert.deepEqual(answer, { outcome: 'rejected', reason: 'other' });
  assert.equal((await bank.queryInstruction('b-0', call)).outcome, 'paid');
  assert.equal(bank.balanceFen(account), 997_00n);
});

test('a bank that is down answers nothing, and after a restart forgets nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bank-'));
  const options = { journal: join(folder, 'bank.jsonl') };
  const before = makeBankSandbox(options);
  before.openAccount({ account, name: '惠券专户', openingFen: fen(100_00) });
  await before.submitPayments(file('f', 30_00), call);
  before.script.down('down');
  const answers = await Promise.all([
    before.submitPayments(file('f', 30_00), call),
    before.submitPayments(file('g', 30_00), call),
    before.queryInstruction('f-0', call),
    before.receipts('f', call),
  ]);
  assert.ok(answers.every(({ outcome }) => outcome === 'unknown'));
  const after = makeBankSandbox(options);
  after.openAccount({ account, name: '惠券专户', openingFen: fen(100_00) });
  assert.equal(after.balanceFen(account), 70_00n);
  assert.equal((await after.submitPayments(file('f', 30_00), call)).outcome, 'accepted');
  assert.equal(after.totalFen(), 70_00n);
  rmSync(folder, { recursive: true });
});
