import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { givenMerchant } from '../../server/src/given/merchant.ts';
import { givenOpenRound } from '../../server/src/given/round.ts';
import { desktop, phone, servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let programmeId: string;
before(async () => {
  served = await servedApp();
  await served.setClock(instantFromText('2023-09-01T10:30:00+08:00'));
  const given = await givenOpenRound(served.db, { stock: [{ kind: 'retail_10', quantity: 20 }] });
  ({ programmeId } = given.programme);
  const keys = served.keys;
  await givenMerchant(served.db, { programmeId, category: 'retail', keys });
});
after(() => served.drop());

test('a citizen without a script finds the rules, the stock and the shops', async () => {
  const { page, context, complaints } = await served.open('/public', {
    ...phone,
    javaScriptEnabled: false,
  });
  await page.getByRole('link', { name: '乐购活动' }).click();
  await page.getByRole('heading', { name: '轮次与库存' }).waitFor();
  assert.match(await page.locator('table', { hasText: '第 1 轮' }).first().innerText(), /20\/20/);
  await page.getByRole('link', { name: '查看可用商户与地图' }).click();
  await page.getByRole('cell', { name: '乡宁县惠民百货总店' }).waitFor();
  await page.getByRole('link', { name: '餐饮住宿' }).click();
  await page.getByText('目前没有可用商户').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('no public page is wider than the screen it is read on', async () => {
  for (const how of [phone, desktop]) {
    const path = `/public/programmes/${programmeId}`;
    for (const address of ['/public', path, `${path}/shops`, '/public/nowhere']) {
      const { page, context } = await served.open(address, how);
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(over, 0, `${address} at ${how.viewport.width}`);
      await context.close();
    }
  }
});
