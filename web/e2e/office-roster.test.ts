import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { newId } from '@huiquan/domain/ids.ts';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { transact } from '../../server/src/db/transact.ts';
import { reportFigures } from '../../server/src/features/people/organisation.ts';
import { readTable } from '../../server/src/files/read-table.ts';
import { givenFund } from '../../server/src/given/fund.ts';
import { givenOrganisation, someStaff } from '../../server/src/given/organisation.ts';
import { type GivenProgramme, givenProgramme } from '../../server/src/given/programme.ts';
import type { TestStaff } from '../../server/src/http/test-app.ts';
import { openOffice } from './office-desk.ts';
import { servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let union: GivenProgramme;
let branch: string;
let clerk: TestStaff;
let higher: TestStaff;
let address: string;

const list = [
  '姓名,手机号,消费券面值,发放金额',
  '田小燕,13911110001,300,300',
  '田晓燕,13911110001,300,300',
  '马建国,13911110003,300,300',
  '马建国,13911110003,300,300',
  '赵云,1391111,300,300',
  '周敏,13911110006,300,500',
  '孙丽,13911110007,300,300',
].join('\r\n');

before(async () => {
  served = await servedApp();
  await served.setClock(instantFromText('2020-05-08T10:00:00+08:00'));
  union = await givenProgramme(served.db, { file: 'shanxi-union-2020' });
  const { programmeId, parties } = union;
  const parentId = parties['higher_union'] ?? '';
  const name = '一矿工会';
  branch = await givenOrganisation(served.db, { name, kind: 'branch_union', parentId });
  const figure = { organisationId: branch, figure: 'members', asOf: '2020-04-30', value: 1_234 };
  await transact(served.db, someStaff(), (tx) => reportFigures(tx, [figure]));
  const [pool = '', channel = ''] = [union.plan.pools[0]?.id, union.plan.channels[0]?.id];
  const amountFen = 120_000n;
  await givenFund(served.db, { programmeId, pool, channel, funderId: branch, amountFen });
  clerk = await served.signInStaff('BUC', { kind: 'organisation', id: branch }, branch);
  higher = await served.signInStaff('UNI', { kind: 'organisation', id: parentId }, parentId);
  address = `/p/${programmeId}/roster`;
});
after(() => served.drop());

/** Hands a file in through the dialog, for the organisation and the source it offers. */
async function handIn(page: Page, content: string, name = '一矿名单.csv') {
  await page.getByRole('button', { name: '导入名单' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('一矿工会').first().waitFor();
  await dialog.getByText('每行须有：姓名、手机号').waitFor();
  const file = { name, mimeType: 'text/csv', buffer: Buffer.from(content) };
  await dialog.getByLabel('名单文件（xlsx 或 csv）').setInputFiles(file);
  await dialog.getByRole('button', { name: '导入名单' }).click();
}

const panelOf = (page: Page) => page.getByRole('dialog').filter({ hasText: '内容校验码' });

test('a clerk imports a list, and is told every wrong row with field and reason', async () => {
  const { page, context, complaints } = await openOffice(served, clerk, address);
  await handIn(page, list);
  const panel = panelOf(page);
  await panel.getByText('还有 1 行疑似重复待判断，判断后才能确认。').waitFor();
  await panel.getByRole('tab', { name: '有误的行 3' }).click();
  const wrong = (name: RegExp) => panel.getByRole('row', { name }).waitFor();
  await wrong(/^5 整行 与本文件中的另一行重复（第4行）$/);
  await wrong(/^6 手机号 手机号不正确$/);
  await wrong(/^7 发放金额 超过每人标准上限，每人不超过300元/);
  const saved = page.waitForEvent('download');
  await panel.getByRole('button', { name: '下载有误的行' }).click();
  const path = join(tmpdir(), `${newId()}.xlsx`);
  writeFileSync(path, readFileSync(await (await saved).path()));
  const rows: string[][] = [];
  for await (const one of readTable(path, { name: 'f.xlsx' })) rows.push([...one.cells]);
  assert.equal(rows.length, 4);
  assert.deepEqual(rows[2]?.slice(0, 3), ['6', '赵云', '1391111']);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the clerk decides whether two rows are one person, but may not confirm', async () => {
  const { page, context, complaints } = await openOffice(served, clerk, address);
  await page.getByRole('button', { name: '一矿名单.csv' }).click();
  const panel = panelOf(page);
  await panel.getByText('手机号相同，姓名不同').waitFor();
  await panel.getByText('田晓燕').waitFor();
  await panel.getByText('田小燕').waitFor();
  await panel.getByRole('button', { name: '是两个人' }).click();
  await panel.getByText('已判为两个人').waitFor();
  await panel.getByText('这份名单由您导入，须由另一人确认。').waitFor();
  assert.equal(await panel.getByRole('button', { name: '确认名单' }).count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a file without its columns is told what it lacks, and nothing of it stays', async () => {
  const { page, context } = await openOffice(served, clerk, address);
  await handIn(page, '姓名,手机号\r\n孙丽,13911110007', '缺列.csv');
  await page.getByText('名单文件有误：缺少列：消费券面值、发放金额').waitFor();
  await page
    .getByRole('row', { name: /缺列\.csv/ })
    .getByText('导入失败')
    .waitFor();
  await context.close();
});

test('the same file again leads to the list that it became', async () => {
  const { page, context } = await openOffice(served, clerk, address);
  await handIn(page, list);
  await page.getByText('这份文件此前已经导入，为您打开').waitFor();
  await panelOf(page).getByText('待确认').waitFor();
  await context.close();
});

test('the union sees what its confirmation does, and the money beside it', async () => {
  const { page, context, complaints } = await openOffice(served, higher, address);
  await page.getByRole('button', { name: '一矿名单.csv' }).click();
  await panelOf(page).getByRole('button', { name: '确认名单' }).click();
  const dialog = page.getByRole('dialog', { name: '确认“一矿名单.csv”' });
  await dialog.getByText('一矿工会的 4 人成为发放对象，共 1,200 元').waitFor();
  await dialog.getByText('本单位已到账 1,200 元，名单合计 1,200 元。两者相等').waitFor();
  await dialog.getByText('批次审批前可以撤销').waitFor();
  await dialog.getByRole('button', { name: '确认名单' }).click();
  await panelOf(page).getByText('名单已确认').waitFor();
  await page.reload();
  await panelOf(page).getByText('已确认', { exact: true }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('an import that is under way tells how far it is, also after a reload', async () => {
  const { programmeId } = union;
  const rosterId = newId();
  await served.sql(
    `insert into roster (roster_id, programme_id, organisation_id, source, file_name, file_digest,
       state, rows_total, prepared_by, created_at, touched_at)
     values ($1, $2, $3, 'electronic', '大名单.csv', uuid_send($1), 'importing', 12000, $1,
       business_now(), clock_timestamp())`,
    [rosterId, programmeId, branch],
  );
  const { page, context } = await openOffice(served, clerk, address);
  await page.getByRole('status').filter({ hasText: '已读 12,000 行' }).waitFor();
  await page.reload();
  await served.sql(
    'update roster set rows_total = 36000, touched_at = clock_timestamp() where roster_id = $1',
    [rosterId],
  );
  await page.getByRole('status').filter({ hasText: '已读 36,000 行' }).waitFor();
  await served.sql(`update roster set state = 'failed' where roster_id = $1`, [rosterId]);
  await page
    .getByRole('row', { name: /大名单\.csv/ })
    .getByText('导入失败')
    .waitFor();
  assert.equal(await page.getByRole('status').filter({ hasText: '已读' }).count(), 0);
  await context.close();
});

test('a branch union is offered what shows it something, and begins there', async () => {
  const { page, context, complaints } = await openOffice(served, clerk, '');
  await page.getByRole('heading', { name: '活动方案', exact: true }).waitFor();
  const menu = page.getByRole('navigation', { name: '办理事项' });
  assert.deepEqual(await menu.getByRole('link').allInnerTexts(), [
    '活动方案',
    '资金',
    '名单',
    '发放',
  ]);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a union below the organiser is offered its part, and no page that is not there', async () => {
  const { page, context, complaints } = await openOffice(served, higher, '');
  await page.getByRole('heading', { name: '活动方案', exact: true }).waitFor();
  const menu = page.getByRole('navigation', { name: '办理事项' });
  assert.deepEqual(await menu.getByRole('link').allInnerTexts(), [
    '活动方案',
    '资金',
    '名单',
    '发放',
    '账号与角色',
  ]);
  await page.getByRole('row', { name: /山西省工会/ }).waitFor();
  await menu.getByRole('link', { name: '资金' }).click();
  await page.getByRole('tab', { name: '资金总览' }).waitFor();
  assert.equal(await page.getByRole('tab', { name: '到账复核' }).count(), 0);
  assert.equal(await page.getByText('没有找到您要的内容').count(), 0);
  assert.deepEqual(
    complaints.filter((one) => !one.includes('404')),
    [],
  );
  await context.close();
});

test('a union opens its tree step by step, finds a branch by name, sees its members', async () => {
  const { page, context, complaints } = await openOffice(served, higher, `${address}?tab=tree`);
  await page.getByRole('button', { name: '展开行' }).first().click();
  const row = page.getByRole('row', { name: /一矿工会 基层工会/ });
  await row.getByText('1,234（2020-04-30）').waitFor();
  await page
    .getByRole('textbox', { name: '按名称查找单位' })
    .or(page.getByLabel('按名称查找单位'))
    .first()
    .fill('一矿');
  await page.keyboard.press('Enter');
  await page.getByText('共 1 行').waitFor();
  await page.getByRole('button', { name: '一矿工会' }).click();
  const panel = page.getByRole('dialog');
  await panel
    .getByRole('row', { name: /本单位上报/ })
    .getByText('1,234 人')
    .waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});
