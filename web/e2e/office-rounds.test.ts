import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { newId } from '@huiquan/domain/ids.ts';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { transact } from '../../server/src/db/transact.ts';
import { claimVouchers } from '../../server/src/features/round/claim.ts';
import { approveRound, prepareRound } from '../../server/src/features/round/round.ts';
import { givenFund } from '../../server/src/given/fund.ts';
import { givenPersons } from '../../server/src/given/issuing.ts';
import { someStaff } from '../../server/src/given/organisation.ts';
import { givenProgramme, smallPlan } from '../../server/src/given/programme.ts';
import type { TestStaff } from '../../server/src/http/test-app.ts';
import { openOffice } from './office-desk.ts';
import { servedApp, type ServedApp } from './served-app.ts';

const rolling = smallPlan.replace(
  'quantities: { retail_10: 100, catering_20: 50 }',
  'quantities: { retail_10: 100, catering_20: 50 }\n    leftovers: roll_over_by_adjustment',
);
let served: ServedApp;
let programmeId: string;
let commerce: TestStaff;
let financeId: string;
let address: string;

const at = (text: string) => served.setClock(instantFromText(text));

before(async () => {
  served = await servedApp();
  await at('2023-08-30T09:00:00+08:00');
  const programme = await givenProgramme(served.db, { planText: rolling });
  ({ programmeId } = programme);
  const { parties } = programme;
  for (const pool of ['retail', 'catering']) {
    await givenFund(served.db, { programmeId, pool, amountFen: 200_000n });
  }
  const later = { programmeId, number: 2, stock: [{ kind: 'retail_10', quantity: 5 }] };
  const prepared = await transact(served.db, someStaff(), (tx) => prepareRound(tx, later));
  await transact(served.db, someStaff(), (tx) => approveRound(tx, prepared));
  const scope = { kind: 'programme', id: programmeId };
  commerce = await served.signInStaff('COM', scope, parties['commerce']);
  financeId = parties['finance'] ?? '';
  address = `/p/${programmeId}/rounds`;
});
after(() => served.drop());

const panelOf = (page: Page) => page.getByRole('dialog').filter({ hasText: '按资金户' });

/** Somebody of the treasury who has just signed in, by the clock that stands now. */
const finance = () => served.signInStaff('FIN', { kind: 'programme', id: programmeId }, financeId);

/** Residents claim, in the database as the claims' own command does it. */
async function claim(count: number): Promise<void> {
  const { rows } = await served.sql('select round_id as id from round where number = 1', []);
  const roundId = String(rows[0]?.id);
  const persons = await givenPersons(served.db, count);
  const items = persons.map((personId) => ({
    roundId,
    kind: 'retail_10',
    personId,
    deviceId: personId,
    captchaNonce: newId(),
  }));
  await transact(served.db, someStaff(), (tx) => claimVouchers(tx, items));
}

