import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { runRecall } from '../../server/src/features/issuing/recall.ts';
import { resumeIssuing } from '../../server/src/features/issuing/resume.ts';
import { runIssue } from '../../server/src/features/issuing/run.ts';
import { givenFund } from '../../server/src/given/fund.ts';
import { givenApprovedBatch, givenRoster } from '../../server/src/given/issuing.ts';
import { givenProgramme } from '../../server/src/given/programme.ts';
import type { TestStaff } from '../../server/src/http/test-app.ts';
import { openOffice } from './office-desk.ts';
import { servedApp, type ServedApp } from './served-app.ts';

const worker = { kind: 'system', id: 'test' } as const;
let served: ServedApp;
let clerk: TestStaff;
let chief: TestStaff;
let finance: TestStaff;
let address: string;

before(async () => {
  served = await servedApp();
  await served.setClock(instantFromText('2023-09-01T10:00:00+08:00'));
  const { programmeId, organiserId, parties } = await givenProgramme(served.db);
  await givenFund(served.db, { programmeId, pool: 'retail', amountFen: 100_000n });
  await givenRoster(served.db, { programmeId, organisationId: organiserId, persons: 2 });
  const scope = { kind: 'organisation', id: organiserId };
  clerk = await served.signInStaff('UNI', scope, organiserId);
  chief = await served.signInStaff('UNI', scope, organiserId);
  await served.grant(clerk.staffId, 'BUC', scope);
  const party = { kind: 'programme', id: programmeId };
  finance = await served.signInStaff('FIN', party, parties['finance']);
  address = `/p/${programmeId}/issuing`;
});
after(() => served.drop());

const panelOf = (page: Page) => page.getByRole('dialog').filter({ hasText: '内容校验码' });

async function openBatch(page: Page) {
  await page.getByRole('button', { name: '名单.csv' }).click();
  const panel = panelOf(page);
  await panel.waitFor();
  return panel;
}

async function idOf(table: 'issue_batch' | 'batch_recall', column: string): Promise<string> {
  const { rows } = await served.sql(`select ${column} as id from ${table}`, []);
  return String(rows[0]?.id);
}

