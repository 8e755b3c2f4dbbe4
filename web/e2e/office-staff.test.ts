import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestStaff } from '../../server/src/http/test-app.ts';
import { openOffice } from './office-desk.ts';
import { servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let administrator: TestStaff;
let auditor: TestStaff;

before(async () => {
  served = await servedApp();
  administrator = await served.signInStaff('SYS', { kind: 'everything' });
  auditor = await served.signInStaff('AUD', { kind: 'everything' });
});
after(() => served.drop());

test('an administrator opens an account and can pass on only his own role', async () => {
  const { page, context, complaints } = await openOffice(served, administrator, '/p/none/staff');
  await page.getByRole('button', { name: '开设账号' }).click();
  await page.getByRole('textbox', { name: '登录名' }).fill('lihua');
  await page.getByRole('textbox', { name: '姓名' }).fill('李华');
  await page.getByLabel('初始口令（至少 12 位）').fill('初始口令要写足够长的一句话');
  await page.getByRole('button', { name: /^确\s?定$/ }).click();
  await page.getByText('已办理').waitFor();
  const row = page.getByRole('row', { name: /李华/ });
  await row.getByRole('button', { name: '角色' }).click();
  await page.getByLabel('角色', { exact: true }).last().click();
  assert.deepEqual(await page.locator('.ant-select-item-option').allInnerTexts(), ['系统管理员']);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('an auditor sees the accounts and changes none', async () => {
  const { page, context } = await openOffice(served, auditor, '/p/none/staff');
  await page.getByRole('heading', { name: '账号与角色' }).waitFor();
  assert.equal(await page.getByRole('button', { name: '开设账号' }).count(), 0);
  await context.close();
});