test('the bureau finds a round in the calendar, prepares it, and may not approve it', async () => {
  const { page, context, complaints } = await openOffice(served, commerce, address);
  await page.getByText('2023 年 9 月').waitFor();
  await page.getByRole('button', { name: '第 1 轮 10:00' }).click();
  await page.getByRole('button', { name: '编制本轮' }).click();
  const dialog = page.getByRole('dialog', { name: '编制第 1 轮' });
  await dialog.getByText('共需 2,000 元').waitFor();
  await dialog.getByLabel('零售10元券（面值 10 元）').fill('6');
  await dialog.getByLabel('餐饮20元券（面值 20 元）').fill('0');
  await dialog.getByText('共需 60 元').waitFor();
  await dialog.getByRole('button', { name: '编制本轮' }).click();
  const panel = panelOf(page);
  await panel.getByText('本轮由您编制，须由另一人审批。').waitFor();
  assert.equal(await panel.getByRole('button', { name: '审批本轮' }).count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('finance reads what opens, when, and until when it can be stopped, and approves', async () => {
  const { page, context, complaints } = await openOffice(
    served,
    await finance(),
    `${address}?round=1`,
  );
  const panel = panelOf(page);
  await panel.getByRole('button', { name: '审批本轮' }).click();
  const dialog = page.getByRole('dialog', { name: '审批第 1 轮' });
  await dialog.getByText('共 6 张、60 元：零售10元券 6 张。').waitFor();
  await dialog.getByText('审批后即占用资金：通用零售（县财政局） 60 元。').waitFor();
  await dialog.getByText('2023-09-01 10:00 自动开抢').waitFor();
  await dialog.getByText('直到 2023-09-01 22:00，一人即可紧急停止').waitFor();
  await dialog.getByRole('button', { name: /^同\s?意$/ }).click();
  await panel.getByText('待开抢').waitFor();
  await panel.getByRole('timer').filter({ hasText: '距开抢 2 天' }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a rush is seen as it happens; one person stops it, two let it go on', async () => {
  await at('2023-09-01T10:00:00+08:00');
  const first = await openOffice(served, commerce, `${address}?round=1`);
  const panel = panelOf(first.page);
  const live = first.page.getByRole('region', { name: '实时' });
  await live.getByText('剩余 6 / 6').waitFor();
  await claim(2);
  await live.getByText('剩余 4 / 6').waitFor();
  await panel.getByRole('button', { name: '紧急停止' }).click();
  await first.page.getByLabel('理由').fill('接口异常');
  await first.page.getByRole('button', { name: /^确\s?定$/ }).click();
  await panel.getByText('已停止', { exact: true }).waitFor();
  await panel.getByRole('button', { name: '申请恢复' }).click();
  await first.page.getByLabel('理由').fill('异常已排除');
  await first.page.getByRole('button', { name: /^确\s?定$/ }).click();
  await panel.getByText('恢复由您申请，须由另一人批准。').waitFor();
  assert.equal(await panel.getByRole('button', { name: '批准恢复' }).count(), 0);
  assert.deepEqual(first.complaints, []);
  await first.context.close();
  const second = await openOffice(served, await finance(), `${address}?round=1`);
  const theirs = panelOf(second.page);
  await theirs.getByText('已申请恢复：异常已排除').waitFor();
  await theirs.getByRole('button', { name: '批准恢复' }).click();
  await theirs.getByText('进行中').waitFor();
  await second.context.close();
});

test('what a round did not give is moved into a later one by two persons', async () => {
  await at('2023-09-01T22:00:00+08:00');
  const first = await openOffice(served, commerce, `${address}?round=1`);
  const { page } = first;
  await panelOf(page).getByRole('button', { name: '结束本轮' }).click();
  await panelOf(page).getByText('没有领完的 40 元已退回可用。').waitFor();
  await page.goto(`/office${address}?tab=adjustments`);
  await page
    .getByRole('button', { name: '编制', exact: true })
    .or(page.getByRole('button', { name: '编制调整' }))
    .click();
  const dialog = page.getByRole('dialog', { name: '编制轮次调整' });
  await dialog.getByLabel('来源轮次').click();
  await page.getByTitle(/^第 1 轮/).click();
  await dialog.getByText('第 1 轮剩余：零售10元券 4 张').waitFor();
  await dialog.getByLabel('转入轮次').click();
  await page.getByTitle(/^第 2 轮/).click();
  await dialog.getByLabel('券种').click();
  await page.getByTitle('零售10元券').click();
  await dialog.getByLabel('张数').fill('4');
  await dialog.getByLabel('理由').fill('首轮结余转入');
  await dialog.getByRole('button', { name: '编制调整' }).click();
  await page.getByText('这项调整由您编制，须由另一人审批。').waitFor();
  assert.deepEqual(first.complaints, []);
  await first.context.close();
  const second = await openOffice(served, await finance(), `${address}?tab=adjustments`);
  await second.page.getByRole('button', { name: '第 1 轮 已结束轮次的结余 → 第 2 轮' }).click();
  await second.page.getByRole('button', { name: /^审\s?批$/ }).click();
  await second.page
    .getByText('第 1 轮 已结束轮次的结余 → 第 2 轮：零售10元券 4 张，共 40 元。')
    .waitFor();
  await second.page.getByRole('button', { name: /^同\s?意$/ }).click();
  await second.page.getByRole('dialog').getByText('已生效').waitFor();
  await second.page.goto(`/office${address}?round=2`);
  const row = panelOf(second.page).getByRole('row', { name: /^零售10元券 通用零售 10 9 0 9$/ });
  await row.waitFor();
  assert.deepEqual(second.complaints, []);
  await second.context.close();
});