test('a clerk sees what issuing a list would do, prepares it, and may not approve it', async () => {
  const { page, context, complaints } = await openOffice(served, clerk, address);
  await page.getByRole('button', { name: '试算与编制' }).click();
  await page.getByRole('combobox', { name: '名单' }).click();
  await page.getByTitle('名单.csv（主办单位，2 人）').click();
  const draft = page.getByRole('dialog').filter({ hasText: '试算不写入任何数据' });
  await draft.getByRole('row', { name: '零售40元券 40 10 2023-09-07 23:00' }).waitFor();
  await draft.getByRole('row', { name: /^通用零售（.*） \d+ 400$/ }).waitFor();
  await draft.getByText('没有人会被拒绝。').waitFor();
  await draft.getByRole('button', { name: '编制批次' }).click();
  const panel = panelOf(page);
  await panel.getByText('这一批由您编制，须由另一人审批。').waitFor();
  assert.equal(await panel.getByRole('button', { name: /^审\s?批$/ }).count(), 0);
  await panel.getByRole('button', { name: '撤销批次' }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('finance sees the batch and its forecast, and has nothing to press', async () => {
  const { page, context } = await openOffice(served, finance, address);
  await page.getByRole('button', { name: '名单.csv' }).waitFor();
  assert.equal(await page.getByRole('button', { name: '试算与编制' }).count(), 0);
  const panel = await openBatch(page);
  await panel.getByRole('row', { name: /零售40元券/ }).waitFor();
  assert.equal(await panel.getByRole('button', { name: '撤销批次' }).count(), 0);
  await context.close();
});

test('a second person reads whom it reaches and until when it stops, and approves', async () => {
  const { page, context, complaints } = await openOffice(served, chief, address);
  const panel = await openBatch(page);
  await panel.getByRole('button', { name: /^审\s?批$/ }).click();
  const dialog = page.getByRole('dialog', { name: '审批“名单.csv”的发放批次' });
  await dialog.getByText('主办单位名单中的 2 人，共 10 张、400 元。').waitFor();
  await dialog.getByText(/审批后即占用资金：通用零售（.*） 400 元。/).waitFor();
  await dialog.getByText('最迟在 2023-09-07 23:00 前可以收回').waitFor();
  await dialog.getByRole('button', { name: /^同\s?意$/ }).click();
  await panel.getByRole('button', { name: '开始发放' }).click();
  await page
    .getByRole('dialog', { name: '开始发放“名单.csv”？' })
    .getByRole('button', { name: '开始发放' })
    .click();
  await panel.getByRole('status').filter({ hasText: '0 / 2 人' }).waitFor();
  await page.reload();
  await panel.getByText('可以离开或刷新此页，发放不会中断。').waitFor();
  await runIssue(served.db, worker, await idOf('issue_batch', 'batch_id'));
  await panel.getByRole('status').filter({ hasText: '2 / 2 人' }).waitFor();
  await panel.getByRole('row', { name: /^通用零售（.*） 400 400 0 0$/ }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a recall is asked for by one, approved by another, and told to its end', async () => {
  const first = await openOffice(served, clerk, address);
  const asked = await openBatch(first.page);
  await asked.getByRole('button', { name: '申请收回' }).click();
  await first.page.getByLabel('收回理由').fill('名单有误');
  await first.page.getByRole('button', { name: /^确\s?定$/ }).click();
  await asked.getByText('收回由您申请，须由另一人审批。').waitFor();
  assert.equal(await asked.getByRole('button', { name: '同意收回' }).count(), 0);
  await first.context.close();
  const second = await openOffice(served, chief, address);
  const panel = await openBatch(second.page);
  await panel.getByText('名单有误').waitFor();
  await panel.getByRole('button', { name: '同意收回' }).click();
  const dialog = second.page.getByRole('dialog', { name: '同意收回“名单.csv”？' });
  await dialog.getByText('尚未使用的券全部作废').waitFor();
  await dialog.getByRole('button', { name: '同意收回' }).click();
  await panel.getByText('已收回 0 张').waitFor();
  await runRecall(served.db, worker, await idOf('batch_recall', 'recall_id'));
  await panel.getByText('已收回 10 张').waitFor();
  await second.page
    .getByRole('row', { name: /名单\.csv/ })
    .getByText('已收回')
    .waitFor();
  assert.deepEqual(second.complaints, []);
  await second.context.close();
});

test('an approved batch is taken back before it starts, by two persons', async () => {
  const { programmeId, organiserId } = await givenProgramme(served.db);
  await givenFund(served.db, { programmeId, pool: 'retail', amountFen: 40_000n });
  const { rosterId } = await givenRoster(served.db, {
    programmeId,
    organisationId: organiserId,
    persons: 2,
  });
  await givenApprovedBatch(served.db, rosterId);
  const place = `/p/${programmeId}/issuing`;
  const scope = { kind: 'organisation', id: organiserId };
  const one = await served.signInStaff('BUC', scope, organiserId);
  const first = await openOffice(served, one, place);
  const asked = await openBatch(first.page);
  await asked.getByRole('button', { name: '申请撤回' }).click();
  await first.page.getByRole('dialog', { name: '在开始前撤回这一批' }).waitFor();
  await first.page.getByLabel('收回理由').fill('改期发放');
  await first.page.getByRole('button', { name: /^确\s?定$/ }).click();
  await asked.getByText('收回由您申请，须由另一人审批。').waitFor();
  await first.context.close();
  const other = await served.signInStaff('UNI', scope, organiserId);
  const second = await openOffice(served, other, place);
  const panel = await openBatch(second.page);
  await panel.getByRole('button', { name: '同意收回' }).click();
  const dialog = second.page.getByRole('dialog', { name: '同意收回“名单.csv”？' });
  await dialog.getByText('占用的资金退回，名单可以重新编制批次').waitFor();
  await dialog.getByRole('button', { name: '同意收回' }).click();
  await panel.getByText('正在收回').first().waitFor();
  await resumeIssuing(served.db, worker);
  await second.page
    .getByRole('row', { name: /名单\.csv/ })
    .getByText('已撤销')
    .waitFor();
  assert.deepEqual(second.complaints, []);
  await second.context.close();
});
