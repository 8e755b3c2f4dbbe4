import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openAsResident } from './resident-phone.ts';
import { desktop } from './served-app.ts';
import { type Counter, enterAmount, givenCounter, resultOf } from './till-counter.ts';

let counter: Counter;
before(async () => {
  counter = await givenCounter();
});
after(() => counter.drop());

test('a resident shows the code, the till takes it, and the phone says so at once', async () => {
  const customer = await counter.resident();
  const { personId } = customer;
  const shown = await openAsResident(counter, '/app/code', { personId });
  const digits = (await shown.page.locator('.digits').innerText()).replaceAll(/\s/g, '');
  const { page, complaints } = await counter.openTill(desktop);
  await enterAmount(page, '180');
  await page.getByRole('button', { name: '扫顾客付款码' }).click();
  await page.getByLabel('输入付款码数字').fill(digits);
  await page.getByRole('button', { name: '确定' }).click();
  await page.getByText('还需向顾客收').waitFor();
  assert.equal(await shown.page.getByRole('heading', { name: '付款成功' }).count(), 0);
  await page.getByRole('button', { name: '已收到 140 元' }).click();
  assert.equal(await resultOf(page), '收款完成');
  await shown.page.getByRole('heading', { name: '付款成功' }).waitFor();
  await shown.page.getByText('抵扣 40 元').waitFor();
  assert.deepEqual(await counter.redemptions(customer), ['committed 18000 merchant']);
  await shown.page.getByRole('button', { name: '再付一笔' }).click();
  const next = (await shown.page.locator('.digits').innerText()).replaceAll(/\s/g, '');
  assert.notEqual(next, digits);
  assert.deepEqual([...shown.complaints, ...complaints], []);
  await shown.context.close();
});

test('the till refuses a code that was used, and the phone shows one payment', async () => {
  const customer = await counter.resident();
  const { personId } = customer;
  const shown = await openAsResident(counter, '/app/code', { personId });
  const digits = (await shown.page.locator('.digits').innerText()).replaceAll(/\s/g, '');
  const { page } = await counter.openTill(desktop);
  const scan = async () => {
    await enterAmount(page, '180');
    await page.getByRole('button', { name: '扫顾客付款码' }).click();
    await page.getByLabel('输入付款码数字').fill(digits);
    await page.getByRole('button', { name: '确定' }).click();
  };
  await scan();
  await page.getByRole('button', { name: '已收到 140 元' }).click();
  assert.equal(await resultOf(page), '收款完成');
  await page.getByRole('button', { name: '下一笔' }).click();
  await scan();
  await page.getByText(/付款码已(?:使用|用过)/).waitFor();
  await shown.page.getByRole('heading', { name: '付款成功' }).waitFor();
  assert.deepEqual(await counter.redemptions(customer), ['committed 18000 merchant']);
  await shown.context.close();
});
