import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { givenMerchant } from '../../server/src/given/merchant.ts';
import { givenProgramme } from '../../server/src/given/programme.ts';
import { openAsResident } from './resident-phone.ts';
import { phone, servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let programmeId: string;
before(async () => {
  served = await servedApp();
  ({ programmeId } = await givenProgramme(served.db));
  const { db, keys } = served;
  await givenMerchant(db, { programmeId, category: 'retail', keys, name: '惠民百货' });
  await givenMerchant(db, { programmeId, category: 'catering', keys, name: '鄂邑饭店' });
});
after(() => served.drop());

test('shops are found by their category, without signing in', async () => {
  const { page, context, complaints } = await served.open(`/app/shops/${programmeId}`, phone);
  await page.getByRole('heading', { name: /惠民百货/ }).waitFor();
  await page.getByRole('heading', { name: /鄂邑饭店/ }).waitFor();
  await page.getByRole('button', { name: '餐饮住宿' }).click();
  await page.getByRole('heading', { name: /惠民百货/ }).waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: /鄂邑饭店/ }).waitFor();
  await page.getByRole('button', { name: '全部' }).click();
  await page.getByRole('heading', { name: /惠民百货/ }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a complaint begins at the shop it is about', async () => {
  const { page, context } = await openAsResident(served, `/app/shops/${programmeId}`);
  await page
    .locator('.card', { hasText: '鄂邑饭店' })
    .getByRole('link', { name: '投诉这家店' })
    .click();
  await page.getByText(/门店：.*鄂邑饭店/).waitFor();
  await page.getByLabel('什么问题').selectOption({ label: '商户拒收' });
  await page.getByLabel('请说说经过').fill('说机器坏了，不收券。');
  await page.getByRole('button', { name: '提交投诉' }).click();
  await page.getByText('已收到').waitFor();
  await page.getByText(/门店：.*鄂邑饭店/).waitFor();
  await context.close();
});
