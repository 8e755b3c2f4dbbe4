import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { givenFund } from '../../server/src/given/fund.ts';
import { givenMerchant } from '../../server/src/given/merchant.ts';
import { givenClaimedVouchers, givenRedemption } from '../../server/src/given/redemption.ts';
import { givenOpenRound } from '../../server/src/given/round.ts';
import type { TestResident } from '../../server/src/http/test-app.ts';
import { keyboardTroubles } from './reach.ts';
import { phone, servedApp, type ServedApp } from './served-app.ts';
import { openAs, settle, troublesOf } from './troubles.ts';

let served: ServedApp;
let programmeId: string;
let resident: TestResident;

before(async () => {
  served = await servedApp();
  const { db, keys } = served;
  await served.setClock(instantFromText('2023-09-01T10:30:00+08:00'));
  const stock = ['retail_10', 'catering_20'].map((kind) => ({ kind, quantity: 5 }));
  const { programme } = await givenOpenRound(db, { stock });
  ({ programmeId } = programme);
  resident = await served.signInResident();
  const { fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen: 100_000n });
  const { versionId } = programme;
  const given = { programmeId, versionId, fundId, kind: 'retail_40', faceFen: 4_000n };
  const { personId } = resident;
  await givenClaimedVouchers(db, { ...given, personIds: [personId, personId] });
  const merchant = await givenMerchant(db, { programmeId, category: 'retail', keys });
  await givenRedemption(db, { merchant, keys, personId, orderFen: fen(18_000n) });
});
after(() => served.drop());

const residentPages = () => [
  '/',
  '/app/wallet',
  '/app/code',
  '/app/me',
  '/app/real-name',
  '/app/history',
  '/app/complaints',
  '/app/complaints/new',
  '/app/consents',
  `/app/shops/${programmeId}`,
  `/app/rounds/${programmeId}/1`,
];

test('whatever a resident reads stands out, and what a finger meets is large enough', async () => {
  const { page, context, complaints } = await openAs(served, resident, phone);
  assert.deepEqual(await troublesOf(page, residentPages(), { targetMin: 44 }), {});
  for (const address of ['/', '/app/wallet', '/app/me']) {
    await page.goto(address);
    await settle(page);
    assert.deepEqual(await keyboardTroubles(page), [], address);
  }
  assert.deepEqual(complaints, []);
  await context.close();
});

test('长辈版 too, with targets of sixty', async () => {
  const { page, context } = await openAs(served, resident, phone);
  await page.goto('/');
  await page.evaluate(() => localStorage.setItem('huiquan-elder', '1'));
  assert.deepEqual(await troublesOf(page, residentPages(), { targetMin: 60 }), {});
  await context.close();
});

test('who has not signed in can read and reach everything as well', async () => {
  const { page, context } = await openAs(served, undefined, phone);
  assert.deepEqual(await troublesOf(page, ['/', '/app/sign-in'], { targetMin: 44 }), {});
  assert.deepEqual(await keyboardTroubles(page), []);
  await context.close();
});

test('the public pages are legible and lead on by keys', async () => {
  const { page, context } = await openAs(served, undefined, phone);
  const own = `/public/programmes/${programmeId}`;
  const addresses = ['/public', own, `${own}/shops`, '/public/nowhere'];
  assert.deepEqual(await troublesOf(page, addresses), {});
  await page.goto(own);
  assert.deepEqual(await keyboardTroubles(page), []);
  await context.close();
});
