import assert from 'node:assert/strict';
import { mkdtempSync, appendFileSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fen } from '@huiquan/domain/fen.ts';
import { startOfDay } from '@huiquan/domain/instant.ts';
import type { Behaviour } from './behaviour.ts';
import { makePaymentNetworkSandbox } from './payment-network.sandbox.ts';
import type { Payment, PaymentNotice } from './payment-network.ts';

const call = { timeoutMs: 1_000 };
const impatient = { timeoutMs: 10 };
const payment: Payment = {
  requestId: 'r-1',
  amountFen: fen(8000),
  terminalId: 't-1',
  merchantId: 'm-1',
};

function network(...behaviours: readonly Behaviour[]) {
  const sandbox = makePaymentNetworkSandbox();
  sandbox.script.next(...behaviours);
  return sandbox;
}

test('the same payment sent twice moves the money once and gets one answer', async () => {
  const sandbox = network();
  const first = await sandbox.pay(payment, call);
  assert.equal(first.outcome, 'paid');
  assert.deepEqual(await sandbox.pay(payment, call), first);
  assert.equal(sandbox.heldFen(), 8000n);
});

test('another amount, till or merchant under a used request id moves nothing', async () => {
  const sandbox = network();
  await sandbox.pay(payment, call);
  for (const other of [{ amountFen: fen(8001) }, { terminalId: 't-2' }, { merchantId: 'm-2' }]) {
    const answer = await sandbox.pay({ ...payment, ...other }, call);
    assert.deepEqual(answer, { outcome: 'unknown', cause: 'id_reused' });
  }
  assert.equal(sandbox.heldFen(), 8000n);
});

test('a declined payment stays declined when it is sent again', async () => {
  const sandbox = network({ kind: 'decline', reason: 'insufficient_balance' });
  const no = { outcome: 'declined', reason: 'insufficient_balance' };
  assert.deepEqual(await sandbox.pay(payment, call), no);
  assert.deepEqual(await sandbox.pay(payment, call), no);
  assert.deepEqual(await sandbox.query('r-1', call), no);
  assert.equal(sandbox.heldFen(), 0n);
});

test('silence after the money moved: the till knows nothing, a query tells the truth', async () => {
  const sandbox = network({ kind: 'silent' });
  assert.deepEqual(await sandbox.pay(payment, impatient), { outcome: 'unknown', cause: 'timeout' });
  const truth = await sandbox.query('r-1', call);
  assert.equal(truth.outcome, 'paid');
  assert.equal(sandbox.heldFen(), 8000n);
});

test('a lost payment is not found later, and one that could not be sent says so', async () => {
  const sandbox = network({ kind: 'lost' }, { kind: 'unreachable' });
  assert.deepEqual(await sandbox.pay(payment, impatient), { outcome: 'unknown', cause: 'timeout' });
  assert.deepEqual(await sandbox.query('r-1', call), { outcome: 'not_found' });
  const unsent = await sandbox.pay({ ...payment, requestId: 'r-2' }, call);
  assert.deepEqual(unsent, { outcome: 'unknown', cause: 'unreachable' });
  assert.equal(sandbox.heldFen(), 0n);
});

test('a slow payment is at work until it is paid, also when nobody waits any more', async () => {
  let now = startOfDay('2023-09-01') + 36_000_000;
  const sandbox = makePaymentNetworkSandbox({ now: () => now });
  sandbox.script.next({ kind: 'slow', delayMs: 30_000 });
  assert.equal((await sandbox.pay(payment, impatient)).outcome, 'unknown');
  now += 29_999;
  assert.deepEqual(await sandbox.query('r-1', call), { outcome: 'unknown', cause: 'processing' });
  now += 1;
  assert.equal((await sandbox.query('r-1', call)).outcome, 'paid');
});

test('a reversal before the payment arrives makes the network decline it', async () => {
  const sandbox = network();
  const reversed = await sandbox.reverse('r-1', call);
  assert.equal(reversed.outcome === 'reversed' && reversed.movedFen, 0n);
  const late = await sandbox.pay(payment, call);
  assert.deepEqual(late, { outcome: 'declined', reason: 'reversed' });
  assert.equal(sandbox.heldFen(), 0n);
});

test('a reversal while a slow payment is at work wins', async () => {
  let now: number = startOfDay('2023-09-01');
  const sandbox = makePaymentNetworkSandbox({ now: () => now });
  sandbox.script.next({ kind: 'slow', delayMs: 30_000 });
  await sandbox.pay(payment, impatient);
  assert.equal((await sandbox.reverse('r-1', call)).outcome, 'reversed');
  now += 60_000;
  assert.equal((await sandbox.query('r-1', call)).outcome, 'reversed');
  assert.equal(sandbox.heldFen(), 0n);
});

test('a paid amount can be reversed on its day, once, and not on the next', async () => {
  let now = startOfDay('2023-09-02') - 1;
  const sandbox = makePaymentNetworkSandbox({ now: () => now });
  await sandbox.pay(payment, call);
  await sandbox.pay({ ...payment, requestId: 'r-2' }, call);
  const reversed = await sandbox.reverse('r-1', call);
  assert.equal(reversed.outcome === 'reversed' && reversed.movedFen, 8000n);
  now += 1;
  assert.deepEqual(await sandbox.reverse('r-1', call), reversed);
  assert.deepEqual(await sandbox.reverse('r-2', call), { outcome: 'refused', reason: 'day_over' });
  assert.equal(sandbox.heldFen(), 8000n);
});

