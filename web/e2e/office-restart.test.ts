import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { givenProgramme, smallPlan } from '../../server/src/given/programme.ts';
import type { TestStaff } from '../../server/src/http/test-app.ts';
import { openOffice } from './office-desk.ts';
import { servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let address: string;
let clerk: TestStaff;
let finance: TestStaff;
let leader: TestStaff;
let closer: TestStaff;

const named = `approvals:
  - { act: publish_plan, prepared_by: [commerce], approved_by: [government] }
  - { act: extend_programme, prepared_by: [finance], approved_by: [government] }
  - { act: close_programme, prepared_by: [finance], approved_by: [government] }`;

before(async () => {
  served = await servedApp();
  const planText = smallPlan.replace('approvals: []', named);
  const { programmeId, parties } = await givenProgramme(served.db, { planText });
  address = `/p/${programmeId}/plan`;
  const party = { kind: 'party' } as const;
  clerk = await served.signInStaff('COM', party, parties['commerce']);
  finance = await served.signInStaff('FIN', party, parties['finance']);
  closer = await served.signInStaff('COM', party, parties['finance']);
  leader = await served.signInStaff('FIN', party, parties['government']);
});
after(() => served.drop());

test('a restart is offered to whom the plan names, others read who decides it', async () => {
  const asking = await openOffice(served, clerk, address);
  await asking.page.getByRole('button', { name: '起草新版本' }).waitFor();
  await asking.page.getByRole('button', { name: '紧急停止' }).click();
  await asking.page.getByRole('dialog').getByRole('textbox').fill('发现套现');
  await asking.page.getByRole('button', { name: /^确\s?定$/ }).click();
  await asking.page.getByRole('button', { name: '申请恢复' }).click();
  await asking.page.getByRole('dialog').getByRole('textbox').fill('已查清');
  await asking.page.getByRole('button', { name: /^确\s?定$/ }).click();
  await asking.page.getByText('恢复申请由您提交，须由另一人审批。').waitFor();
  assert.deepEqual(asking.complaints, []);
  await asking.context.close();

  const reading = await openOffice(served, finance, address);
  await reading.page.getByText('有一份恢复申请等待另一人审批').waitFor();
  await reading.page.getByText('方案指定由乡宁县人民政府审批。').waitFor();
  assert.equal(await reading.page.getByRole('button', { name: '同意恢复' }).count(), 0);
  assert.equal(await reading.page.getByRole('button', { name: '起草新版本' }).count(), 0);
  assert.deepEqual(reading.complaints, []);
  await reading.context.close();

  const { page, context, complaints } = await openOffice(served, leader, address);
  await page.getByRole('button', { name: '同意恢复' }).click();
  await page.locator('.plan-head').getByText('进行中').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the end and an extension are offered to whom the plan names for them', async () => {
  const preparing = await openOffice(served, closer, address);
  await preparing.page.getByRole('button', { name: '起草延期' }).waitFor();
  assert.equal(await preparing.page.getByRole('button', { name: '起草新版本' }).count(), 0);
  const beside = await openOffice(served, clerk, address);
  await beside.page.getByRole('button', { name: '起草新版本' }).waitFor();
  await beside.page.waitForLoadState('networkidle');
  await preparing.page.getByRole('button', { name: '申请结束活动' }).click();
  assert.equal(await beside.page.getByRole('button', { name: '申请结束活动' }).count(), 0);
  assert.equal(await beside.page.getByRole('button', { name: '起草延期' }).count(), 0);
  await preparing.page.getByRole('button', { name: /^确\s?定$/ }).click();
  await preparing.page.getByText('结束申请由您提交，须由另一人审批。').waitFor();
  await beside.page.reload();
  await beside.page.getByText('有一份结束申请等待另一人审批。').waitFor();
  await beside.page.getByText('方案指定由乡宁县人民政府审批。').waitFor();
  assert.equal(await beside.page.getByRole('button', { name: '同意结束' }).count(), 0);
  const deciding = await openOffice(served, leader, address);
  await deciding.page.getByRole('button', { name: '同意结束' }).waitFor();
  for (const { complaints, context } of [preparing, beside, deciding]) {
    assert.deepEqual(complaints, []);
    await context.close();
  }
});
