import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { instant } from '@huiquan/domain/instant.ts';
import * as merchants from '../../server/src/features/merchant/merchant.contract.ts';
import { suspendRoute } from '../../server/src/features/merchant/sanction.contract.ts';
import { enterAmount, givenCounter, resultOf, wedge, type Counter } from './till-counter.ts';

let counter: Counter;
before(async () => {
  counter = await givenCounter();
});
after(() => counter.drop());

/** A till with a customer's voucher held and the rest to be collected. */
async function collecting(page: Page) {
  const customer = await counter.resident();
  await enterAmount(page, '180');
  await wedge(page, await counter.code(customer));
  await page.getByRole('button', { name: '已收到 140 元' }).waitFor();
  return customer;
}

test('the network is lost between try and commit: one redemption, the right result', async () => {
  const { page, context, complaints } = await counter.openTill();
  const customer = await collecting(page);
  await context.setOffline(true);
  await page.getByRole('button', { name: '已收到 140 元' }).click();
  await page.getByText('网络不通，正在自动重试。恢复后自动得出结果').waitFor();
  assert.deepEqual(await counter.redemptions(customer), ['tried 18000 merchant']);
  await context.setOffline(false);
  assert.equal(await resultOf(page), '收款完成');
  assert.deepEqual(await counter.redemptions(customer), ['committed 18000 merchant']);
  assert.deepEqual(
    complaints.filter((one) => !one.includes('ERR_INTERNET_DISCONNECTED')),
    [],
  );
});

test('an answer that never came is asked for again, also after a reload', async () => {
  const { page } = await counter.openTill();
  // The server takes the try; its answer is lost on the way.
  const lost = async (address: string, times: number) =>
    page.route(
      address,
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times },
    );
  await lost('**/api/redemptions', 1);
  const customer = await collecting(page);
  assert.deepEqual(await counter.redemptions(customer), ['tried 18000 merchant']);
  await lost('**/commit', 1_000);
  await page.getByRole('button', { name: '已收到 140 元' }).click();
  await page.getByText('网络不通，正在自动重试。恢复后自动得出结果').waitFor();
  await page.unroute('**/commit');
  await page.reload();
  assert.equal(await resultOf(page), '收款完成');
  assert.deepEqual(await counter.redemptions(customer), ['committed 18000 merchant']);
});

test('a till that is paused after bad scans says for how long', async () => {
  const { page } = await counter.openTill();
  const customer = await counter.resident();
  await counter.sql(`update terminal set paused_until = business_now() + interval '3 seconds'`);
  await enterAmount(page, '180');
  await wedge(page, await counter.code(customer));
  await page.getByText(/请等 [1-3] 秒再扫/).waitFor();
  assert.equal(await page.getByText('这个付款码已作废').count(), 0);
  await counter.sql(`update terminal set paused_until = null`);
});

test('a code of a minute ago is refused, whatever the clock of the till says', async () => {
  const { page } = await counter.openTill();
  const customer = await counter.resident();
  const code = await counter.code(customer);
  const later = instant(counter.context.clock() + 400_000);
  await counter.setClock(later);
  await enterAmount(page, '180');
  await wedge(page, code);
  await page.getByText('付款码已过期，请顾客刷新后重扫').waitFor();
  assert.deepEqual(await counter.redemptions(customer), []);
  await counter.setClock(undefined);
});

test('an ended cashier, a suspended merchant, an unbound till act on the next scan', async () => {
  const { page } = await counter.openTill();
  const customer = await counter.resident();
  const { shopId, merchantId } = counter.merchant;
  const staffId = counter.cashierId;
  await enterAmount(page, '180');
  const params = { shopId, staffId };
  await counter.request(merchants.endCashierRoute, { params }, counter.owner);
  await wedge(page, await counter.code(customer));
  await page.getByText('登录已失效，请重新登录').waitFor();
  await counter.request(merchants.addCashierRoute, { params }, counter.owner);
  await counter.signIn(page, 'cashier');
  // The scan that was interrupted goes on by itself.
  await page.getByRole('button', { name: '取消，不用券了' }).click();
  await page.getByRole('button', { name: '下一笔' }).click();
  const { programmeId, parties } = counter.programme;
  const scope = { kind: 'programme', id: programmeId };
  const bureau = await counter.signInStaff('COM', scope, parties['commerce']);
  const suspended = { params: { programmeId, merchantId }, body: { evidence: '群众举报' } };
  const done = await counter.request(suspendRoute, suspended, bureau);
  assert.equal(done.status, 201, done.text);
  await enterAmount(page, '180');
  await wedge(page, await counter.code(customer));
  await page.getByText(/本商户已被暂停受理消费券/).waitFor();
  await page.getByRole('button', { name: '下一笔' }).click();
  const { rows } = await counter.sql(
    `select terminal_id from terminal order by bound_at desc limit 1`,
  );
  const terminalId = String(rows[0]?.terminal_id);
  const released = { params: { terminalId } };
  await counter.request(merchants.releaseTerminalRoute, released, counter.owner);
  await page.getByRole('link', { name: '合计' }).click();
  await page.getByText('本机已在别处解绑，不能再收款').waitFor();
});
