import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { writeQrVideo } from './fake-camera.ts';
import { enterAmount, givenCounter, resultOf, type Counter } from './till-counter.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'huiquan-camera-'));
const video = path.join(folder, 'code.y4m');
let counter: Counter;
before(async () => {
  writeQrVideo(video, 'https://example.invalid/');
  counter = await givenCounter({ video });
});
after(async () => {
  await counter.drop();
  rmSync(folder, { recursive: true });
});

test('the camera reads the payment code from the customer’s phone', async () => {
  const { page, complaints } = await counter.openTill();
  const customer = await counter.resident();
  await enterAmount(page, '200');
  writeQrVideo(video, await counter.code(customer));
  await page.getByRole('button', { name: '扫顾客付款码' }).click();
  await page.getByRole('button', { name: '已收到 160 元' }).click();
  assert.equal(await resultOf(page), '收款完成');
  assert.deepEqual(await counter.redemptions(customer), ['committed 20000 merchant']);
  assert.deepEqual(complaints, []);
});

test('what is no payment code is refused at once, and the camera can be used again', async () => {
  const { page } = await counter.openTill();
  const customer = await counter.resident();
  await enterAmount(page, '200');
  writeQrVideo(video, 'https://example.invalid/shop');
  await page.getByRole('button', { name: '扫顾客付款码' }).click();
  assert.equal(await resultOf(page), '不能用券');
  writeQrVideo(video, await counter.code(customer));
  await page.getByRole('button', { name: '同一金额再扫' }).click();
  await page.getByRole('button', { name: '已收到 160 元' }).waitFor();
});
