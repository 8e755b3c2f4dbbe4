import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenMerchant } from '../../given/merchant.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenSettling, specialAccount, type Settling } from '../../given/settlement.ts';
import { makeBankSandbox, type Fate } from '../../ports/bank.sandbox.ts';
import type { Behaviour } from '../../ports/behaviour.ts';
import { verify } from '../audit/verify.ts';
import { collectReceipts, payRuns, recheckRuns, resendRun, sendRun } from './pay-run.ts';
import type { PayOrder } from '../../given/pay-worker.ts';
import { applyReceipt } from './receipt.ts';
import { decidePayout, payAttempts, retryPayout } from './retry-payout.ts';

const run = promisify(execFile);
let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let shop: Settling;
let day = new Date('2023-09-02T01:00:00Z');

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

/** A merchant of its own with `count` redemptions, in an approved run of the next morning. */
async function approvedRun(count = 1) {
  const { programmeId } = shop.programme;
  const merchant = await givenMerchant(db, { programmeId, category: 'retail', keys: shop.keys });
  await shop.redeem(count, { merchant });
  await nextMorning();
  const { runId, amountFen } = await shop.approved();
  const { rows } = await owner.query<{ payout_id: string }>(
    'select payout_id from payout where run_id = $1',
    [runId],
  );
  const payoutId = rows[0]?.payout_id ?? '';
  return { runId, amountFen, payoutId, merchantId: merchant.merchantId };
}
async function nextMorning() {
  await shop.at(day.toISOString());
  day = new Date(day.getTime() + 86_400_000);
}
const stateOf = async (table: 'settlement_run' | 'payout', id: string): Promise<string> => {
  const column = table === 'payout' ? 'payout_id' : 'run_id';
  const { rows } = await owner.query<{ state: string }>(
    `select state from ${table} where ${column} = $1`,
    [id],
  );
  return rows[0]?.state ?? 'absent';
};
const exceptionsOf = async (payoutId: string): Promise<string[]> => {
  const { rows } = await owner.query<{ verdict: string }>(
    'select verdict from reconciliation_exception where payout_id = $1 order by created_at',
    [payoutId],
  );
  return rows.map((row) => row.verdict);
};
const leftOf = (bank = shop.bank) => bank.balanceFen(specialAccount);
const step = () => payRuns(shop.payer, shop.boss);

test('a run is sent, its receipts collected, and what was payable is settled', async () => {
  const before = leftOf();
  const { runId, amountFen, payoutId, merchantId } = await approvedRun(3);
  assert.equal(amountFen, 12_000n);
  await step();
  assert.equal(await stateOf('settlement_run', runId), 'sent');
  await step();
  assert.equal(await stateOf('settlement_run', runId), 'finished');
  assert.equal(await stateOf('payout', payoutId), 'paid');
  assert.equal(await shop.balance('settled', merchantId), 12_000n);
  assert.equal(await shop.balance('payable', merchantId), 0n);
  assert.equal(before - leftOf(), 12_000n);
  await proven();
});

test('a run that nobody approved, or that is finished, is not sent', async () => {
  const { runId } = await approvedRun();
  await step();
  await step();
  await assert.rejects(sendRun(shop.payer, shop.boss, runId), refused('state_conflict'));
  await shop.redeem(1);
  await nextMorning();
  const [prepared] = await shop.prepare();
  const sent = sendRun(shop.payer, shop.boss, prepared?.runId ?? '');
  await assert.rejects(sent, refused('state_conflict'));
});

const troubles: readonly [string, Behaviour][] = [
  ['cannot be reached', { kind: 'unreachable' }],
  ['answers twice', { kind: 'twice' }],
  ['says no, and pays', { kind: 'contradict' }],
];
for (const [words, behaviour] of troubles) {
  test(`a bank that ${words} pays once, and once is settled`, async () => {
    const before = leftOf();
    const { runId, amountFen, merchantId } = await approvedRun();
    shop.bank.script.on(runId, behaviour);
    for (let steps = 0; steps < 4; steps += 1) await step();
    assert.equal(await stateOf('settlement_run', runId), 'finished');
    assert.equal(await shop.balance('settled', merchantId), amountFen);
    assert.equal(before - leftOf(), amountFen);
    await proven();
  });
}

