import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { newId } from '@huiquan/domain/ids.ts';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { transact } from '../../server/src/db/transact.ts';
import { takeCallback } from '../../server/src/features/redemption/notice.ts';
import { payStep } from '../../server/src/features/settlement/jobs.ts';
import {
  givenSettling,
  type Settling,
  specialAccount,
  unionApprovesPlan,
} from '../../server/src/given/settlement.ts';
import type { TestStaff } from '../../server/src/http/test-app.ts';
import { openOffice } from './office-desk.ts';
import { servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let owner: pg.Client;
let shop: Settling;
let address: string;
let commerce: TestStaff;
let finance: TestStaff;
let bank: TestStaff;
let reviewer: TestStaff;
let union: TestStaff;

before(async () => {
  served = await servedApp();
  owner = new pg.Client({ connectionString: served.database.migratorUrl });
  await owner.connect();
  shop = await givenSettling(served.db, owner, served.keys, { planText: unionApprovesPlan });
  const { programmeId, parties } = shop.programme;
  address = `/p/${programmeId}/settlement`;
  await shop.redeem(3);
  await shop.at('2023-09-02T09:00:00+08:00');
  await served.setClock(instantFromText('2023-09-02T09:00:00+08:00'));
  const scope = { kind: 'programme', id: programmeId };
  commerce = await served.signInStaff('COM', scope, parties['commerce']);
  finance = await served.signInStaff('FIN', scope, parties['finance']);
  bank = await served.signInStaff('BNK', scope);
  const { city_union: city = '' } = parties;
  union = await served.signInStaff('UNI', { kind: 'organisation', id: city }, city);
  reviewer = await served.signInStaff('IND', scope);
});
after(async () => {
  await owner.end();
  await served.drop();
});

test('the bureau prepares a run, and is told that another person must approve it', async () => {
  const { page, context, complaints } = await openOffice(served, commerce, address);
  await page.getByLabel('截止日（含）').fill('2023-09-01');
  await page.getByRole('button', { name: '生成结算批次' }).click();
  await page.getByText('已办理').waitFor();
  await page.getByRole('button', { name: '查看' }).click();
  const panel = page.getByRole('dialog');
  await panel.getByText('这一批由您生成，须由另一人审批。').waitFor();
  assert.equal(await panel.getByRole('button', { name: '审批' }).count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a union beside the organiser that approves payments is offered the runs only', async () => {
  const { page, context, complaints } = await openOffice(served, union, '');
  const menu = page.getByRole('navigation', { name: '办理事项' });
  await menu.getByRole('link', { name: '结算' }).click();
  await page.getByRole('button', { name: '查看' }).click();
  const panel = page.getByRole('dialog');
  await panel.getByRole('button', { name: /^审\s?批$/ }).waitFor();
  await panel.getByText('乡宁县惠民百货').waitFor();
  assert.deepEqual(await page.getByRole('tab').allInnerTexts(), ['结算批次']);
  assert.equal(await page.getByRole('button', { name: '生成结算批次' }).count(), 0);
  assert.equal(await page.getByText('没有找到您要的内容').count(), 0);
  // That the whole programme is not its to see, the browser tells as one 404.
  assert.deepEqual(
    complaints.filter((one) => !one.includes('404')),
    [],
  );
  await context.close();
});

test('finance sees what will be paid and approves; the state survives a reload', async () => {
  const { page, context, complaints } = await openOffice(served, finance, address);
  await page.getByRole('button', { name: '查看' }).click();
  await page.getByRole('button', { name: /^审\s?批$/ }).click();
  await page.getByText('1 家商户共 120 元由银行付出').waitFor();
  await page.getByRole('button', { name: /^同\s?意$/ }).click();
  await page.getByText('已办理').waitFor();
  await page.reload();
  await page.getByRole('dialog').getByText('已批准').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the bank downloads the payment file, pays, and its statement is taken in', async () => {
  const { page, context, complaints } = await openOffice(served, bank, address);
  await page.getByRole('button', { name: '查看' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: '下载付款文件' }).click();
  const text = readFileSync(await (await saved).path(), 'utf8');
  assert.match(text, /120\.00/);
  assert.match(text, /6228480402564890018/);
  await payStep(shop.payer);
  await payStep(shop.payer);
  await page.reload();
  await page.getByRole('dialog').getByText('已付', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Close' }).or(page.getByLabel('关闭')).first().click();
  const days = { fromDay: '2023-09-02', toDay: '2023-09-02' };
  const request = { account: specialAccount, layout: 'debit_credit', encoding: 'gb18030' } as const;
  const answer = await shop.bank.statement({ ...request, ...days }, { timeoutMs: 1_000 });
  if (answer.outcome !== 'statement') assert.fail(answer.outcome);
  await page.getByRole('button', { name: '导入银行流水' }).click();
  await page.getByLabel('专户账号').fill(specialAccount);
  const file = { name: answer.fileName, mimeType: 'text/csv', buffer: Buffer.from(answer.bytes) };
  await page.getByLabel('文件（CSV 或 xlsx）').setInputFiles(file);
  await page.getByRole('button', { name: /^确\s?定$/ }).click();
  await page.getByText('已导入 1 行，其中新 1 行').waitFor();
  assert.equal(await shop.balance('settled'), 12_000n);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a redemption in doubt is held with a reason, and released by two persons', async () => {
  const [doubtful] = await shop.redeem(1);
  const redemptionId = doubtful?.redemptionId ?? '';
  const holds = `${address}?tab=holds`;
  const first = await openOffice(served, commerce, holds);
  await first.page.getByText('没有暂停付款的核销').waitFor();
  await first.page.getByRole('button', { name: '暂停一笔付款' }).click();
  const dialog = first.page.getByRole('dialog');
  const number = dialog.getByLabel('核销单号');
  await number.fill(redemptionId.slice(0, 8));
  await dialog.getByLabel('原因').fill('疑似套现，已报送公安');
  await dialog.getByRole('button', { name: '暂停一笔付款' }).click();
  await dialog.getByText('核销单号不完整').waitFor();
  await number.fill(` ${redemptionId} `);
  await dialog.getByRole('button', { name: '暂停一笔付款' }).click();
  const row = first.page.getByRole('row', { name: /乡宁县惠民百货.*疑似套现/ });
  await row.getByRole('button', { name: '恢复付款' }).click();
  await first.page.getByRole('dialog').getByLabel('说明').fill('核查无误');
  await first.page.getByRole('button', { name: /^确\s?定$/ }).click();
  await row.getByText('须由另一人').waitFor();
  assert.equal(await shop.balance('payable_held'), 4_000n);
  const second = await openOffice(served, finance, holds);
  await second.page.getByRole('button', { name: '按意见办理' }).click();
  await second.page.getByText('没有暂停付款的核销').waitFor();
  assert.equal(await shop.balance('payable_held'), 0n);
  assert.deepEqual([...first.complaints, ...second.complaints], []);
  await first.context.close();
  await second.context.close();
});

test('finance sees what the network told of payments that nobody asked for', async () => {
  const told = { requestId: newId(), amountFen: 14_000, tradeNumber: 'PN77' };
  const callback = { event: 'payment.paid', currency: 'CNY', at: '2023-09-02T08:00:00Z', ...told };
  await transact(served.db, { kind: 'system', id: 'payment_network' }, (tx) =>
    takeCallback(tx, { nonce: 'n1', keptUntil: tx.now, body: callback }),
  );
  const exceptions = `${address}?tab=exceptions`;
  const { page, context, complaints } = await openOffice(served, finance, exceptions);
  await page.getByRole('row', { name: new RegExp(`PN77 ${told.requestId} 140`) }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a reviewer of an industry has no settlement, whatever address he types', async () => {
  const { page, context } = await openOffice(served, reviewer, address);
  await page.getByText('您没有此项权限').waitFor();
  assert.equal(await page.getByRole('link', { name: '结算' }).count(), 0);
  await context.close();
});
