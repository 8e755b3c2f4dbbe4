import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import * as application from '../server/src/features/merchant/merchant.contract.ts';
import * as sanction from '../server/src/features/merchant/sanction.contract.ts';
import { givenCreditCode } from '../server/src/given/merchant.ts';
import type { TestResident, TestStaff, TestTill } from '../server/src/http/test-app.ts';
import {
  at,
  closeShenmu,
  issuePacks,
  openShenmu,
  pay,
  prefund,
  someResidents,
  type Shenmu,
} from './sm23-stage.ts';

let stage: Shenmu;
let residents: readonly TestResident[];

before(async () => {
  stage = await openShenmu();
  await at(stage.t, '2023-01-19T09:00:00');
  for (const channel of ['spd', 'abc']) {
    await prefund(stage, { channel, amountFen: fen(1_000_000n), paid: true });
  }
  const personIds = await issuePacks(stage, someResidents(4));
  residents = await Promise.all(personIds.map((personId) => stage.t.signInResident(personId)));
});
after(() => closeShenmu(stage));

/** Somebody of a party of the plan; a department of a category reviews for its industry. */
function officer(party: string, category?: string): Promise<TestStaff> {
  const { t, programme } = stage;
  const scope = category === undefined ? { kind: 'party' } : { kind: 'industry', id: category };
  return t.signInStaff(category === undefined ? 'COM' : 'IND', scope, programme.parties[party]);
}

type Applied = {
  readonly merchantId: string;
  readonly shopId: string;
  readonly uscc: string;
  readonly contentHash: string;
};

async function applied(category: string, change: object = {}): Promise<Applied> {
  const { t, programme } = stage;
  const merchantId = newId();
  const owner = await t.signInStaff('MOW', { kind: 'merchant', id: merchantId });
  const name = '神木市东兴百货';
  const uscc = givenCreditCode();
  const body = {
    merchantId,
    uscc,
    name,
    regionCode: '610881',
    industry: '商场百货',
    aboveQuota: false,
    account: { name, number: '6200610881000029', bank: '农业银行神木市支行' },
    shops: [{ name, address: '东兴街8号', regionCode: '610881' }],
    ...change,
  };
  const made = await t.request(application.registerRoute, { body }, owner);
  assert.equal(made.status, 201, made.text);
  const papers = [{ kind: 'licence', digest: 'a'.repeat(64) }];
  const sent = {
    params: { programmeId: programme.programmeId },
    body: { merchantId, category, papers },
  };
  const got = await t.request(application.applyRoute, sent, owner);
  const { contentHash = '' } = got.json;
  return { merchantId, shopId: String(made.json.shopIds[0]), uscc, contentHash };
}

function review(one: Applied, by: TestStaff, decision = 'approved') {
  const { t, programme } = stage;
  const { merchantId, contentHash } = one;
  const params = { programmeId: programme.programmeId, merchantId };
  return t.request(application.reviewRoute, { params, body: { decision, contentHash } }, by);
}

async function admitted(): Promise<Applied & { readonly till: TestTill }> {
  const one = await applied('department_store');
  const got = await review(one, await officer('industry_trade_bureau', 'department_store'));
  assert.equal(got.status, 200, got.text);
  return { ...one, till: await stage.t.terminal(one.shopId) };
}

const departments = [
  ['department_store', 'industry_trade_bureau'],
  ['catering_lodging', 'market_regulator'],
  ['culture_tourism', 'culture_tourism_bureau'],
] as const;