for (const kind of ['silent', 'lost'] as const) {
  test(`a bank that is ${kind} leaves the run sent and is asked first`, async () => {
    const before = leftOf();
    const { runId, amountFen } = await approvedRun();
    shop.bank.script.on(runId, { kind });
    const impatient = {
      ...shop.payer,
      bank: {
        ...shop.bank,
        submitPayments: (file: Parameters<typeof shop.bank.submitPayments>[0]) =>
          shop.bank.submitPayments(file, { timeoutMs: 50 }),
      },
    };
    assert.equal(await sendRun(impatient, shop.boss, runId), 'unknown');
    assert.equal(await stateOf('settlement_run', runId), 'sent');
    for (let steps = 0; steps < 3; steps += 1) await step();
    assert.equal(await stateOf('settlement_run', runId), 'finished');
    assert.equal(before - leftOf(), amountFen);
  });
}

test('a file that the bank rejects waits for a person, who sends the same file again', async () => {
  const { runId, merchantId, amountFen } = await approvedRun();
  shop.bank.script.on(runId, { kind: 'decline' });
  await step();
  assert.equal(await stateOf('settlement_run', runId), 'approved');
  await step();
  assert.equal(await stateOf('settlement_run', runId), 'approved');
  await transact(db, shop.boss, (tx) => resendRun(tx, runId));
  await step();
  await step();
  assert.equal(await shop.balance('settled', merchantId), amountFen);
  const again = transact(db, shop.boss, (tx) => resendRun(tx, runId));
  await assert.rejects(again, refused('state_conflict'));
});

test('two server processes that step at once pay once', async () => {
  const before = leftOf();
  const { runId, amountFen } = await approvedRun();
  await Promise.all([step(), step()]);
  await Promise.all([step(), step(), step()]);
  assert.equal(await stateOf('settlement_run', runId), 'finished');
  assert.equal(before - leftOf(), amountFen);
  await proven();
});

for (const dies of ['before', 'after'] as const) {
  test(`a process killed ${dies} its file reached the bank: same id, paid once`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'huiquan-bank-'));
    const journal = join(folder, 'bank.jsonl');
    const opening = makeBankSandbox({ journal });
    const openingFen = fen(1_000_000n);
    opening.openAccount({ account: specialAccount, name: '消费券专户', openingFen });
    const { runId, amountFen, merchantId } = await approvedRun();
    const order: PayOrder = { appUrl: database.appUrl, journal, runId, dies };
    const worker = fileURLToPath(new URL('../../given/pay-worker.ts', import.meta.url));
    const env = { ...process.env, HUIQUAN_PAY: JSON.stringify(order) };
    await assert.rejects(run(process.execPath, [worker], { env }), { signal: 'SIGKILL' });
    assert.equal(await stateOf('settlement_run', runId), 'sent');
    const bank = makeBankSandbox({ journal });
    const left = openingFen - leftOf(bank);
    assert.equal(left, dies === 'after' ? amountFen : 0n);
    const payer = { ...shop.payer, bank };
    for (let steps = 0; steps < 2; steps += 1) await collectReceipts(payer, shop.boss, runId);
    assert.equal(await shop.balance('settled', merchantId), amountFen);
    assert.equal(openingFen - leftOf(bank), amountFen);
    await rm(folder, { recursive: true });
  });
}

test('a failed payout stays payable; trying again takes two persons and a new id', async () => {
  const before = leftOf();
  const { payoutId, merchantId, amountFen } = await approvedRun();
  shop.bank.fate(payoutId, { kind: 'fail', reason: 'account_closed' });
  for (let steps = 0; steps < 3; steps += 1) await step();
  assert.equal(await stateOf('payout', payoutId), 'failed');
  assert.deepEqual(await exceptionsOf(payoutId), ['state_differs']);
  assert.equal(await shop.balance('payable', merchantId), amountFen);
  const next = await transact(db, shop.clerk, (tx) => retryPayout(tx, { payoutId }));
  assert.notEqual(next.payoutId, payoutId);
  const approve = (actor = shop.boss) =>
    transact(db, actor, (tx) =>
      decidePayout(tx, { payoutId: next.payoutId, decision: 'approved' }),
    );
  await payAttempts(shop.payer, shop.boss);
  assert.equal(await stateOf('payout', next.payoutId), 'prepared');
  await assert.rejects(approve(shop.clerk), refused('separation_of_duties'));
  const twice = transact(db, shop.clerk, (tx) => retryPayout(tx, { payoutId }));
  await assert.rejects(twice, refused('state_conflict'));
  await approve();
  await assert.rejects(approve(), refused('already_decided'));
  for (let steps = 0; steps < 3; steps += 1) await payAttempts(shop.payer, shop.boss);
  assert.equal(await stateOf('payout', next.payoutId), 'paid');
  assert.equal(await shop.balance('settled', merchantId), amountFen);
  assert.equal(before - leftOf(), amountFen);
  await proven();
});

