import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { givenFund } from '../../server/src/given/fund.ts';
import { givenProgramme, smallPlan } from '../../server/src/given/programme.ts';
import type { TestStaff } from '../../server/src/http/test-app.ts';
import { openOffice } from './office-desk.ts';
import { servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let address: string;
let clerk: TestStaff;
let finance: TestStaff;
let second: TestStaff;
let reviewer: TestStaff;

const account = '6200001234567890';
const named = `approvals:
  - { act: confirm_money, prepared_by: [commerce], approved_by: [finance] }`;

before(async () => {
  served = await servedApp();
  const planText = smallPlan.replace('approvals: []', named);
  const { programmeId, parties } = await givenProgramme(served.db, { planText });
  address = `/p/${programmeId}/money`;
  const party = { kind: 'party' } as const;
  clerk = await served.signInStaff('COM', party, parties['commerce']);
  finance = await served.signInStaff('FIN', party, parties['finance']);
  second = await served.signInStaff('FIN', party, parties['finance']);
  reviewer = await served.signInStaff('IND', { kind: 'programme', id: programmeId });
});
after(() => served.drop());

/** A text as Chinese banks write it: two bytes for each character that needs them. */
function gb18030(text: string): Buffer {
  const reader = new TextDecoder('gb18030');
  const pairs = new Map<string, readonly number[]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const character = reader.decode(Uint8Array.of(lead, trail));
      if (character.length === 1) pairs.set(character, [lead, trail]);
    }
  }
  return Buffer.from(Array.from(text).flatMap((one) => pairs.get(one) ?? [one.charCodeAt(0)]));
}

const header = '交易日期,流水号,收入,支出,附言,对方户名';

async function importFile(page: Page, text: string): Promise<void> {
  await page.getByRole('tab', { name: '银行流水' }).click();
  await page.getByRole('button', { name: '导入银行流水' }).click();
  const file = { name: '流水.csv', mimeType: 'text/csv', buffer: gb18030(text) };
  await page.getByLabel('流水文件').setInputFiles(file);
  await page.getByRole('button', { name: /^确\s?定$/ }).click();
}

async function chooseIn(page: Page, field: string, option: RegExp): Promise<void> {
  await page.getByRole('dialog').getByLabel(field, { exact: true }).last().click();
  await page.locator('.ant-select-item-option:visible').filter({ hasText: option }).first().click();
}

/** States a payment into the pool of retail and answers the remark it is to be paid by. */
async function order(page: Page, amount: string): Promise<string> {
  await page.getByRole('tab', { name: '资金单' }).click();
  await page.getByRole('button', { name: '登记拟付资金' }).click();
  await chooseIn(page, '资金户', /通用零售|retail/);
  await page.getByRole('dialog').getByLabel('金额（元）').fill(amount);
  await page.getByRole('button', { name: /^确\s?定$/ }).click();
  const remark = page.locator('.money-remark');
  await remark.waitFor();
  return remark.innerText();
}

let remark: string;

