import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { features } from '../../app.ts';
import { givenFund } from '../../given/fund.ts';
import { givenMerchant, type GivenMerchant } from '../../given/merchant.ts';
import { givenProgramme, type GivenProgramme } from '../../given/programme.ts';
import { givenClaimedVouchers } from '../../given/redemption.ts';
import { testApp, type As, type TestApp, type TestTill } from '../../http/test-app.ts';
import { verify } from '../audit/verify.ts';
import { issueCodeRoute, scanShopRoute } from '../wallet/code.contract.ts';
import * as contract from './redemption.contract.ts';

let t: TestApp;
let programme: GivenProgramme;
let merchant: GivenMerchant;
let till: TestTill;
let fundId = '';

before(async () => {
  t = await testApp(features);
  programme = await givenProgramme(t.db);
  const { programmeId } = programme;
  const money = { programmeId, pool: 'retail', amountFen: 1_000_000n, keys: t.keys };
  fundId = (await givenFund(t.db, money)).fundId;
  merchant = await givenMerchant(t.db, { programmeId, category: 'retail', keys: t.keys });
  till = await t.terminal(merchant.shopId);
});
after(async () => {
  const report = await verify(t.db);
  await t.drop();
  assert.equal(report.firstBad, null);
});

/** A resident with one voucher of 40元 from 180元. */
async function resident() {
  const as = await t.signInResident();
  const { programmeId, versionId } = programme;
  const kind = { kind: 'retail_40', faceFen: 4_000n, personIds: [as.personId] };
  const [voucher] = await givenClaimedVouchers(t.db, { programmeId, versionId, fundId, ...kind });
  assert.ok(voucher);
  return { as, voucherId: voucher.voucherId };
}

async function freshCode(as: As, body: object = {}) {
  const got = await t.request(issueCodeRoute, { body }, as);
  assert.equal(got.status, 201, got.text);
  return String(got.json.code);
}

function scan(code: string, changes: object = {}, sent: { as?: As; key?: string } = {}) {
  const body = { code, orderFen: 18_000, payment: 'merchant', ...changes };
  const { as = till, ...rest } = sent;
  return t.request(contract.tryRoute, { body, ...rest }, as);
}

const at = (redemptionId: string) => ({ params: { redemptionId } });

function commit(redemptionId: string, orderFen = 18_000, key = randomUUID()) {
  return t.request(contract.commitRoute, { ...at(redemptionId), body: { orderFen }, key }, till);
}

test('the whole way at the till: code, try, commit, and asking how it ended', async () => {
  const { as, voucherId } = await resident();
  const tried = await scan(await freshCode(as));
  assert.equal(tried.status, 201, tried.text);
  const { redemptionId, deductionFen, cashFen } = tried.json;
  assert.deepEqual([tried.json.voucherId, deductionFen, cashFen], [voucherId, 4_000, 14_000]);
  const done = await commit(redemptionId);
  assert.deepEqual([done.status, done.json.state], [200, 'committed']);
  const seen = await t.request(contract.getRedemptionRoute, at(redemptionId), till);
  assert.equal(seen.json.state, 'committed');
});

test('the same request gets the same digits, and nothing on disk shows them', async () => {
  const { as } = await resident();
  const key = randomUUID();
  const ask = () => t.request(issueCodeRoute, { body: {}, key }, as);
  const [first, again] = [await ask(), await ask()];
  assert.deepEqual(again.json, first.json);
  assert.match(first.json.code, /^99\d{17}$/);
  const lifeMs = Date.parse(first.json.expiresAt) - Date.parse(first.json.validFrom);
  const freshMs = Date.parse(first.json.refreshAfter) - Date.parse(first.json.validFrom);
  assert.deepEqual([lifeMs, freshMs], [60_000, 50_000]);
  const { rows } = await t.sql(
    `select (select count(*) from command where outcome::text like $1)
       + (select count(*) from event where body::text || coalesce(items::text, '') like $1) as n`,
    [`%${first.json.code}%`],
  );
  assert.equal(Number(rows[0]?.n), 0);
});

test('XN23 四(三): scanning the shop redeems nothing', async () => {
  const { as } = await resident();
  const got = await t.request(scanShopRoute, { body: { content: 'https://qr.95516.com/1' } }, as);
  assert.deepEqual([got.status, got.code], [409, 'mode_not_supported']);
});

test('a refusal is kept: the same request hears it again, in cashier words', async () => {
  const { as } = await resident();
  const code = await freshCode(as);
  const key = randomUUID();
  const first = await scan(code, { orderFen: 17_999 }, { key });
  assert.deepEqual([first.status, first.code], [409, 'below_threshold']);
  assert.equal(first.json.cashier, '金额未达门槛，请核对金额或改用其他券');
  const again = await scan(code, { orderFen: 17_999 }, { key });
  assert.equal(again.code, 'below_threshold');
  assert.equal(again.headers['idempotent-replayed'], 'true');
  const other = await scan(code, { orderFen: 18_000 }, { key });
  assert.deepEqual([other.status, other.code], [422, 'idempotency_key_reused']);
  assert.equal((await scan(code)).code, 'code_used');
});

