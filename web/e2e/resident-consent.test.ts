import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { instant, instantFromText } from '@huiquan/domain/instant.ts';
import { smallPlan } from '../../server/src/given/programme.ts';
import { givenOpenRound } from '../../server/src/given/round.ts';
import { openAsResident } from './resident-phone.ts';
import { phone, servedApp, type ServedApp } from './served-app.ts';

const opening = instantFromText('2023-09-01T10:00:00+08:00') ?? instant(0);
const local = `${smallPlan}
gates:
  - { gate: real_name }
  - { gate: location, region: "1410", datum: stated_by_client }
`;
const inXiangning = { longitude: 110.8418, latitude: 35.9703, accuracy: 20 };
const here = { geolocation: inXiangning, permissions: ['geolocation'] };

let served: ServedApp;
let programmeId: string;
before(async () => {
  served = await servedApp();
  await served.setClock(instant(opening - 60_000));
  const stock = [{ kind: 'catering_20', quantity: 50 }];
  const given = await givenOpenRound(served.db, { planText: local, stock });
  ({ programmeId } = given.programme);
  await served.setClock(instant(opening + 1_000));
});
after(() => served.drop());

const cardOf = (page: Page, purpose: string) => page.getByRole('region', { name: purpose });

/** What stands in the database for this person: purpose → answer. */
async function standing(personId: string): Promise<unknown> {
  const { rows } = await served.sql(
    `select c.purpose, c.answer from consent c join resident_account using (resident_account_id)
     where person_id = $1 and c.ended_at is null order by 1`,
    [personId],
  );
  return Object.fromEntries(
    rows.map((one: { purpose: string; answer: string }) => [one.purpose, one.answer]),
  );
}

test('at the first sign-in each purpose is asked by itself; a later one goes home', async () => {
  await served.setClock(undefined);
  const signIn = async (page: Page) => {
    await page.goto('/app/sign-in');
    await page.getByLabel('手机号').fill('13800138001');
    await page.getByRole('button', { name: '获取验证码' }).click();
    await page.getByText('验证码已发送').waitFor();
    const code = served.sandboxes.sms.lastCode('13800138001') ?? assert.fail('no code was sent');
    await page.getByLabel('短信验证码').fill(code);
    await page.getByRole('button', { name: '登录' }).click();
  };
  const first = await served.open('/', phone);
  await signIn(first.page);
  await first.page.waitForURL('/app/consents?first');
  await cardOf(first.page, '实名信息').getByRole('button', { name: '同意', exact: true }).click();
  await cardOf(first.page, '实名信息').getByText('已同意').waitFor();
  await cardOf(first.page, '位置信息').getByRole('button', { name: '不同意' }).click();
  await cardOf(first.page, '位置信息').getByText('未同意').waitFor();
  await cardOf(first.page, '短信提醒').getByRole('button', { name: '不同意' }).click();
  await cardOf(first.page, '短信提醒').getByText('未同意').waitFor();
  await first.page.getByRole('button', { name: '完成' }).click();
  await first.page.waitForURL('/');
  assert.deepEqual(first.complaints, []);
  await first.context.close();
  await served.sql(`delete from attempt`);
  const later = await served.open('/', phone);
  await signIn(later.page);
  await later.page.waitForURL('/');
  await later.context.close();
  await served.setClock(instant(opening + 1_000));
});

test('what was agreed is withdrawn in 我的, and a claim that needs it says why', async () => {
  const { page, context, complaints, personId } = await openAsResident(served, '/app/me', {
    how: here,
  });
  await page.getByRole('link', { name: '信息授权' }).click();
  await cardOf(page, '位置信息').getByRole('button', { name: '撤回同意' }).click();
  await cardOf(page, '位置信息').getByText('未同意').waitFor();
  assert.deepEqual(await standing(personId), {
    location: 'refused',
    messages: 'agreed',
    real_name: 'agreed',
  });
  await page.goto(`/app/rounds/${programmeId}/1`);
  const claim = page.locator('.voucher .first:enabled');
  await claim.click();
  const question = page.getByRole('dialog', { name: '需要您的同意' });
  await question.getByText('不保存具体位置').waitFor();
  await question.getByRole('button', { name: '暂不' }).click();
  await page.getByText('没有您的位置授权不能领取').waitFor();
  await claim.click();
  await question.getByRole('button', { name: '同意并继续' }).click();
  await page.getByRole('heading', { name: '领到了' }).waitFor();
  assert.deepEqual(await standing(personId), {
    location: 'agreed',
    messages: 'agreed',
    real_name: 'agreed',
  });
  assert.deepEqual(complaints, []);
  await context.close();
});

test('who agreed to nothing is asked for his name and then for his place', async () => {
  const { page, context, personId } = await openAsResident(served, '/', { how: here });
  await served.sql(
    `delete from consent where resident_account_id in
       (select resident_account_id from resident_account where person_id = $1)`,
    [personId],
  );
  await page.goto(`/app/rounds/${programmeId}/1`);
  await page.locator('.voucher .first:enabled').click();
  const question = page.getByRole('dialog', { name: '需要您的同意' });
  await question.getByRole('heading', { name: '实名信息' }).waitFor();
  await question.getByRole('button', { name: '同意并继续' }).click();
  await question.getByRole('heading', { name: '位置信息' }).waitFor();
  await question.getByRole('button', { name: '同意并继续' }).click();
  await page.getByRole('heading', { name: '领到了' }).waitFor();
  assert.deepEqual(await standing(personId), { location: 'agreed', real_name: 'agreed' });
  await context.close();
});

test('the real name is not asked for before its use is agreed to', async () => {
  const { page, context, personId } = await openAsResident(served, '/');
  await served.sql(
    `update consent set answer = 'refused' where purpose = 'real_name' and resident_account_id in
       (select resident_account_id from resident_account where person_id = $1)`,
    [personId],
  );
  await page.goto('/app/real-name');
  await page.getByRole('heading', { name: '需要您的同意' }).waitFor();
  assert.equal(await page.getByLabel('身份证号').count(), 0);
  await page.getByRole('button', { name: '同意并继续' }).click();
  await page.getByLabel('身份证号').waitFor();
  await context.close();
});
