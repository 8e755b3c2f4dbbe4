import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import * as merchants from '../../server/src/features/merchant/merchant.contract.ts';
import { fileLimits } from '../../server/src/files/limits.ts';
import { xlsxBatches } from '../../server/src/files/xlsx-table.ts';
import { givenCreditCode } from '../../server/src/given/merchant.ts';
import { desktop } from './served-app.ts';
import { enterAmount, givenCounter, resultOf, wedge, type Counter } from './till-counter.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'huiquan-owner-'));
let counter: Counter;
before(async () => {
  counter = await givenCounter();
});
after(async () => {
  await counter.drop();
  rmSync(folder, { recursive: true });
});

const screens = process.env['HUIQUAN_SHOTS'];
const shot = async (page: Page, name: string) => {
  const options = { path: `${screens}/till-owner-${name}.png`, fullPage: true };
  if (screens !== undefined) await page.screenshot(options);
};

/** The merchant area, with its owner signed in. */
async function area(loginName = 'owner', how: object = desktop) {
  const opened = await counter.open('/till/owner', how);
  await counter.signIn(opened.page, loginName);
  await opened.page.getByRole('button', { name: '退出' }).waitFor();
  return opened;
}

test('an owner hires a cashier, who works the till, and unbinds the till again', async () => {
  const { page, complaints } = await area();
  await page.getByText('1号收银台').waitFor();
  await page.getByRole('button', { name: '新开收银员账号' }).click();
  await page.getByLabel('姓名').fill('张秀英');
  await page.getByLabel('登录名').fill('Xiuying');
  await page.getByLabel('初始口令').fill('太短');
  await page.getByRole('button', { name: '开通账号' }).click();
  assert.equal(await page.getByText('已开通。').count(), 0);
  await page.getByLabel('初始口令').fill('柜台测试口令足够长的了呀');
  await shot(page, 'hire');
  await page.getByRole('button', { name: '开通账号' }).click();
  await page.getByText('张秀英').waitFor();
  await shot(page, 'shops');

  const till = await counter.openTill();
  await till.page.getByRole('link', { name: '合计' }).click();
  await till.page.getByText('今天还没有收款').waitFor();
  await page.reload();
  const row = page.locator('li', { hasText: '一号收银台' });
  await row.getByRole('button', { name: '解绑' }).click();
  await row.getByText('这台设备立即不能收款').waitFor();
  await row.getByRole('button', { name: '解绑' }).click();
  await row.getByText('已解绑').waitFor();
  await till.page.reload();
  await till.page.getByText('本机已在别处解绑').waitFor();
  assert.deepEqual(complaints, []);
});

test('an owner registers, applies with a licence and reads the reviewer’s reason', async () => {
  const { merchantId } = await counter.newOwner('fresh');
  const { page, complaints } = await area('fresh', { viewport: { width: 390, height: 844 } });
  const name = '乡宁县云丘饭店';
  await page.getByLabel('统一社会信用代码').fill('91141029MA0000000A');
  await page.getByLabel('商户名称').fill(name);
  await page.getByLabel('注册地区代码').fill('141029');
  await page.getByLabel('行业').fill('餐饮');
  await page.getByLabel('限额以上企业').check();
  await page.getByLabel('结算账户户名').fill(name);
  await page.getByLabel('结算账号').fill('6200001234567890');
  await page.getByLabel('开户银行').fill('乡宁农商行');
  await page.getByLabel('门店名称').fill('云丘饭店总店');
  await page.getByLabel('门店地址').fill('昌宁镇迎旭大街2号');
  await page.getByLabel('门店地区代码').fill('141029');
  await page.getByRole('button', { name: '提交登记' }).click();
  await page.getByText('统一社会信用代码不正确').waitFor();
  await shot(page, 'register');
  await page.getByLabel('统一社会信用代码').fill(givenCreditCode());
  await page.getByRole('button', { name: '提交登记' }).click();
  await page.getByRole('link', { name: '报名' }).click();
  await page.getByText('还没有报名活动').waitFor();
  await page.getByRole('button', { name: '报名新活动' }).click();
  await page.getByRole('button', { name: '请先上传营业执照' }).waitFor();
  const licence = page.getByLabel('上传营业执照');
  await licence.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('x') });
  await page.getByText('只接受 JPG、PNG 或 WebP 图片').waitFor();
  // Any photograph will do for a licence: the page itself.
  const buffer = await page.screenshot();
  await licence.setInputFiles({ name: '执照.png', mimeType: 'image/png', buffer });
  await page.getByRole('img', { name: '营业执照' }).waitFor();
  await page.getByLabel('类别').selectOption({ index: 0 });
  await shot(page, 'apply');
  await page.getByRole('button', { name: '提交报名' }).click();
  await page.getByText('审核中').waitFor();

  const { programmeId, parties } = counter.programme;
  const bureau = await counter.signInStaff('COM', { kind: 'party' }, parties['commerce']);
  const params = { programmeId, merchantId };
  const list = await counter.request(
    merchants.listApplicationsRoute,
    { params: { programmeId }, query: { state: 'applied' } },
    bureau,
  );
  const { contentHash } = list.json.items[0];
  const body = { decision: 'rejected', reason: '执照照片模糊，请重拍', contentHash };
  const decided = await counter.request(merchants.reviewRoute, { params, body }, bureau);
  assert.equal(decided.status, 200, decided.text);
  await page.reload();
  await page.getByText('审核意见：执照照片模糊，请重拍').waitFor();
  await page.getByText('未通过').waitFor();
  await shot(page, 'rejected');
  assert.deepEqual(complaints, []);
});

test('the statement on screen is the one in the files, as Excel and as CSV', async () => {
  const till = await counter.openTill();
  const customer = await counter.resident();
  await enterAmount(till.page, '180');
  await wedge(till.page, await counter.code(customer));
  await till.page.getByRole('button', { name: '已收到 140 元' }).click();
  assert.equal(await resultOf(till.page), '收款完成');

  const { page, complaints } = await area();
  await page.getByRole('link', { name: '结算' }).click();
  const total = page.locator('tfoot tr');
  assert.match((await total.innerText()).replaceAll(/\s+/g, ' '), /合计 1 180 40 140 0 0 40 0/);
  await page.getByRole('radio', { name: '按月' }).click();
  await shot(page, 'statement');
  const saved = async (button: string) => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    const place = path.join(folder, file.suggestedFilename());
    await file.saveAs(place);
    return place;
  };
  const csv = readFileSync(await saved('下载 CSV'), 'utf8');
  assert.match(csv, /期间,核销笔数,订单金额\(元\)|期间,核销笔数/);
  assert.match(csv, /\d{4}-\d{2},1,180\.00,40\.00,140\.00,0,0\.00,40\.00,0\.00/);
  const rows: unknown[] = [];
  for await (const batch of xlsxBatches(await saved('下载 Excel'), fileLimits)) rows.push(...batch);
  assert.equal(rows.length, 3);
  assert.match(JSON.stringify(rows[2]), /合计.*180\.00.*40\.00/);

  await page.getByRole('link', { name: '核销' }).click();
  await page.locator('.rows li').first().click();
  await page.getByRole('button', { name: '整笔撤销' }).waitFor();
  await page.getByRole('button', { name: '关闭' }).click();
  await shot(page, 'day');
  assert.deepEqual(complaints, []);
});

test('who owns no merchant is told so', async () => {
  const { page } = await area('cashier');
  await page.getByText('该账号不是商户负责人').waitFor();
});