test('the same try twice holds one voucher, the same commit twice pays once', async () => {
  const { as } = await resident();
  const code = await freshCode(as);
  const key = randomUUID();
  const [first, again] = [await scan(code, {}, { key }), await scan(code, {}, { key })];
  assert.deepEqual(again.json, first.json);
  const commitKey = randomUUID();
  const { redemptionId } = first.json;
  assert.equal((await commit(redemptionId, 18_001, commitKey)).code, 'amount_changed');
  assert.equal((await commit(redemptionId, 18_000, commitKey)).code, 'idempotency_key_reused');
  assert.equal((await commit(redemptionId)).json.state, 'committed');
});

test('another shop neither sees nor commits nor undoes what this one holds', async () => {
  const { programmeId } = programme;
  const given = { programmeId, category: 'retail', keys: t.keys };
  const foreign = await t.terminal((await givenMerchant(t.db, given)).shopId);
  const { as } = await resident();
  const { json } = await scan(await freshCode(as));
  const { redemptionId } = json;
  const body = { orderFen: 18_000 };
  const routes = [contract.commitRoute, contract.cancelRoute, contract.reverseRoute] as const;
  for (const route of routes) {
    const sent = route === contract.cancelRoute ? at(redemptionId) : { ...at(redemptionId), body };
    assert.equal((await t.request(route, sent, foreign)).status, 404, route.name);
  }
  assert.equal(
    (await t.request(contract.getRedemptionRoute, at(redemptionId), foreign)).status,
    404,
  );
  const cancelled = await t.request(contract.cancelRoute, at(redemptionId), till);
  assert.equal(cancelled.json.state, 'cancelled');
});

test('a stopped shop is refused at the next scan and told why', async () => {
  const given = { programmeId: programme.programmeId, category: 'retail', keys: t.keys };
  const stopped = await givenMerchant(t.db, { ...given, state: 'suspended' });
  const as = await t.terminal(stopped.shopId);
  const { as: holder } = await resident();
  const got = await scan(await freshCode(holder), {}, { as });
  assert.deepEqual([got.status, got.code], [403, 'merchant_not_accepting']);
  assert.equal(got.json.reason, 'merchant_suspended');
  assert.match(got.json.cashier, /暂停/);
});

test('a rest paid through the network: the commit of the till asks the network', async () => {
  const { as } = await resident();
  const { json } = await scan(await freshCode(as), { payment: 'network' });
  const done = await commit(json.redemptionId);
  assert.equal(done.json.state, 'committed');
  const paid = t.sandboxes.paymentNetwork.truth(json.redemptionId);
  assert.equal(paid.outcome, 'paid');
});

test('goods come back: refund in parts by number, reversal by the owner', async () => {
  const [one, two] = [await resident(), await resident()];
  const sold = async (as: As) => {
    const { json } = await scan(await freshCode(as));
    await commit(json.redemptionId);
    return String(json.redemptionId);
  };
  const [refunded, reversed] = [await sold(one.as), await sold(two.as)];
  const refund = (refundNo: string, amountFen: number) =>
    t.request(contract.refundRoute, { ...at(refunded), body: { refundNo, amountFen } }, till);
  const part = await refund('T-1', 9_000);
  assert.deepEqual([part.status, part.json.voucherFen, part.json.cashFen], [201, 2_000, 7_000]);
  assert.equal((await refund('T-1', 9_000)).json.refundId, part.json.refundId);
  assert.deepEqual(
    [(await refund('T-2', 9_001)).status, (await refund('T-2', 9_000)).status],
    [422, 201],
  );
  assert.equal((await refund('T-3', 1)).code, 'already_reversed');
  const owner = await t.signInStaff('MOW', { kind: 'merchant', id: merchant.merchantId });
  const body = { orderFen: 18_000 };
  const undo = () => t.request(contract.reverseRoute, { ...at(reversed), body }, owner);
  assert.equal((await undo()).json.outcome, 'restored');
  assert.equal((await undo()).code, 'already_reversed');
});

test('bad amounts and fields are refused before anything is scanned', async () => {
  for (const orderFen of [0, -1, 1.5, '100', null, 9_007_199_254_740_992]) {
    const got = await scan('99', { orderFen });
    assert.equal(got.status, 422, String(orderFen));
    assert.equal(got.json.errors[0].code, 'invalid_amount');
  }
  assert.equal((await scan('99', { cashierId: randomUUID() })).status, 422);
  const unsigned = await scan('99', {}, { as: () => ({}) });
  assert.equal(unsigned.status, 401);
  const { as } = await resident();
  assert.equal((await scan('99', {}, { as })).status, 403);
});