for (const [index, [category, party]] of departments.entries()) {
  const headings = [
    '十（一）商场百货类企业及商户由市工贸局审核',
    '十（二）住宿餐饮类企业及商户由市市场监管局审核',
    '十（三）文化旅游类企业及商户由市文旅局审核',
  ];
  test(`六、${headings[index]},别的部门审不了`, async () => {
    const one = await applied(category);
    for (const [foreign, other] of departments) {
      if (other === party) continue;
      const refused = await review(one, await officer(other, foreign));
      assert.ok(refused.status === 403 || refused.status === 404, refused.text);
    }
    const till = await stage.t.terminal(one.shopId);
    const early = await pay(stage, residents[0] ?? assert.fail(), { till, orderFen: 4_000 });
    assert.equal(early.code, 'merchant_not_accepting', 'not before it is approved');
    const got = await review(one, await officer(party, category));
    assert.equal(got.status, 200, got.text);
    const paid = await pay(stage, residents[0] ?? assert.fail(), { till, orderFen: 4_000 });
    assert.equal(paid.json.deductionFen, 4_000);
  });
}

test('六、在神木市注册登记、诚信经营的方可报名:外地注册的拒绝', async () => {
  const outside = await applied('department_store', { regionCode: '610802' });
  assert.equal(outside.contentHash, '', 'the application was refused');
});

test('十一（二）对恶意套现的商户核查:先由一人立即暂停受理,恢复须两人', async () => {
  const { t, programme } = stage;
  const { merchantId, till } = await admitted();
  const params = { programmeId: programme.programmeId, merchantId };
  const evidence = '恶意套现,附交易明细';
  const regulator = await officer('market_regulator');
  const suspended = await t.request(
    sanction.suspendRoute,
    { params, body: { evidence } },
    regulator,
  );
  assert.equal(suspended.status, 201, suspended.text);
  const order = { till, orderFen: 4_000 };
  const resident = residents[1] ?? assert.fail();
  assert.equal((await pay(stage, resident, order)).code, 'merchant_not_accepting');
  const wanted = { params, body: { kind: 'restore', evidence: '查无实据' } };
  const made = await t.request(sanction.prepareSanctionRoute, wanted, regulator);
  assert.equal(made.status, 201, made.text);
  const decision = {
    params: { sanctionId: made.json.sanctionId },
    body: { decision: 'approved' },
  };
  const alone = await t.request(sanction.decideSanctionRoute, decision, regulator);
  assert.ok(alone.status >= 400);
  const bureau = await officer('industry_trade_bureau');
  const restored = await t.request(sanction.decideSanctionRoute, decision, bureau);
  assert.equal(restored.status, 200, restored.text);
  assert.equal((await pay(stage, resident, order)).json.deductionFen, 4_000);
});

test('十一（二）查证属实的,列入失信名单并取消本次活动参与资格', async () => {
  const { t, programme } = stage;
  const { programmeId } = programme;
  const { merchantId, till, uscc } = await admitted();
  const evidence = '以政府补助代替销售,查证属实';
  const regulator = await officer('market_regulator');
  const bureau = await officer('industry_trade_bureau');
  const wanted = { params: { programmeId, merchantId }, body: { kind: 'disqualify', evidence } };
  const made = await t.request(sanction.prepareSanctionRoute, wanted, regulator);
  const decision = {
    params: { sanctionId: made.json.sanctionId },
    body: { decision: 'approved' },
  };
  const decided = await t.request(sanction.decideSanctionRoute, decision, bureau);
  assert.equal(decided.status, 200, decided.text);
  const resident = residents[2] ?? assert.fail();
  const refused = await pay(stage, resident, { till, orderFen: 4_000 });
  assert.equal(refused.code, 'merchant_not_accepting');
  const body = { programmeId, uscc, evidence };
  const listed = await t.request(sanction.listDishonestRoute, { body }, regulator);
  const listing = { params: { listingId: listed.json.listingId }, body: { programmeId } };
  const approved = await t.request(sanction.approveListingRoute, listing, bureau);
  assert.equal(approved.status, 200, approved.text);
  const { rows } = await t.sql(
    'select count(*)::int as n from dishonesty_listing where uscc = $1',
    [uscc],
  );
  assert.deepEqual(rows, [{ n: 1 }]);
});
