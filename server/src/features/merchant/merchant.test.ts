import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '@huiquan/domain/ids.ts';
import { features } from '../../app.ts';
import { givenCreditCode } from '../../given/merchant.ts';
import { givenProgramme, smallPlan, type GivenProgramme } from '../../given/programme.ts';
import { testApp, type As, type TestApp, type TestStaff } from '../../http/test-app.ts';
import * as contract from './merchant.contract.ts';
import * as sanctions from './sanction.contract.ts';

let t: TestApp;
let programme: GivenProgramme;
let reviewer: TestStaff;
let colleague: TestStaff;
let bureau = '';

before(async () => {
  t = await testApp(features);
  const planText = smallPlan
    .replace('[registered_in_region, not', '[registered_in_region, above_quota, physical_shop, not')
    .replace(
      '  - { id: finance, name',
      '  - { id: market, name: 市场监管局, roles: [reviewer] }\n  - { id: finance, name',
    )
    .replace('name: 餐饮住宿, reviewed_by: commerce', 'name: 餐饮住宿, reviewed_by: market');
  programme = await givenProgramme(t.db, { planText });
  bureau = programme.parties['commerce'] ?? '';
  reviewer = await t.signInStaff('COM', { kind: 'party' }, bureau);
  colleague = await t.signInStaff('COM', { kind: 'party' }, bureau);
});
after(() => t.drop());

const name = '乡宁县惠民百货(有限公司)';

function application(merchantId: string, changes: object = {}) {
  return {
    merchantId,
    uscc: givenCreditCode(),
    name,
    regionCode: '141029',
    industry: '零售',
    aboveQuota: true,
    account: { name: '乡宁县惠民百货（有限公司）', number: '6200001234567890', bank: '农商行' },
    shops: [{ name: '总店', address: '迎旭大街1号', regionCode: '141029' }],
    ...changes,
  };
}

async function owner() {
  const merchantId = newId();
  const as = await t.signInStaff('MOW', { kind: 'merchant', id: merchantId });
  return { merchantId, as };
}

async function registered(changes: object = {}) {
  const { merchantId, as } = await owner();
  const got = await t.request(
    contract.registerRoute,
    { body: application(merchantId, changes) },
    as,
  );
  assert.equal(got.status, 201, got.text);
  return { merchantId, as, shopId: String(got.json.shopIds[0]) };
}

const apply = (merchantId: string, as: As, category = 'retail') =>
  t.request(
    contract.applyRoute,
    {
      params: { programmeId: programme.programmeId },
      body: { merchantId, category, papers: [{ kind: 'licence', digest: 'a'.repeat(64) }] },
    },
    as,
  );

const review = (merchantId: string, contentHash: string, as: As, decision = 'approved') =>
  t.request(
    contract.reviewRoute,
    {
      params: { programmeId: programme.programmeId, merchantId },
      body: { decision, contentHash },
    },
    as,
  );

async function approved() {
  const made = await registered();
  const { json } = await apply(made.merchantId, made.as);
  const got = await review(made.merchantId, json.contentHash, reviewer);
  assert.equal(got.status, 200, got.text);
  return made;
}

async function stateOf(merchantId: string) {
  const { rows } = await t.sql('select state from programme_merchant where merchant_id = $1', [
    merchantId,
  ]);
  return rows[0]?.state;
}

test('SM23 六: a merchant applies and the department of its category approves it', async () => {
  const { merchantId, as } = await registered();
  const applied = await apply(merchantId, as);
  assert.equal(applied.status, 201, applied.text);
  const params = { programmeId: programme.programmeId };
  const list = await t.request(
    contract.listApplicationsRoute,
    { params, query: { state: 'applied' } },
    reviewer,
  );
  const seen = list.json.items.find((one: { merchantId: string }) => one.merchantId === merchantId);
  assert.equal(seen.contentHash, applied.json.contentHash);
  assert.equal((await review(merchantId, 'b'.repeat(64), reviewer)).code, 'content_changed');
  assert.equal((await review(merchantId, seen.contentHash, reviewer)).status, 200);
  assert.equal((await review(merchantId, seen.contentHash, reviewer)).code, 'already_decided');
  assert.equal(await stateOf(merchantId), 'approved');
});

test('SM23 十(二): catering is reviewed by its own department, not by commerce', async () => {
  const { merchantId, as } = await registered();
  const { json } = await apply(merchantId, as, 'catering');
  assert.equal((await review(merchantId, json.contentHash, reviewer)).status, 404);
  const market = programme.parties['market'] ?? '';
  const other = await t.signInStaff('IND', { kind: 'industry', id: 'catering' }, market);
  assert.equal((await review(merchantId, json.contentHash, other)).status, 200);
});

test('a code of wrong form or check character, or registered already, is refused', async () => {
  const register = async (uscc: string) => {
    const { merchantId, as } = await owner();
    const got = await t.request(
      contract.registerRoute,
      { body: application(merchantId, { uscc }) },
      as,
    );
    return got.code ?? got.status;
  };
  const good = givenCreditCode();
  const bad = good.slice(0, 17) + (good.endsWith('A') ? 'B' : 'A');
  assert.equal(await register('91141029'), 'invalid_uscc');
  assert.equal(await register(bad), 'invalid_uscc');
  assert.equal(await register(` ${good.toLowerCase()} `), 201);
  assert.equal(await register(good), 'already_registered');
  const allowed = await t.request(
    contract.allowCodeRoute,
    { body: { programmeId: programme.programmeId, uscc: bad, reason: '登记机关出具证明' } },
    reviewer,
  );
  assert.equal(allowed.status, 200, allowed.text);
  assert.equal(await register(bad), 201);
});

