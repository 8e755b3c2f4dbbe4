import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '@huiquan/domain/ids.ts';
import { instant, instantFromText, type Instant } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { givenMerchant, type GivenMerchant } from '../../given/merchant.ts';
import { givenProgramme } from '../../given/programme.ts';
import { testApp, type TestApp, type TestStaff } from '../../http/test-app.ts';
import * as merchants from './merchant.contract.ts';
import * as contract from './till.contract.ts';

let t: TestApp;
let merchant: GivenMerchant;
let owner: TestStaff;

before(async () => {
  t = await testApp(features);
  const { programmeId } = await givenProgramme(t.db);
  merchant = await givenMerchant(t.db, { programmeId, category: 'retail', keys: t.keys });
  owner = await t.signInStaff('MOW', { kind: 'merchant', id: merchant.merchantId });
});
after(() => t.drop());

test('a till shows its shop, and its cashier once somebody is signed in', async () => {
  const till = await t.terminal(merchant.shopId);
  const alone = await t.request(contract.tillRoute, {}, till.signOnly);
  assert.equal(alone.status, 200, alone.text);
  assert.equal(alone.json.shopName, '乡宁县惠民百货总店');
  assert.equal(alone.json.cashier, undefined);
  const worked = await t.request(contract.tillRoute, {}, till);
  assert.equal(worked.json.cashier.name, '测试');
  assert.equal((await t.request(contract.tillRoute)).code, 'signature_invalid');
});

test('a till learns that it was unbound elsewhere, or that its clock is wrong', async () => {
  const till = await t.terminal(merchant.shopId);
  const at = instantFromText('2030-01-01T12:00:00+08:00') as Instant;
  await t.setClock(at);
  let headers = till.signOnly({ method: 'GET', url: '/api/till', body: '' });
  await t.setClock(instant(at + 300_001));
  const late = await t.raw({ url: '/api/till', headers });
  assert.deepEqual([late.code, late.json.reason], ['signature_invalid', 'clock']);
  assert.equal(late.json.now, '2030-01-01T12:05:00.001+08:00');
  await t.setClock(undefined);
  const { terminalId } = till;
  const gone = { params: { terminalId } };
  assert.equal((await t.request(merchants.releaseTerminalRoute, gone, owner)).status, 200);
  const released = await t.request(contract.tillRoute, {}, till.signOnly);
  assert.equal(released.code, 'signature_invalid');
  assert.equal(released.json.reason, 'terminal_released');
  headers = { authorization: String(headers['authorization']).replace(/.{4}"$/, 'ffff"') };
  const forged = await t.raw({ url: '/api/till', headers });
  assert.deepEqual([forged.code, forged.json.reason], ['signature_invalid', undefined]);
});

test('a till whose secret was replaced is refused under its old one, at once', async () => {
  const [till, other] = [await t.terminal(merchant.shopId), await t.terminal(merchant.shopId)];
  const ask = async () => (await t.request(contract.tillRoute, {}, till.signOnly)).status;
  assert.equal(await ask(), 200);
  await t.db.pool.query(
    `update terminal set secret = o.secret, key_id = o.key_id from terminal o
     where o.terminal_id = $1 and terminal.terminal_id = $2`,
    [other.terminalId, till.terminalId],
  );
  assert.equal((await t.request(contract.tillRoute, {}, till.signOnly)).code, 'signature_invalid');
});

test('an owner sees his merchants with their shops, and which he has yet to register', async () => {
  const unregistered = newId();
  await t.grant(owner.staffId, 'MOW', { kind: 'merchant', id: unregistered });
  const own = await t.request(contract.ownMerchantsRoute, {}, owner);
  assert.equal(own.status, 200, own.text);
  assert.deepEqual(own.json.unregistered, [unregistered]);
  const [one] = own.json.items;
  assert.deepEqual([one.merchantId, one.shops.length], [merchant.merchantId, 1]);
  assert.equal(one.shops[0].shopId, merchant.shopId);
});
