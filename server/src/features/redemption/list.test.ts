import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instant, instantFromText, type Instant } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { givenFund } from '../../given/fund.ts';
import { givenMerchant, type GivenMerchant } from '../../given/merchant.ts';
import { givenProgramme, type GivenProgramme } from '../../given/programme.ts';
import { givenClaimedVouchers } from '../../given/redemption.ts';
import { testApp, type TestApp, type TestStaff, type TestTill } from '../../http/test-app.ts';
import { issueCodeRoute } from '../wallet/code.contract.ts';
import * as contract from './list.contract.ts';
import * as redemptions from './redemption.contract.ts';

let t: TestApp;
let programme: GivenProgramme;
let merchant: GivenMerchant;
let till: TestTill;
let second: TestTill;
let owner: TestStaff;
let fundId = '';
let sales = 0;
const noon = instantFromText('2030-05-01T12:00:00+08:00') as Instant;

before(async () => {
  t = await testApp(features);
  await t.setClock(noon);
  programme = await givenProgramme(t.db);
  const { programmeId } = programme;
  const money = { programmeId, pool: 'retail', amountFen: 1_000_000n, keys: t.keys };
  fundId = (await givenFund(t.db, money)).fundId;
  merchant = await givenMerchant(t.db, { programmeId, category: 'retail', keys: t.keys });
  till = await t.terminal(merchant.shopId);
  second = await t.terminal(merchant.shopId);
  owner = await t.signInStaff('MOW', { kind: 'merchant', id: merchant.merchantId });
});
after(() => t.drop());

/** A committed sale of 180元 at `at`. */
async function sale(at: TestTill, orderFen = 18_000): Promise<string> {
  sales += 1;
  await t.setClock(instant(noon + sales * 1_000));
  const as = await t.signInResident();
  const { programmeId, versionId } = programme;
  const kind = { kind: 'retail_40', faceFen: 4_000n, personIds: [as.personId] };
  await givenClaimedVouchers(t.db, { programmeId, versionId, fundId, ...kind });
  const code = (await t.request(issueCodeRoute, { body: {} }, as)).json.code;
  const body = { code, orderFen, payment: 'merchant' };
  const tried = await t.request(redemptions.tryRoute, { body }, at);
  assert.equal(tried.status, 201, tried.text);
  const { redemptionId } = tried.json;
  const sent = { params: { redemptionId }, body: { orderFen } };
  assert.equal((await t.request(redemptions.commitRoute, sent, at)).json.state, 'committed');
  return redemptionId;
}

const shop = () => ({ params: { shopId: merchant.shopId } });

test('a cashier sees the day of his shop page by page, the customer by a masked name', async () => {
  const made = [await sale(till), await sale(second), await sale(till)];
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 2, ...(cursor === undefined ? {} : { cursor }) };
    const page = await t.request(contract.shopRedemptionsRoute, { ...shop(), query }, till);
    assert.equal(page.status, 200, page.text);
    seen.push(...page.json.items.map((one: { redemptionId: string }) => one.redemptionId));
    const [first] = page.json.items;
    assert.deepEqual([first.customer, first.voucherName], ['测*', '零售40元券']);
    cursor = page.json.next;
  } while (cursor !== undefined);
  assert.deepEqual(seen, made.toReversed());
  const list = await t.request(contract.shopRedemptionsRoute, shop(), till);
  const mine = list.json.items.map((one: { mayReverse: boolean }) => one.mayReverse);
  assert.deepEqual(mine, [true, false, true]);
  const query = { day: '2030-04-30' };
  const before = await t.request(contract.shopRedemptionsRoute, { ...shop(), query }, till);
  assert.equal(before.code, 'forbidden');
  const earlier = await t.request(contract.shopRedemptionsRoute, { ...shop(), query }, owner);
  assert.deepEqual(earlier.json.items, []);
});

test('neither another shop nor another owner sees them', async () => {
  const given = { programmeId: programme.programmeId, category: 'retail', keys: t.keys };
  const other = await givenMerchant(t.db, given);
  const foreign = await t.terminal(other.shopId);
  const stranger = await t.signInStaff('MOW', { kind: 'merchant', id: other.merchantId });
  for (const as of [foreign, stranger]) {
    for (const route of [contract.shopRedemptionsRoute, contract.shopTotalsRoute]) {
      assert.equal((await t.request(route, shop(), as)).code, 'not_found');
    }
  }
});

test('the sums of the day are those of the cashiers, refunds under who gave back', async () => {
  const redemptionId = await sale(till);
  const params = { redemptionId };
  const query = { amountFen: 9_000 };
  const preview = await t.request(contract.refundPreviewRoute, { params, query }, second);
  assert.deepEqual(
    [preview.json.voucherFen, preview.json.cashFen, preview.json.isVoucherRestored],
    [2_000, 7_000, false],
  );
  const whole = { params, query: { amountFen: 18_000 } };
  const all = await t.request(contract.refundPreviewRoute, whole, second);
  assert.equal(all.json.isVoucherRestored, true);
  const over = { params, query: { amountFen: 18_001 } };
  const more = await t.request(contract.refundPreviewRoute, over, second);
  assert.deepEqual([more.code, more.json.leftFen], ['refund_exceeds', 18_000]);
  const body = { refundNo: 'R-1', amountFen: 9_000 };
  assert.equal((await t.request(redemptions.refundRoute, { params, body }, second)).status, 201);
  const got = await t.request(contract.shopTotalsRoute, shop(), owner);
  assert.equal(got.status, 200, got.text);
  const { cashiers, undecided } = got.json;
  assert.equal(undecided, 0);
  const sums = cashiers
    .map((one: Record<string, number>) => [one['redemptions'], one['refunds'], one['refundedFen']])
    .toSorted();
  assert.deepEqual(sums, [
    [1, 1, 9_000],
    [3, 0, 0],
  ]);
  const whole4 = got.json.shop;
  assert.deepEqual(
    [whole4.redemptions, whole4.orderFen, whole4.voucherFen, whole4.collectedFen],
    [4, 72_000, 16_000, 56_000],
  );
  assert.deepEqual([whole4.refundedVoucherFen, whole4.refundedCollectedFen], [2_000, 7_000]);
  assert.equal(whole4.networkFen, 0);
});