test('refunds go back once each and never exceed the payment by one 分', async () => {
  const sandbox = network();
  await sandbox.pay(payment, call);
  const part = { refundId: 'f-1', requestId: 'r-1', amountFen: fen(3000) };
  const first = await sandbox.refund(part, call);
  assert.equal(first.outcome, 'refunded');
  assert.deepEqual(await sandbox.refund(part, call), first);
  assert.deepEqual(await sandbox.queryRefund('f-1', call), first);
  const over = { refundId: 'f-2', requestId: 'r-1', amountFen: fen(5001) };
  const refused = { outcome: 'refused', reason: 'exceeds_payment' };
  assert.deepEqual(await sandbox.refund(over, call), refused);
  const rest = { ...over, refundId: 'f-3', amountFen: fen(5000) };
  assert.equal((await sandbox.refund(rest, call)).outcome, 'refunded');
  assert.equal(sandbox.heldFen(), 0n);
  const afterRefund = { outcome: 'refused', reason: 'already_refunded' };
  assert.deepEqual(await sandbox.reverse('r-1', call), afterRefund);
  const unpaid = await sandbox.refund({ ...part, refundId: 'f-4', requestId: 'r-9' }, call);
  assert.deepEqual(unpaid, { outcome: 'refused', reason: 'not_paid' });
});

test('a refund without an answer can be asked for and is not paid twice', async () => {
  const sandbox = network({ kind: 'obey' }, { kind: 'silent' });
  await sandbox.pay(payment, call);
  const refund = { refundId: 'f-1', requestId: 'r-1', amountFen: fen(8000) };
  assert.equal((await sandbox.refund(refund, impatient)).outcome, 'unknown');
  assert.equal((await sandbox.queryRefund('f-1', call)).outcome, 'refunded');
  assert.equal((await sandbox.refund(refund, call)).outcome, 'refunded');
  assert.equal(sandbox.heldFen(), 0n);
});

test('the network may answer twice, and may contradict what it answered', async () => {
  const sandbox = network({ kind: 'twice' }, { kind: 'contradict' });
  const notices: PaymentNotice[] = [];
  const stop = sandbox.subscribe((notice) => notices.push(notice));
  await sandbox.pay(payment, call);
  await delay(5);
  assert.deepEqual(
    notices.map(({ requestId, outcome }) => [requestId, outcome]),
    [
      ['r-1', 'paid'],
      ['r-1', 'paid'],
    ],
  );
  const other = { ...payment, requestId: 'r-2' };
  assert.equal((await sandbox.pay(other, call)).outcome, 'declined');
  await delay(5);
  assert.equal(notices.at(-1)?.outcome, 'paid');
  assert.equal((await sandbox.query('r-2', call)).outcome, 'paid');
  stop();
  await sandbox.pay({ ...payment, requestId: 'r-3' }, call);
  await delay(5);
  assert.equal(notices.length, 3);
});

test('while the network is down every answer is unknown and nothing moves', async () => {
  const sandbox = network();
  await sandbox.pay(payment, call);
  sandbox.script.down('down');
  const refund = { refundId: 'f-1', requestId: 'r-1', amountFen: fen(1) };
  const answers = await Promise.all([
    sandbox.pay(payment, call),
    sandbox.pay({ ...payment, requestId: 'r-2' }, call),
    sandbox.query('r-1', call),
    sandbox.refund(refund, call),
    sandbox.queryRefund('f-1', call),
    sandbox.reverse('r-1', call),
  ]);
  for (const answer of answers) {
    assert.deepEqual(answer, { outcome: 'unknown', cause: 'unreachable' });
  }
  sandbox.script.down('up');
  assert.equal(sandbox.heldFen(), 8000n);
  assert.equal((await sandbox.query('r-1', call)).outcome, 'paid');
});

test('the network remembers over a restart, also when its last line was cut short', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'network-'));
  const journal = join(folder, 'deep', 'network.jsonl');
  const before = makePaymentNetworkSandbox({ journal });
  const paid = await before.pay(payment, call);
  await before.refund({ refundId: 'f-1', requestId: 'r-1', amountFen: fen(500) }, call);
  await before.reverse('r-2', call);
  appendFileSync(journal, '{"fact":"pay');
  const after = makePaymentNetworkSandbox({ journal });
  assert.equal(after.heldFen(), 7500n);
  assert.equal(paid.outcome, 'paid');
  const late = await after.pay({ ...payment, requestId: 'r-2' }, call);
  assert.deepEqual(late, { outcome: 'declined', reason: 'reversed' });
  assert.ok(readFileSync(journal, 'utf8').endsWith('}\n'));
  appendFileSync(journal, '{"fact":"gossip"}\n');
  assert.throws(() => makePaymentNetworkSandbox({ journal }));
  rmSync(folder, { recursive: true });
});

test('seeded luck gives a request the same fate in every run, in the asked shares', async () => {
  const fates = async (seed: string) => {
    const sandbox = makePaymentNetworkSandbox();
    sandbox.script.odds({ seed, shares: { decline: 0.2, unreachable: 0.1 } });
    const ids = Array.from({ length: 500 }, (_, n) => `r-${n}`);
    const answers = await Promise.all(
      ids.map((requestId) => sandbox.pay({ ...payment, requestId }, call)),
    );
    return answers.map((answer) => answer.outcome);
  };
  const one = await fates('a');
  assert.deepEqual(await fates('a'), one);
  assert.notDeepEqual(await fates('b'), one);
  const count = (outcome: string) => one.filter((fate) => fate === outcome).length;
  assert.ok(count('declined') > 60 && count('declined') < 140, `${count('declined')}`);
  assert.ok(count('unknown') > 25 && count('unknown') < 80, `${count('unknown')}`);
});
