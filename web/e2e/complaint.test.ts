import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  givenRedemption,
  givenShopping,
  type Shopping,
} from '../../server/src/given/redemption.ts';
import { openOffice } from './office-desk.ts';
import { openAsResident } from './resident-phone.ts';
import { desktop, servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let shopping: Shopping;
let personId: string;
before(async () => {
  served = await servedApp();
  shopping = await givenShopping(served.db, {}, served.keys);
  const [voucher] = await shopping.wallets(1);
  personId = voucher?.personId ?? assert.fail('no voucher');
  await givenRedemption(served.db, { ...shopping, personId, orderFen: 18_000n });
});
after(() => served.drop());

test('a resident complains of a payment, the bureau answers, the resident reads it', async () => {
  const phoneSide = await openAsResident(served, '/app/history', { personId });
  const { page } = phoneSide;
  const paid = page.locator('.card', { hasText: '零售40元券' });
  await paid.getByText('付款成功').waitFor();
  await paid.getByText('自付').waitFor();
  await paid.getByRole('link', { name: '对这笔付款有疑问' }).click();
  await page.getByLabel('什么问题').selectOption({ label: '用券加价' });
  assert.notEqual(await page.getByLabel('哪一笔付款').inputValue(), '');
  await page.getByLabel('请说说经过').fill('用券时每斤多收五毛 <b>不合理</b>');
  await page.getByRole('button', { name: '提交投诉' }).click();
  await page.getByText('已收到。请在这里查看答复。').waitFor();
  await page.getByText('用券时每斤多收五毛 <b>不合理</b>').waitFor();
  await page.getByText('待答复', { exact: true }).waitFor();

  const { programmeId, parties } = shopping.programme;
  const scope = { kind: 'programme', id: programmeId };
  const clerk = await served.signInStaff('COM', scope, parties['commerce']);
  const desk = await openOffice(served, clerk, `/p/${programmeId}/complaints`);
  const menu = desk.page.getByRole('navigation', { name: '办理事项' });
  await menu.getByRole('link', { name: '1 件待答复' }).waitFor();
  const waiting = desk.page.getByRole('region', { name: '待答复' });
  await waiting.getByText('用券时每斤多收五毛').waitFor();
  await waiting.getByRole('button', { name: '答复并办结' }).click();
  assert.equal(await desk.page.locator('[class*="ant-zoom"]').count(), 0, 'asked to stand still');
  await desk.page.getByRole('radio', { name: '投诉成立' }).check();
  await desk.page.getByLabel('答复内容').fill('已责令改正并退还差价。');
  await desk.page.getByRole('button', { name: /^确\s?定$/ }).click();
  await desk.page.getByRole('region', { name: '已答复' }).getByText('已责令改正').waitFor();
  await waiting.getByText('没有待答复的投诉').waitFor();
  await menu.getByRole('link', { name: '投诉', exact: true }).waitFor();

  await page.reload();
  await page.getByRole('heading', { name: '投诉成立' }).waitFor();
  await page.getByText('已责令改正并退还差价。').waitFor();
  assert.deepEqual([...phoneSide.complaints, ...desk.complaints], []);
  await phoneSide.context.close();
  await desk.context.close();
});

test('an auditor reads complaints and is offered no answer; finance has no such page', async () => {
  const { programmeId } = shopping.programme;
  const auditor = await served.signInStaff('AUD', { kind: 'everything' });
  const desk = await openOffice(served, auditor, `/p/${programmeId}/complaints`);
  await desk.page.getByRole('region', { name: '已答复' }).getByText('已责令改正').waitFor();
  assert.equal(await desk.page.getByRole('button', { name: '答复并办结' }).count(), 0);
  await desk.context.close();
  const finance = await served.signInStaff('FIN', { kind: 'programme', id: programmeId });
  const other = await openOffice(served, finance, `/p/${programmeId}/settlement`);
  await other.page.getByRole('link', { name: '结算' }).first().waitFor();
  assert.equal(await other.page.getByRole('link', { name: '投诉' }).count(), 0);
  await other.context.close();
});

test('who is not signed in is shown the way, on a phone and on a desk', async () => {
  for (const how of [undefined, desktop]) {
    const { page, context, complaints } = await served.open('/app/complaints/new', how);
    await page.getByText('请先登录').waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  }
});