test('the settlement account carries the name of the merchant and can be an account', async () => {
  const register = async (account: object) => {
    const { merchantId, as } = await owner();
    const body = application(merchantId, { account });
    return t.request(contract.registerRoute, { body }, as);
  };
  const account = { name, number: '6200001234567890', bank: '农商行' };
  assert.equal((await register({ ...account, name: '张三' })).code, 'account_name_mismatch');
  const got = await register({ ...account, number: '12-34' });
  assert.deepEqual([got.status, got.code], [422, 'invalid_fields']);
  assert.equal(got.json.errors[0].pointer, '/account/number');
});

test('XN23 二(七): other county, below quota or dishonest: no part in it', async () => {
  const elsewhere = await registered({ regionCode: '141030' });
  const small = await registered({ aboveQuota: false });
  for (const { merchantId, as } of [elsewhere, small]) {
    assert.equal((await apply(merchantId, as)).code, 'merchant_not_eligible');
  }
  const uscc = givenCreditCode();
  const { merchantId, as } = await registered({ uscc });
  const { programmeId } = programme;
  const listed = await t.request(
    sanctions.listDishonestRoute,
    { body: { programmeId, uscc, evidence: '恶意套现，附交易明细' } },
    reviewer,
  );
  assert.equal(listed.status, 201, listed.text);
  assert.equal((await apply(merchantId, as)).status, 201);
  const listing = { params: { listingId: listed.json.listingId }, body: { programmeId } };
  const alone = await t.request(sanctions.approveListingRoute, listing, reviewer);
  assert.equal(alone.code, 'separation_of_duties');
  assert.equal((await t.request(sanctions.approveListingRoute, listing, colleague)).status, 200);
  assert.equal((await apply(merchantId, as)).code, 'dishonest_listed');
  assert.equal((await t.request(sanctions.endListingRoute, listing, colleague)).status, 200);
  assert.equal((await apply(merchantId, as)).status, 201);
});

test('what the owner changes after approval goes back to review, and accepting stops', async () => {
  const { merchantId, as } = await approved();
  const facts = application(merchantId);
  const {
    merchantId: _,
    uscc: __,
    shops: ___,
    ...body
  } = {
    ...facts,
    account: { ...facts.account, number: '6200001234567899' },
  };
  const got = await t.request(contract.updateRoute, { params: { merchantId }, body }, as);
  assert.deepEqual(got.json, { isAccountChanged: true });
  assert.equal(await stateOf(merchantId), 'applied');
  const { rows } = await t.sql(
    `select settlement_account_changed_at is not null as marked
     from merchant where merchant_id = $1`,
    [merchantId],
  );
  assert.deepEqual(rows, [{ marked: true }]);
  const stranger = await owner();
  const foreign = await t.request(
    contract.updateRoute,
    { params: { merchantId }, body },
    stranger.as,
  );
  assert.equal(foreign.status, 404);
});

test('one person suspends at once; to restore or to disqualify takes two', async () => {
  const { merchantId, as } = await approved();
  const params = { programmeId: programme.programmeId, merchantId };
  const evidence = '以政府补助代替销售，证据见附件';
  const suspended = await t.request(
    sanctions.suspendRoute,
    { params, body: { evidence } },
    reviewer,
  );
  assert.equal(suspended.status, 201, suspended.text);
  assert.equal(await stateOf(merchantId), 'suspended');
  assert.equal((await apply(merchantId, as)).code, 'state_conflict');
  for (const [kind, state] of [
    ['restore', 'approved'],
    ['disqualify', 'disqualified'],
  ]) {
    const { json } = await t.request(
      sanctions.prepareSanctionRoute,
      { params, body: { kind, evidence } },
      reviewer,
    );
    const decision = {
      params: { sanctionId: json.sanctionId },
      body: { decision: 'approved' },
    };
    const alone = await t.request(sanctions.decideSanctionRoute, decision, reviewer);
    assert.equal(alone.code, 'separation_of_duties');
    const second = await t.request(sanctions.decideSanctionRoute, decision, colleague);
    assert.equal(second.status, 200, second.text);
    const again = await t.request(sanctions.decideSanctionRoute, decision, colleague);
    assert.equal(again.code, 'already_decided');
    assert.equal(await stateOf(merchantId), state);
  }
});

test('the request that binds a till tells its secret; a released till is gone', async () => {
  const { as, shopId } = await approved();
  const key = crypto.randomUUID();
  const bind = () =>
    t.request(
      contract.bindTerminalRoute,
      { params: { shopId }, body: { label: '一号机' }, key },
      as,
    );
  const got = await bind();
  assert.equal(got.status, 201, got.text);
  assert.equal(Buffer.from(got.json.secret, 'base64').length, 32);
  assert.deepEqual((await bind()).json, got.json);
  const { rows } = await t.sql(
    'select count(*)::int as n from command where outcome::text like $1',
    [`%${got.json.secret}%`],
  );
  assert.deepEqual(rows, [{ n: 0 }]);
  const { terminalId } = got.json;
  const release = () => t.request(contract.releaseTerminalRoute, { params: { terminalId } }, as);
  assert.equal((await release()).status, 200);
  assert.equal((await release()).code, 'state_conflict');
});
