import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { instant, instantFromText } from '@huiquan/domain/instant.ts';
import { transact } from '../../server/src/db/transact.ts';
import { usePaymentCodes } from '../../server/src/features/wallet/payment-code.ts';
import { givenOpenRound } from '../../server/src/given/round.ts';
import { smallPlan } from '../../server/src/given/programme.ts';
import { solveForTests } from '../../server/src/ports/captcha/captcha.sandbox.ts';
import { phone, servedApp, type ServedApp } from './served-app.ts';

const opening = instantFromText('2023-09-01T10:00:00+08:00') ?? instant(0);
const gated = `${smallPlan}
gates:
  - { gate: real_name }
  - { gate: slider }
  - { gate: picture }
  - { gate: location, region: "1410", datum: stated_by_client }
`;
const inXiangning = { longitude: 110.8418, latitude: 35.9703, accuracy: 20 };
const inBeijing = { longitude: 116.4, latitude: 39.9, accuracy: 20 };
const here = { ...phone, geolocation: inXiangning, permissions: ['geolocation'] };

let served: ServedApp;
let programmeId: string;
before(async () => {
  served = await servedApp();
  await served.setClock(instant(opening - 60_000));
  const stock = [
    { kind: 'retail_10', quantity: 1 },
    { kind: 'catering_20', quantity: 5 },
  ];
  const given = await givenOpenRound(served.db, { planText: gated, stock });
  ({ programmeId } = given.programme);
});
after(() => served.drop());

/** Signs in as a verified resident: the cookie a browser would keep. */
async function signIn(page: Page): Promise<string> {
  const resident = await served.signInResident();
  const { authorization = '' } = resident({ method: 'GET', url: '/', body: '' });
  await page
    .context()
    .addCookies([
      { name: 'huiquan_session', value: authorization.replace('Bearer ', ''), url: served.url },
    ]);
  return resident.personId;
}

/** Passes the checks as a careful person would, with the sandbox's own solution. */
async function passChecks(page: Page): Promise<void> {
  const solved = page.waitForResponse((reply) => reply.url().endsWith('/claims'));
  await page.route('**/captcha-answers', async (route) => {
    const sent: unknown = JSON.parse(route.request().postData() ?? '{}');
    const challenge = String(Reflect.get(Object(sent), 'challenge'));
    const right = solveForTests(challenge, served.context.ports.captchaKeys);
    const { kind: _, ...answer } = right ?? assert.fail('no solution');
    const pass: unknown = Reflect.get(Object(sent), 'pass');
    const body = { challenge, ...answer, ...(typeof pass === 'string' ? { pass } : {}) };
    await route.continue({ postData: JSON.stringify(body) });
  });
  await served.setClock(instant(served.context.clock() + 3_000));
  const knob = page.getByRole('button', { name: /滑块/ });
  const box = (await knob.boundingBox()) ?? assert.fail('no slider');
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  for (let n = 1; n <= 12; n += 1) await page.mouse.move(box.x + 20 + n * 8, box.y + 20 + (n % 2));
  await page.mouse.up();
  const picture = page.locator('.picture');
  await page.getByText('依次点选').waitFor();
  await served.setClock(instant(served.context.clock() + 3_000));
  const submit = page.getByRole('button', { name: '确定' });
  for (let n = 0; n < 8 && (await submit.isDisabled()); n += 1) {
    await picture.click({ position: { x: 30 + 25 * n, y: 40 } });
  }
  await submit.click();
  await solved;
}

test('a resident signs in by phone, without a password', async () => {
  // A session of the past would not stay in the browser: this test lives today.
  await served.setClock(undefined);
  const { page, context, complaints } = await served.open('/app/sign-in');
  await page.getByLabel('手机号').fill('13800138000');
  await page.getByRole('button', { name: '获取验证码' }).click();
  await page.getByText('验证码已发送').waitFor();
  const code = served.sandboxes.sms.lastCode('13800138000') ?? assert.fail('no code was sent');
  await page.getByLabel('短信验证码').fill(code);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL('/app/consents?first');
  await page.getByRole('heading', { name: '信息授权' }).waitFor();
  await page.getByRole('button', { name: '完成' }).click();
  await page.waitForURL('/');
  await page.goto('/app/me');
  await page.getByText('未实名').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
  await served.setClock(instant(opening - 60_000));
});

