import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { smallPlan } from '../../server/src/given/programme.ts';
import type { TestStaff } from '../../server/src/http/test-app.ts';
import { openOffice } from './office-desk.ts';
import { servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let clerk: TestStaff;
let leader: TestStaff;
let administrator: TestStaff;
let programme: string;

before(async () => {
  served = await servedApp();
  const government = await served.organisation({ kind: 'county_government', name: '乡宁县政府' });
  const below = (kind: string, name: string) =>
    served.organisation({ parentId: government, kind, name });
  const commerce = await below('commerce_bureau', '乡宁县工信局');
  const finance = await below('finance_bureau', '乡宁县财政局');
  const party = { kind: 'party' } as const;
  clerk = await served.signInStaff('COM', party, commerce);
  leader = await served.signInStaff('FIN', party, finance);
  administrator = await served.signInStaff('SYS', { kind: 'everything' });
});
after(() => served.drop());

/** Puts a text in place of everything in the editor. */
async function write(page: Page, text: string): Promise<void> {
  const buffer = Buffer.from(text);
  const file = { name: '方案.yaml', mimeType: 'application/yaml', buffer };
  await page.getByLabel('读入文件').setInputFiles(file);
}

/** Chooses an organisation for a party by typing a part of its name. */
async function choose(page: Page, party: string, name: string): Promise<void> {
  const box = page.getByRole('combobox', { name: party, exact: true });
  await box.click();
  await box.fill(name);
  await page.locator('.ant-select-item-option', { hasText: name }).first().click();
  await page.locator('.ant-select-selection-item', { hasText: name }).last().waitFor();
}

test('a broken plan shows its findings at their lines, and help for its fields', async () => {
  const { page, context, complaints } = await openOffice(served, clerk, '/p/none/plan');
  await page.getByRole('button', { name: '按方案文件新建活动' }).click();
  const editor = page.getByRole('textbox', { name: '方案文件' });
  await editor.waitFor();
  await page.getByText('可以提交', { exact: true }).waitFor();
  const face = smallPlan.split('\n').findIndex((line) => line.includes('retail_40, name')) + 1;
  await write(page, smallPlan.replace('face: 40,', 'face: 0,'));
  await page.getByText('可以提交，但有 1 处错误，改正之前不能批准').waitFor();
  const finding = page.locator('[data-code=face_zero]');
  await finding.getByRole('button', { name: `第 ${face} 行` }).click();
  await page.locator('.cm-activeLine', { hasText: 'face: 0,' }).waitFor();
  await page.locator('.cm-lint-marker-error').first().waitFor();
  await page.locator('.cm-activeLine').getByText('face', { exact: true }).first().hover();
  await page.locator('.plan-help', { hasText: '面值' }).waitFor();
  await page.getByRole('button', { name: '恢复原文' }).click();
  await page.getByRole('button', { name: /^确\s?定$/ }).click();
  await page.getByText('可以提交', { exact: true }).waitFor();
  await page.locator('.cm-line', { hasText: 'format: 1' }).click();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.keyboard.type('hot');
  // Offers take no key in their first moment, so that typing on accepts none by accident.
  await page.locator('.cm-tooltip-autocomplete li', { hasText: '咨询电话' }).click();
  await page.locator('.cm-line', { hasText: 'hotlines:' }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a clerk submits a plan, keeps his draft over a reload, and may not approve it', async () => {
  const { page, context, complaints } = await openOffice(served, clerk, '/p/none/plan?edit=new');
  await page.getByText('可以提交', { exact: true }).waitFor();
  await write(page, smallPlan);
  await page.locator('.cm-line', { hasText: 'id: small-plan' }).waitFor();
  await page.reload();
  await page.getByText('已恢复您上次未提交的草稿').waitFor();
  await page.getByText('可以提交', { exact: true }).waitFor();
  await choose(page, '乡宁县人民政府', '乡宁县政府');
  await choose(page, '县工信局', '乡宁县工信局');
  await choose(page, '县财政局', '乡宁县财政局');
  await page.getByRole('button', { name: '提交审批' }).click();
  const panel = page.getByRole('dialog');
  await panel.getByText('这一版由您提交，须由另一人审批。').waitFor();
  assert.equal(await panel.getByRole('button', { name: '批准' }).count(), 0);
  programme = /\/p\/([0-9a-f-]{36})\//.exec(page.url())?.[1] ?? assert.fail(page.url());
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a second person is told what will happen, and his approval publishes it', async () => {
  const { page, context, complaints } = await openOffice(served, leader, `/p/${programme}/plan`);
  await page.getByText('第 1 版等待审批').waitFor();
  await page.getByRole('button', { name: '查看' }).first().click();
  const panel = page.getByRole('dialog');
  await panel.getByText('乡宁县工信局').first().waitFor();
  await panel.getByRole('button', { name: /^审\s?批$/ }).click();
  await page.getByText('同意后活动即公布，居民可见').waitFor();
  await page.getByRole('button', { name: /^同\s?意$/ }).click();
  await page.getByText('已办理').waitFor();
  await page.locator('.plan-head').getByText('进行中').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the next version is told by what it changes; an extension may change only days', async () => {
  const address = `/p/${programme}/plan`;
  const { page, context, complaints } = await openOffice(served, clerk, address);
  await page.getByRole('button', { name: '起草延期' }).click();
  await page.getByText('可以提交', { exact: true }).waitFor();
  await write(page, smallPlan.replace('face: 40,', 'face: 45,'));
  await page.locator('.cm-line', { hasText: 'face: 45' }).waitFor();
  await page.getByText('可以提交', { exact: true }).waitFor();
  await page.getByRole('button', { name: '提交审批' }).click();
  await page.locator('.ant-message-error').waitFor();
  await page.goto(`/office${address}?edit=version`);
  await page.getByText('可以提交', { exact: true }).waitFor();
  await write(page, smallPlan.replace('face: 40,', 'face: 45,'));
  await page.locator('.cm-line', { hasText: 'face: 45' }).waitFor();
  await page.getByText('可以提交', { exact: true }).waitFor();
  await page.getByRole('button', { name: '提交审批' }).click();
  const row = page.getByRole('dialog').getByRole('row', { name: /券种 › 零售40元券 › 面值/ });
  await row.waitFor();
  assert.deepEqual(await row.getByRole('cell').allInnerTexts(), [
    '券种 › 零售40元券 › 面值',
    '40',
    '45',
  ]);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a version sent back makes way for an extension, which moves only days', async () => {
  const address = `/p/${programme}/plan`;
  const decide = async () => {
    const desk = await openOffice(served, leader, address);
    await desk.page.getByText('等待审批').first().waitFor();
    await desk.page.getByRole('button', { name: '查看' }).first().click();
    return desk;
  };
  const first = await decide();
  await first.page.getByRole('button', { name: '退回这一版' }).click();
  await first.page.getByRole('dialog').getByRole('textbox').fill('面值须经会议研究');
  await first.page.getByRole('button', { name: /^确\s?定$/ }).click();
  await first.page.getByRole('dialog').getByText('已退回').waitFor();
  await first.context.close();
  const { page, context, complaints } = await openOffice(served, clerk, address);
  await page.getByRole('button', { name: '起草延期' }).click();
  await page.getByText('可以提交', { exact: true }).waitFor();
  const longer = smallPlan.replace(
    'redeem_until: "2023-12-14 23:00"',
    'redeem_until: "2023-12-21 23:00"',
  );
  await write(page, longer);
  await page.locator('.cm-line', { hasText: '2023-12-21 23:00' }).waitFor();
  await page.getByText('可以提交', { exact: true }).waitFor();
  await page.getByRole('button', { name: '提交审批' }).click();
  await page.getByRole('dialog').getByText('用券截止').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
  const second = await decide();
  await second.page.getByRole('button', { name: /^审\s?批$/ }).click();
  await second.page.getByText('未使用且未到期的券一并延长').waitFor();
  await second.page.getByRole('button', { name: /^同\s?意$/ }).click();
  await second.page.getByText('已批准，0 张券顺延').waitFor();
  assert.deepEqual(second.complaints, []);
  await second.context.close();
});

test('one person stops the programme; his restart waits for another', async () => {
  const { page, context, complaints } = await openOffice(served, clerk, `/p/${programme}/plan`);
  await page.getByRole('button', { name: '紧急停止' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('发现套现');
  await page.getByRole('button', { name: /^确\s?定$/ }).click();
  await page.locator('.plan-head').getByText('已停止').waitFor();
  await page.getByRole('button', { name: '申请恢复' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('已查清');
  await page.getByRole('button', { name: /^确\s?定$/ }).click();
  await page.getByText('恢复申请由您提交，须由另一人审批。').waitFor();
  assert.equal(await page.getByRole('button', { name: '同意恢复' }).count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('an administrator has no programmes, whatever address he types', async () => {
  const { page, context } = await openOffice(served, administrator, `/p/${programme}/plan`);
  await page.getByText('您没有此项权限').waitFor();
  assert.equal(await page.getByRole('link', { name: '活动方案' }).count(), 0);
  await context.close();
});