test('a clerk opens the funds of the plan, states a payment and copies its remark', async () => {
  const { page, context, complaints } = await openOffice(served, clerk, `${address}?tab=funds`);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: '按方案开立资金户' }).click();
  await page.getByText('已开立 2 个资金户').waitFor();
  remark = await order(page, '3000');
  await page.getByRole('button', { name: '复制付款附言' }).click();
  await page.getByText('已复制').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), remark);
  await page.getByText(account).first().waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a bank file tells what became of its lines, and why one is nobody’s', async () => {
  const { page, context, complaints } = await openOffice(served, finance, address);
  await importFile(page, `${header}\n2023-08-25,L1,三千,,${remark},县财政局\n`);
  await page.getByText('文件没有导入，请改正后重新导入').waitFor();
  await page.getByText('第 2 行').waitFor();
  await page.getByText('金额不正确，应为元，最多两位小数').waitFor();
  await page
    .locator('.ant-modal-footer')
    .getByRole('button', { name: /^关\s?闭$/ })
    .click();
  const paid = `2023-08-25,L1,3000.00,,${remark},县财政局\n`;
  await importFile(page, `${header}\n${paid}2023-08-25,L2,5.00,,利息,银行\n`);
  await page.getByText('共 2 行，新增 2 行：自动到账 0 笔，待复核 1 笔，对不上 1 笔').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: '只看这个文件的流水' }).click();
  const interest = page.getByRole('row', { name: /利息/ }).first();
  await interest.getByText('附言与任何资金单都对不上').waitFor();
  await page.getByRole('tab', { name: '到账复核' }).click();
  await page.getByText('由您提交，须由另一人复核').waitFor();
  assert.equal(await page.getByRole('button', { name: '复核', exact: true }).count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a second person is told what will happen, and the money stands in the picture', async () => {
  const { page, context, complaints } = await openOffice(
    served,
    second,
    `${address}?tab=confirmations`,
  );
  await page.getByRole('button', { name: /^复\s?核$/ }).click();
  await page.getByText('的 3,000 元转为可用').waitFor();
  await page.getByRole('button', { name: /^同\s?意$/ }).click();
  await page.getByText('已办理').waitFor();
  await page.getByRole('tab', { name: '资金总览' }).click();
  await page.locator('[data-part=available]').getByText('3,000').waitFor();
  const flow = page.getByRole('row', { name: /到账确认/ });
  await flow.getByRole('button', { name: '明细' }).click();
  const ledger = page.getByRole('dialog');
  await ledger.getByRole('row', { name: /到账确认.*出资方.*可用.*3,000/ }).waitFor();
  await ledger.getByText('共 1 笔，已全部列出').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a line that nothing fits is matched by hand, and waits for another person', async () => {
  const { page, context, complaints } = await openOffice(served, clerk, `${address}?tab=bank`);
  const interest = page.getByRole('row', { name: /利息/ });
  await interest.getByRole('button', { name: '认领' }).click();
  await page.getByText('没有同一账号、同一金额的待付款资金单').waitFor();
  await page.goto(`/office${address}?tab=orders`);
  await order(page, '5');
  await page.goto(`/office${address}?tab=bank`);
  await interest.getByRole('button', { name: '认领' }).click();
  await chooseIn(page, '资金单', /县财政局/);
  await page.getByRole('dialog').getByLabel('说明').fill('财政局补付五元');
  await page.getByRole('button', { name: /^确\s?定$/ }).click();
  await page.getByText('已办理').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('money moves between pools only when another person agrees', async () => {
  const clerks = await openOffice(served, clerk, `${address}?tab=transfers`);
  await clerks.page.getByRole('button', { name: '申请调剂' }).click();
  await chooseIn(clerks.page, '调出', /3,000/);
  await chooseIn(clerks.page, '调入', /可用 0 元/);
  await clerks.page.getByRole('dialog').getByLabel('金额（元）').fill('1000.50');
  await clerks.page.getByRole('dialog').getByLabel('理由').fill('餐饮需求大');
  await clerks.page.getByRole('button', { name: /^确\s?定$/ }).click();
  await clerks.page.getByText('待审批').waitFor();
  assert.deepEqual(clerks.complaints, []);
  await clerks.context.close();
  const { page, context, complaints } = await openOffice(
    served,
    second,
    `${address}?tab=transfers`,
  );
  await page.getByRole('button', { name: /^审\s?批$/ }).click();
  await page.getByText('1,000.50 元立即从“通用零售”转到“餐饮住宿”').waitFor();
  await page.getByRole('button', { name: /^同\s?意$/ }).click();
  await page.getByText('已批准').waitFor();
  await page.getByRole('tab', { name: '资金总览' }).click();
  await page
    .getByRole('row', { name: /餐饮住宿.*1,000\.50/ })
    .first()
    .waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a reviewer of an industry sees no money, whatever address he types', async () => {
  const { page, context } = await openOffice(served, reviewer, address);
  await page.getByText('您没有此项权限').waitFor();
  assert.equal(await page.getByRole('link', { name: '资金' }).count(), 0);
  await context.close();
});

test('a bank reads its own account and order, the channel by its name', async () => {
  const { programmeId, parties } = await givenProgramme(served.db, { file: 'shenmu-2023' });
  const inPool = { programmeId, pool: 'residents', confirmed: false };
  await givenFund(served.db, { ...inPool, channel: 'spd', amountFen: 100_000n });
  await givenFund(served.db, { ...inPool, channel: 'abc', amountFen: 700_000n });
  const bank = await served.signInStaff('BNK', { kind: 'channel', id: 'spd' }, parties['spd_bank']);
  const place = `/p/${programmeId}/money?tab=funds`;
  const { page, context, complaints } = await openOffice(served, bank, place);
  await page.getByRole('cell', { name: '浦发银行“浦惠到家”' }).waitFor();
  assert.equal(await page.getByRole('cell', { name: '农业银行' }).count(), 0);
  await page.getByRole('tab', { name: '资金单' }).click();
  await page.getByRole('cell', { name: '1,000', exact: true }).waitFor();
  assert.equal(await page.getByRole('cell', { name: '7,000', exact: true }).count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});
