import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { givenMerchant } from '../../server/src/given/merchant.ts';
import {
  type GivenProgramme,
  givenProgramme,
  smallPlan,
} from '../../server/src/given/programme.ts';
import type { TestStaff } from '../../server/src/http/test-app.ts';
import { openOffice } from './office-desk.ts';
import { servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let programme: GivenProgramme;
let market: TestStaff;
let commerce: TestStaff;
let colleague: TestStaff;
let address: string;

before(async () => {
  served = await servedApp();
  const planText = smallPlan
    .replace(
      '  - { id: finance, name',
      '  - { id: market, name: 市场监管局, roles: [reviewer] }\n  - { id: finance, name',
    )
    .replace('name: 餐饮住宿, reviewed_by: commerce', 'name: 餐饮住宿, reviewed_by: market');
  programme = await givenProgramme(served.db, { planText });
  const { programmeId, parties } = programme;
  address = `/p/${programmeId}/merchants`;
  const scope = { kind: 'programme', id: programmeId };
  market = await served.signInStaff('COM', scope, parties['market']);
  commerce = await served.signInStaff('COM', scope, parties['commerce']);
  colleague = await served.signInStaff('COM', scope, parties['commerce']);
  const { keys } = served;
  const applied = { programmeId, category: 'catering', keys, state: 'applied' } as const;
  await givenMerchant(served.db, { ...applied, name: '鄂邑饭店' });
  await givenMerchant(served.db, { programmeId, category: 'retail', keys, name: '惠民百货' });
});
after(() => served.drop());

test('a department is refused what another department reviews', async () => {
  const { page, context } = await openOffice(served, commerce, address);
  await page
    .getByRole('row', { name: /鄂邑饭店/ })
    .getByRole('button')
    .click();
  await page.getByRole('button', { name: '审核通过' }).click();
  await page.getByText('从下一次扫码起可以受理消费券').waitFor();
  await page.getByRole('button', { name: /^同\s?意$/ }).click();
  await page.locator('.ant-message-error').waitFor();
  await page.getByRole('dialog').getByText('待审核').first().waitFor();
  await context.close();
});

test('a reviewer of an industry is offered his category by name, and sees only it', async () => {
  const industry = { kind: 'industry', id: 'catering' };
  const own = await served.signInStaff('IND', industry, programme.parties['market']);
  const { page, context, complaints } = await openOffice(served, own, address);
  await page.getByRole('row', { name: /鄂邑饭店/ }).waitFor();
  assert.equal(await page.getByRole('row', { name: /惠民百货/ }).count(), 0);
  await page.getByRole('combobox', { name: '类别' }).click();
  const offered = await page.locator('.ant-select-item-option').allInnerTexts();
  assert.deepEqual(offered, ['餐饮住宿']);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the department of the category sees the checks and approves', async () => {
  const { page, context, complaints } = await openOffice(served, market, address);
  await page
    .getByRole('row', { name: /鄂邑饭店/ })
    .getByRole('button')
    .click();
  const panel = page.getByRole('dialog');
  await panel.getByRole('listitem').filter({ hasText: '失信名单' }).getByText('通过').waitFor();
  await page.getByRole('button', { name: '审核通过' }).click();
  await page.getByRole('button', { name: /^同\s?意$/ }).click();
  await page.getByText('已办理').waitFor();
  await panel.getByText('已通过').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('one person suspends at once; a disqualification waits for another one', async () => {
  const first = await openOffice(served, commerce, address);
  const { page } = first;
  await page
    .getByRole('row', { name: /惠民百货/ })
    .getByRole('button')
    .click();
  await page.getByRole('button', { name: '立即暂停受理' }).click();
  await page.getByLabel('依据').fill('现场查获套现');
  await page.getByRole('button', { name: /^确\s?定$/ }).click();
  await page.getByRole('dialog').getByText('暂停', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: '提出取消资格' }).click();
  await page.getByLabel('依据').fill('两次查获');
  await page.getByRole('button', { name: /^确\s?定$/ }).click();
  await page.getByText('已办理').last().waitFor();
  await page.goto(`/office${address}?tab=sanctions`);
  await page
    .getByRole('row', { name: /两次查获/ })
    .getByText('须由另一人办理')
    .waitFor();
  await first.context.close();
  const second = await openOffice(served, colleague, `${address}?tab=sanctions`);
  const row = second.page.getByRole('row', { name: /两次查获/ });
  await row.getByRole('button', { name: /^同\s?意$/ }).click();
  await row.getByText('已生效').waitFor();
  assert.deepEqual(second.complaints, []);
  await second.context.close();
});
