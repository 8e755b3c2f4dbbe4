import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { instant, instantFromText } from '@huiquan/domain/instant.ts';
import { transact } from '../../server/src/db/transact.ts';
import { type GateState, setGateState } from '../../server/src/features/gate/gate.ts';
import { claimVouchers } from '../../server/src/features/round/claim.ts';
import { smallPlan } from '../../server/src/given/programme.ts';
import { givenOpenRound } from '../../server/src/given/round.ts';
import { openAsResident } from './resident-phone.ts';
import { servedApp, type ServedApp } from './served-app.ts';

const opening = instantFromText('2023-09-01T10:00:00+08:00') ?? instant(0);
const named = `${smallPlan}
gates:
  - { gate: real_name }
`;
const actor = { kind: 'system', id: 'test' } as const;

let served: ServedApp;
let address: string;
let roundId: string;
before(async () => {
  served = await servedApp();
  await served.setClock(instant(opening - 60_000));
  const stock = [
    { kind: 'retail_10', quantity: 1 },
    { kind: 'catering_20', quantity: 50 },
  ];
  const given = await givenOpenRound(served.db, { planText: named, stock });
  ({ roundId } = given);
  address = `/app/rounds/${given.programme.programmeId}/1`;
});
after(() => served.drop());

const cardOf = (page: Page, name: string) => page.locator('.voucher', { hasText: name });
const claimOf = (page: Page, name: string) =>
  cardOf(page, name).getByRole('button', { name: '领取' });

async function vouchersOf(personId: string): Promise<number> {
  const { rows } = await served.sql(
    'select count(*)::int as found from voucher where person_id = $1',
    [personId],
  );
  return Number(rows[0]?.found);
}

test('before the hour nothing can be pressed; at the hour the page opens by itself', async () => {
  const { page, context, complaints } = await openAsResident(served, address);
  await page.getByText('距开抢').waitFor();
  assert.ok(await claimOf(page, '餐饮20元券').isDisabled());
  await served.setClock(instant(opening + 1_000));
  await page.waitForFunction(() => document.querySelector('.voucher .first:enabled') !== null);
  assert.equal(await page.getByText('距开抢').count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('who has had his share of a round is told so, and has one voucher', async () => {
  const { page, context, personId } = await openAsResident(served, address);
  await claimOf(page, '餐饮20元券').click();
  await page.getByRole('heading', { name: '领到了' }).waitFor();
  await page.getByRole('button', { name: '继续看看' }).click();
  await claimOf(page, '餐饮20元券').click();
  await page.getByRole('alert').getByText('您已达到领取上限').waitFor();
  assert.equal(await vouchersOf(personId), 1);
  await context.close();
});

test('who comes a moment too late is told that it is gone, and his page knows it too', async () => {
  const { page, context, personId } = await openAsResident(served, address);
  await cardOf(page, '零售10元券').getByText('剩 1 张').waitFor();
  // His page still shows what it saw before somebody else was faster.
  await page.route('**/api/programmes/*/rounds', (route) => route.abort());
  const other = await served.signInResident();
  const wish = { roundId, kind: 'retail_10', personId: other.personId, deviceId: 'other' };
  const passed = { captchaNonce: undefined, placeFlags: [] };
  const [outcome] = await transact(served.db, actor, (tx) =>
    claimVouchers(tx, [{ ...wish, ...passed }]),
  );
  assert.equal(outcome?.refused, undefined);
  await claimOf(page, '零售10元券').click();
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), /已领完|已抢完/);
  assert.equal(await vouchersOf(personId), 0);
  await page.unroute('**/api/programmes/*/rounds');
  await cardOf(page, '零售10元券').getByText('已领完').waitFor();
  await context.close();
});

test('an answer that the network loses is asked for again under the same number', async () => {
  const { page, context, personId } = await openAsResident(served, address);
  const numbers: string[] = [];
  await page.route('**/claims', async (route) => {
    numbers.push(route.request().headers()['idempotency-key'] ?? '');
    if (numbers.length > 1) return route.continue();
    // The server hears it, the phone never hears of that.
    await route.fetch();
    return route.abort('connectionreset');
  });
  await claimOf(page, '餐饮20元券').click();
  await page.getByRole('heading', { name: '领到了' }).waitFor();
  assert.deepEqual([numbers.length, new Set(numbers).size], [2, 1]);
  assert.equal(await vouchersOf(personId), 1);
  await context.close();
});

test('a claim without network waits for it, says so, and happens once', async () => {
  const { page, context, personId } = await openAsResident(served, address);
  await claimOf(page, '餐饮20元券').waitFor();
  await context.setOffline(true);
  await claimOf(page, '餐饮20元券').click();
  await page.getByText('网络断了，正在等网络恢复').waitFor();
  assert.equal(await vouchersOf(personId), 0);
  await context.setOffline(false);
  await page.getByRole('heading', { name: '领到了' }).waitFor();
  assert.equal(await vouchersOf(personId), 1);
  await context.close();
});

test('while a risk control is down nobody gets a voucher, and the page says so', async () => {
  const control = (state: GateState) =>
    transact(served.db, actor, (tx) =>
      setGateState(tx, { gate: 'real_name', state, cause: 'test' }),
    );
  const { page, context, personId } = await openAsResident(served, address);
  await claimOf(page, '餐饮20元券').waitFor();
  await control('degraded');
  await claimOf(page, '餐饮20元券').click();
  await page.getByText('风险控制正在恢复，暂时停止领券。钱包和付款不受影响').waitFor();
  assert.equal(await vouchersOf(personId), 0);
  await control('healthy');
  await claimOf(page, '餐饮20元券').click();
  await page.getByRole('heading', { name: '领到了' }).waitFor();
  await context.close();
});

test('who has not proved his name is led there', async () => {
  const { page, context, personId } = await openAsResident(served, '/');
  await served.sql(
    `update resident_account set person_id = null, verified_at = null, name_index = null
     where person_id = $1`,
    [personId],
  );
  await page.goto(address);
  await claimOf(page, '餐饮20元券').click();
  await page.getByRole('alert').getByRole('link', { name: '实名认证' }).click();
  await page.waitForURL('/app/real-name');
  await context.close();
});

test('the payment code renews itself before it dies', async () => {
  const { page, context, complaints } = await openAsResident(served, '/');
  await page.clock.install();
  await page.goto('/app/code');
  const digits = () => page.locator('.digits').innerText();
  const first = await digits();
  await page.clock.fastForward(40_000);
  assert.equal(await digits(), first);
  await page.clock.fastForward(11_000);
  await page.waitForFunction(
    (before) => document.querySelector<HTMLElement>('.digits')?.innerText !== before,
    first,
  );
  assert.match((await digits()).replaceAll(/\s/g, ''), /^99\d{17}$/);
  assert.deepEqual(complaints, []);
  await context.close();
});
