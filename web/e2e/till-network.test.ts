import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { transact } from '../../server/src/db/transact.ts';
import { takeNotice } from '../../server/src/features/redemption/network.ts';
import { enterAmount, givenCounter, resultOf, wedge, type Counter } from './till-counter.ts';

let counter: Counter;
before(async () => {
  counter = await givenCounter();
});
after(() => counter.drop());

test('an outcome that the network keeps to itself waits aside, then shows the truth', async () => {
  const { page } = await counter.openTill();
  const customer = await counter.resident();
  await page.getByRole('radio', { name: '网络支付' }).click();
  counter.sandboxes.paymentNetwork.script.next({ kind: 'silent' });
  await enterAmount(page, '180');
  await wedge(page, await counter.code(customer));
  await page.getByText('支付网络还没有答复').waitFor();
  assert.deepEqual(await counter.redemptions(customer), ['sent 18000 network']);
  await page.getByRole('button', { name: '先收下一位' }).click();
  await page.getByText('有 1 笔还在处理中').waitFor();
  const { rows } = await counter.sql(`select redemption_id from redemption where state = 'sent'`);
  const notice = {
    requestId: String(rows[0]?.redemption_id),
    outcome: 'paid',
    amountFen: fen(14_000),
    tradeNumber: 'T-1',
    currency: 'CNY',
    at: counter.context.clock(),
  } as const;
  const network = { kind: 'system', id: 'payment-network' } as const;
  await transact(counter.db, network, (tx) => takeNotice(tx, notice));
  await page.locator('.aside').getByText('收款完成').waitFor();
  assert.deepEqual(await counter.redemptions(customer), ['committed 18000 network']);
});

test('a declined payment gives the voucher back and says so', async () => {
  const { page } = await counter.openTill();
  const customer = await counter.resident();
  await page.getByRole('radio', { name: '网络支付' }).click();
  counter.sandboxes.paymentNetwork.script.next({ kind: 'decline' });
  await enterAmount(page, '180');
  await wedge(page, await counter.code(customer));
  assert.equal(await resultOf(page), '余款未付成功');
  assert.deepEqual(await counter.redemptions(customer), ['cancelled 18000 network']);
});
