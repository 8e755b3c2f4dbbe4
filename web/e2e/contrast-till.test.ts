import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paleTextsOf } from './contrast.ts';
import { keyboardTroubles, smallTargetsOf } from './reach.ts';
import { phone } from './served-app.ts';
import { enterAmount, givenCounter, wedge, type Counter } from './till-counter.ts';
import { openAs, settle, troublesOf } from './troubles.ts';

let counter: Counter;
before(async () => {
  counter = await givenCounter();
  await counter.sql(`update merchant set industry = '零售'`, []);
});
after(() => counter.drop());

test('the till can be read at a glance, and worked by hand or by keys', async () => {
  const { page, context, complaints } = await counter.openTill(phone);
  const customer = await counter.resident();
  await enterAmount(page, '180');
  assert.deepEqual(await paleTextsOf(page), []);
  assert.deepEqual(await smallTargetsOf(page, 44), []);
  await wedge(page, await counter.code(customer));
  const received = page.getByRole('button', { name: '已收到 140 元' });
  await received.waitFor();
  await settle(page);
  assert.deepEqual(await paleTextsOf(page), []);
  await received.click();
  await page.getByTestId('result').waitFor();
  await settle(page);
  assert.deepEqual(await paleTextsOf(page), []);
  const addresses = ['/till', '/till/today', '/till/totals', '/till/till'];
  assert.deepEqual(await troublesOf(page, addresses, { targetMin: 44 }), {});
  for (const address of addresses) {
    await page.goto(address);
    await settle(page);
    assert.deepEqual(await keyboardTroubles(page), [], address);
  }
  assert.deepEqual(complaints, []);
  await context.close();
});

test('so can the pages of a shop owner, and the till before it is bound', async () => {
  const { page, context } = await openAs(counter, counter.owner, phone);
  const pages = ['shops', 'day', 'settlement', 'applications', 'facts'];
  const addresses = ['/till', ...pages.map((one) => `/till/owner/${one}`)];
  assert.deepEqual(await troublesOf(page, addresses, { targetMin: 44 }), {});
  for (const address of ['/till', '/till/owner/shops', '/till/owner/applications']) {
    await page.goto(address);
    await settle(page);
    assert.deepEqual(await keyboardTroubles(page), [], address);
  }
  await context.close();
});
