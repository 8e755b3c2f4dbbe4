import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { desktop } from './served-app.ts';
import { enterAmount, givenCounter, resultOf, wedge, type Counter } from './till-counter.ts';

let counter: Counter;
before(async () => {
  counter = await givenCounter();
  await counter.hire('second', '王建国');
});
after(() => counter.drop());

const screens = process.env['HUIQUAN_SHOTS'];
const shot = async (page: Page, name: string) => {
  if (screens !== undefined) await page.screenshot({ path: `${screens}/till-${name}.png` });
};

/** Sells 180元 against one voucher of 40元. */
async function sell(page: Page): Promise<void> {
  const customer = await counter.resident();
  await enterAmount(page, '180');
  await wedge(page, await counter.code(customer));
  await page.getByRole('button', { name: '已收到 140 元' }).click();
  assert.equal(await resultOf(page), '收款完成');
  await page.getByRole('button', { name: '下一笔' }).click();
}

const sheet = (page: Page) => page.locator('dialog.sheet');

test('a list, a reversal by its cashier, a refund in parts, totals by cashier', async () => {
  const { page, complaints } = await counter.openTill(desktop);
  await page.getByText('今天还没有核销记录').waitFor();
  await shot(page, 'desktop-empty');
  await sell(page);
  await sell(page);
  await shot(page, 'desktop');
  await page.getByRole('link', { name: '今日' }).click();
  const lines = page.locator('.rows li');
  assert.equal(await lines.count(), 2);
  await shot(page, 'today');

  await lines.first().click();
  await shot(page, 'dialog');
  await sheet(page).getByRole('button', { name: '整笔撤销' }).click();
  await sheet(page).getByText('140 元，请从店内退还').waitFor();
  await sheet(page).getByRole('button', { name: '确认撤销' }).click();
  await sheet(page).getByText('已办理').waitFor();
  await sheet(page).getByRole('button', { name: '关闭' }).click();
  await lines.first().getByText('已撤销').waitFor();

  await lines.nth(1).click();
  await sheet(page).getByRole('button', { name: '退货退款' }).click();
  await sheet(page).getByText('退回顾客，原有效期不变').waitFor();
  await sheet(page).getByLabel('退款金额').fill('180.01');
  await sheet(page).getByText('退款超过了这笔余下的金额').waitFor();
  await sheet(page).getByLabel('退款金额').fill('90');
  await sheet(page).getByLabel('退款单号').fill('T20260101-1');
  await sheet(page).getByText('20 元退回活动资金').waitFor();
  await shot(page, 'refund');
  await sheet(page).getByRole('button', { name: '确认退款 90 元' }).click();
  await sheet(page).getByText('已办理').waitFor();
  await sheet(page).getByText('70 元，请从店内退还').waitFor();
  await sheet(page).getByRole('button', { name: '关闭' }).click();
  await lines.nth(1).getByText('已退 90 元').waitFor();

  await page.getByRole('link', { name: '合计' }).click();
  const card = page.locator('.totals-card').first();
  const words = (await card.innerText()).replaceAll(/\s+/g, ' ');
  assert.match(words, /全店合计 核销（笔） 2 订单金额（元） 360 消费券（元） 80/);
  assert.match(words, /店内实收（元） 280 退款（笔） 2 退款金额（元） 270/);
  assert.match(words, /其中券（元） 60 店内退出（元） 210 钱柜应有（元） 70/);
  await shot(page, 'totals');
  assert.deepEqual(complaints, []);
});

test('another cashier sees the sale, may not reverse it, and can refund it', async () => {
  const { page } = await counter.openTill(desktop, 'second');
  await page.getByRole('link', { name: '今日' }).click();
  await page.locator('.rows li').nth(1).click();
  await sheet(page).getByText('当日撤销只能由原收银员办理').waitFor();
  await sheet(page).getByRole('button', { name: '退货退款' }).click();
  await sheet(page).getByText('最多可退 90 元').waitFor();
});

test('locking ends the session: nobody goes on in the name of another', async () => {
  const { page } = await counter.openTill();
  await page.getByRole('link', { name: '本机' }).click();
  await shot(page, 'till-page');
  await page.getByRole('button', { name: '锁屏' }).click();
  await page.getByText('已锁屏，请登录后继续。').waitFor();
  const { rows } = await counter.sql(
    `select count(*)::int as live from session where kind = 'till' and ended_at is null`,
  );
  assert.equal(rows[0]?.live, 2);
  await page.reload();
  await page.getByRole('heading', { name: '收银员登录' }).waitFor();
});