test('no second attempt against the bank’s word or to a fresh account', async () => {
  const { payoutId, merchantId, runId } = await approvedRun();
  shop.bank.fate(payoutId, { kind: 'fail', reason: 'account_closed' });
  for (let steps = 0; steps < 2; steps += 1) await step();
  const retry = () => transact(db, shop.clerk, (tx) => retryPayout(tx, { payoutId }));
  const change = (to: string | null) =>
    owner.query('update merchant set settlement_account_changed_at = $2 where merchant_id = $1', [
      merchantId,
      to,
    ]);
  await change(new Date(day.getTime() - 86_400_000).toISOString());
  await assert.rejects(retry, refused('account_on_hold'));
  await change(null);
  const paid = { outcome: 'paid', serial: 'X1', paidAt: instant(day.getTime()) } as const;
  const receipt = { instructionId: payoutId, amountFen: fen(4_000n), state: paid };
  const { programmeId } = shop.programme;
  for (let times = 0; times < 2; times += 1) {
    await transact(db, shop.boss, (tx) => applyReceipt(tx, receipt, programmeId));
  }
  assert.equal(await stateOf('payout', payoutId), 'failed');
  assert.deepEqual(await exceptionsOf(payoutId), ['state_differs', 'state_differs']);
  await assert.rejects(retry, refused('state_conflict'));
  assert.equal(await stateOf('settlement_run', runId), 'finished');
});

test('money that the payee’s bank sends back days later is payable again', async () => {
  const { payoutId, merchantId, amountFen } = await approvedRun();
  const fate: Fate = { kind: 'return', reason: 'account_closed', afterMs: 2 * 86_400_000 };
  shop.bank.fate(payoutId, fate);
  for (let steps = 0; steps < 2; steps += 1) await step();
  assert.equal(await shop.balance('settled', merchantId), amountFen);
  for (let days = 0; days < 3; days += 1) await nextMorning();
  await recheckRuns(shop.payer, shop.boss);
  await recheckRuns(shop.payer, shop.boss);
  assert.equal(await stateOf('payout', payoutId), 'came_back');
  assert.equal(await shop.balance('settled', merchantId), 0n);
  assert.equal(await shop.balance('payable', merchantId), amountFen);
  assert.deepEqual(await exceptionsOf(payoutId), ['state_differs']);
  await proven();
});

test('receipts for what we never asked, or another amount, move nothing', async () => {
  const { payoutId, merchantId, runId } = await approvedRun();
  await sendRun(shop.payer, shop.boss, runId);
  const paid = { outcome: 'paid', serial: 'X2', paidAt: instant(day.getTime()) } as const;
  const { programmeId } = shop.programme;
  const apply = (instructionId: string, amount: bigint) =>
    transact(db, someStaff(), (tx) =>
      applyReceipt(tx, { instructionId, amountFen: fen(amount), state: paid }, programmeId),
    );
  const stranger = newId();
  await apply(stranger, 4_000n);
  await apply(payoutId, 3_999n);
  await apply(payoutId, 3_999n);
  assert.deepEqual(await exceptionsOf(payoutId), ['amount_differs']);
  assert.equal(await shop.balance('settled', merchantId), 0n);
  const { rows } = await owner.query<{ verdict: string }>(
    'select verdict from reconciliation_exception where subject_key like $1',
    [`%${stranger}%`],
  );
  assert.deepEqual(rows, [{ verdict: 'theirs_only' }]);
  await step();
  assert.equal(await stateOf('payout', payoutId), 'paid');
  await proven();
});