test('a round opens while it is watched, one claims, and the last voucher is gone', async () => {
  const { page, context, complaints } = await served.open('/', here);
  await signIn(page);
  await page.goto(`/app/rounds/${programmeId}/1`);
  await page.getByText('距开抢').waitFor();
  const first = page.getByRole('button', { name: '领取' }).first();
  assert.ok(await first.isDisabled());
  await served.setClock(instant(opening + 1_000));
  await page.getByText('剩 1 张').waitFor();
  await page.waitForFunction(() => document.querySelector('.voucher .first:enabled') !== null);
  const card = page.locator('.voucher', { hasText: '零售10元券' });
  await card.getByRole('button', { name: '领取' }).click();
  await passChecks(page);
  await page.getByRole('heading', { name: '领到了' }).waitFor();
  await page.getByRole('link', { name: '去看我的券' }).click();
  await page.getByText('2023-09-07 23:00 到期').waitFor();
  await page.goto(`/app/rounds/${programmeId}/1`);
  await card.getByText('已领完').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('who stands elsewhere is told so, and so is who does not say where', async () => {
  await served.setClock(instant(opening + 60_000));
  const far = { ...here, geolocation: inBeijing };
  const { page, context } = await served.open('/', far);
  await signIn(page);
  await page.goto(`/app/rounds/${programmeId}/1`);
  const card = page.locator('.voucher', { hasText: '餐饮20元券' });
  await card.getByRole('button', { name: '领取' }).click();
  await passChecks(page);
  await page.getByText('您当前不在活动地区内').waitFor();
  await context.close();
  const silent = await served.open('/', { ...phone, permissions: [] });
  await signIn(silent.page);
  await silent.page.goto(`/app/rounds/${programmeId}/1`);
  await silent.page
    .locator('.voucher', { hasText: '餐饮20元券' })
    .getByRole('button', { name: '领取' })
    .click();
  await silent.page.getByText('没有得到定位许可').waitFor();
  await silent.context.close();
});

test('the payment code on the screen is the one that a till may use', async () => {
  const { page, context, complaints } = await served.open('/');
  const personId = await signIn(page);
  await page.goto('/app/code');
  const digits = (await page.locator('.digits').innerText()).replaceAll(' ', '');
  assert.match(digits, /^99\d{17}$/);
  const actor = { kind: 'system', id: 'test' } as const;
  const [use] = await transact(served.db, actor, (tx) =>
    usePaymentCodes(tx, served.keys, [digits]),
  );
  assert.equal(use?.refused, undefined);
  assert.equal(Reflect.get(Object(use), 'personId'), personId);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('长辈版 has large text and targets of sixty by sixty, and stays on this phone', async () => {
  const { page, context } = await served.open('/');
  await page.getByRole('button', { name: '长辈版' }).click();
  await page.reload();
  await page.getByRole('heading', { name: '申领攻略' }).waitFor();
  const small = await page
    .locator('button:visible, a:visible')
    .evaluateAll(
      (all) =>
        all
          .map((one) => one.getBoundingClientRect())
          .filter((box) => box.width < 60 || box.height < 60).length,
    );
  assert.equal(small, 0);
  const sizes = await page
    .locator('body *')
    .evaluateAll((all) =>
      all
        .filter((one) =>
          [...one.childNodes].some(
            (node) => node.nodeType === 3 && node.textContent?.trim() !== '',
          ),
        )
        .map((one) => Number(getComputedStyle(one).fontSize.replace('px', ''))),
    );
  assert.ok(
    sizes.every((size) => size >= 18),
    `${Math.min(...sizes)}`,
  );
  await context.close();
});

test('the first page brings no more than 200 KB of script over the wire', () => {
  const dist = path.resolve(import.meta.dirname, '../dist');
  const html = readFileSync(path.join(dist, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, file]) => file);
  const bytes = files.map((file) => gzipSync(readFileSync(path.join(dist, file ?? ''))).length);
  assert.ok(files.length > 0);
  assert.ok(bytes.reduce((sum, one) => sum + one, 0) <= 200 * 1024);
});
