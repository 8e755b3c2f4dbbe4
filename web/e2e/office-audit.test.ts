import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stopProgrammeRoute } from '../../server/src/features/programme/programme.contract.ts';
import { type GivenProgramme, givenProgramme } from '../../server/src/given/programme.ts';
import type { TestStaff } from '../../server/src/http/test-app.ts';
import { openOffice } from './office-desk.ts';
import { servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let programme: GivenProgramme;
let bureau: TestStaff;
let auditor: TestStaff;

before(async () => {
  served = await servedApp();
  programme = await givenProgramme(served.db);
  const scope = { kind: 'programme', id: programme.programmeId };
  bureau = await served.signInStaff('COM', scope, programme.organiserId);
  auditor = await served.signInStaff('AUD', { kind: 'everything' });
});
after(() => served.drop());

test('the time line shows the act just made in plain words, and the chain its state', async () => {
  const { programmeId } = programme;
  const request = { params: { programmeId }, body: { reason: '现场核查' } };
  assert.equal((await served.request(stopProgrammeRoute, request, bureau)).status, 200);
  const { page, context, complaints } = await openOffice(
    served,
    auditor,
    `/p/${programmeId}/audit`,
  );
  const first = page.getByRole('row', { name: /活动 紧急停止/ });
  await first.getByText('现场核查').waitFor();
  await page.getByRole('tab', { name: '证据链' }).click();
  await page.getByRole('button', { name: '核验全部账目' }).click();
  await page.getByText('正在核验，可以离开此页').waitFor();
  await page.reload();
  await page.getByText('正在核验，可以离开此页').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a bureau reads its own time line and is not offered the chain', async () => {
  const { page, context } = await openOffice(served, bureau, `/p/${programme.programmeId}/audit`);
  await page.getByRole('row', { name: /活动 紧急停止/ }).waitFor();
  assert.equal(await page.getByRole('tab', { name: '证据链' }).count(), 0);
  await context.close();
});
