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

const named = `approvals:
  - { act: publish_plan, prepared_by: [commerce], approved_by: [government] }`;

before(async () => {
  served = await servedApp();
  const planText = smallPlan.replace('approvals: []', named);
  const { programmeId, parties } = await givenProgramme(served.db, { planText });
  address = `/p/${programmeId}/plan`;
  const party = { kind: 'party' } as const;
  clerk = await served.signInStaff('COM', party, parties['commerce']);
  finance = await served.signInStaff('FIN', party, parties['finance']);
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
