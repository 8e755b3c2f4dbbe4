import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import type { PlanTier } from '@huiquan/domain/plan/effective-plan.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { checkPlanFile } from '../server/src/features/programme/plan-file.ts';
import { getPublicProgrammeRoute } from '../server/src/features/programme/programme.contract.ts';
import * as application from '../server/src/features/merchant/merchant.contract.ts';
import * as sanction from '../server/src/features/merchant/sanction.contract.ts';
import { givenClaimedVouchers } from '../server/src/given/redemption.ts';
import { givenCreditCode } from '../server/src/given/merchant.ts';
import { programmeText } from '../server/src/given/programme.ts';
import type { TestResident } from '../server/src/http/test-app.ts';
import {
  at,
  balance,
  closeXiangning,
  office,
  openXiangning,
  pay,
  tillOf,
  type Xiangning,
} from './xn23-stage.ts';

let stage: Xiangning;
const checked = checkPlanFile(programmeText('xiangning-2023'));

before(async () => {
  stage = await openXiangning();
  await at(stage.t, '2023-09-02T10:00:00');
});
after(() => closeXiangning(stage));

/** A resident with a voucher of the kind, as a round of the day before left it. */
async function holderOf(kind: string): Promise<TestResident> {
  const { t, programme, funds } = stage;
  const resident = await t.signInResident();
  const found = programme.plan.kinds.find((one) => one.id === kind);
  assert.ok(found?.face.type === 'fixed', kind);
  await givenClaimedVouchers(t.db, {
    programmeId: programme.programmeId,
    versionId: programme.versionId,
    fundId: funds[found.pool] ?? '',
    kind,
    faceFen: found.face.faceFen,
    personIds: [resident.personId],
  });
  return resident;
}

/** 消费够多少元, 优惠多少元: as printed. */
async function thresholdHolds(category: string, kinds: readonly [string, number, number][]) {
  const till = await tillOf(stage, category);
  for (const [kind, threshold, face] of kinds) {
    const resident = await holderOf(kind);
    const short = await pay(stage, resident, { till, orderFen: threshold * 100 - 1 });
    assert.equal(short.code, 'below_threshold', `${kind} one 分 short`);
    const paid = await pay(stage, resident, { till, orderFen: threshold * 100 });
    assert.deepEqual(
      [paid.json.deductionFen, paid.json.cashFen],
      [face * 100, (threshold - face) * 100],
      kind,
    );
  }
}

test('三（五）2（1）通用零售消费券：消费够50元优惠10元、够180元优惠40元，少一分不行', () =>
  thresholdHolds('retail', [
    ['retail_10', 50, 10],
    ['retail_40', 180, 40],
  ]));

test('三（五）2（2）家电家居消费券：消费够500元优惠80元、够2000元优惠300元，少一分不行', () =>
  thresholdHolds('appliance', [
    ['appliance_80', 500, 80],
    ['appliance_300', 2_000, 300],
  ]));

test('三（五）2（3）餐饮住宿消费券：消费100元优惠20元、200元优惠50元，少一分不行', () =>
  thresholdHolds('catering', [
    ['catering_20', 100, 20],
    ['catering_50', 200, 50],
  ]));

test('三（五）2 各类消费券只在本类门店可用', async () => {
  const resident = await holderOf('catering_50');
  const refused = await pay(stage, resident, {
    till: await tillOf(stage, 'retail'),
    orderFen: 50_000,
  });
  assert.equal(refused.code, 'merchant_not_accepting');
});

test('二（七）参与企业：列入社会失信名单的商户不得参与，下一次扫码起不受理', async () => {
  const { t, programme, shops } = stage;
  const { programmeId } = programme;
  const { rows } = await t.sql(
    'select m.uscc from merchant m join shop s using (merchant_id) where s.shop_id = $1',
    [shops['appliance']],
  );
  const evidence = '列入社会失信名单，附公告';
  const regulator = await t.signInStaff(
    'COM',
    { kind: 'programme', id: programmeId },
    programme.parties['market_regulator'],
  );
  const listed = await t.request(
    sanction.listDishonestRoute,
    { body: { programmeId, uscc: rows[0]?.uscc, evidence } },
    regulator,
  );
  assert.equal(listed.status, 201, listed.text);
  const listing = { params: { listingId: listed.json.listingId }, body: { programmeId } };
  const bureau = await office(stage, 'industry_bureau');
  const approved = await t.request(sanction.approveListingRoute, listing, bureau);
  assert.equal(approved.status, 200, approved.text);
  const resident = await holderOf('appliance_80');
  const till = await tillOf(stage, 'appliance');
  const refused = await pay(stage, resident, { till, orderFen: 50_000 });
  assert.equal(refused.code, 'merchant_not_accepting');
});

test('二（七）参与企业：在本县注册登记的限额以上企业，外县的、限下的报名即拒绝', async () => {
  const { t, programme } = stage;
  const apply = async (change: object) => {
    const merchantId = newId();
    const owner = await t.signInStaff('MOW', { kind: 'merchant', id: merchantId });
    const name = '乡宁县新开百货';
    const body = {
      merchantId,
      uscc: givenCreditCode(),
      name,
      regionCode: '141029',
      industry: '批发零售',
      aboveQuota: true,
      account: { name, number: '6200001234567890', bank: '农商行' },
      shops: [{ name, address: '迎旭大街1号', regionCode: '141029' }],
      ...change,
    };
    const made = await t.request(application.registerRoute, { body }, owner);
    assert.equal(made.status, 201, made.text);
    const sent = {
      params: { programmeId: programme.programmeId },
      body: { merchantId, category: 'retail', papers: [] },
    };
    return t.request(application.applyRoute, sent, owner);
  };
  assert.equal((await apply({})).status, 201);
  assert.equal((await apply({ regionCode: '141030' })).code, 'merchant_not_eligible');
  assert.equal((await apply({ aboveQuota: false })).code, 'merchant_not_eligible');
});

const holds = (tier: PlanTier, invoice: bigint) =>
  (tier.fromOpen ? invoice > tier.fromFen : invoice >= tier.fromFen) &&
  (tier.toFen === undefined || (tier.toOpen ? invoice < tier.toFen : invoice <= tier.toFen));

test('三（四）3 补贴额度：每一档含与不含的边界，差一分落在相邻的一档', () => {
  const [subsidy] = checked.plan?.subsidies ?? [];
  assert.ok(subsidy !== undefined);
  const of = (energy: string, invoice: bigint) =>
    subsidy.tiers
      .filter((tier) => tier.class === energy && holds(tier, invoice))
      .map((tier) => Number(tier.subsidyFen) / 100);
  const edges: [bigint, number[], number[]][] = [
    [5_999_999n, [], []],
    [6_000_000n, [2_000], [3_000]],
    [10_000_000n, [2_000], [3_000]],
    [10_000_001n, [3_000], [4_000]],
    [20_000_000n, [3_000], [4_000]],
    [20_000_001n, [5_000], [6_000]],
  ];
  for (const [invoice, fuel, green] of edges) {
    assert.deepEqual([of('fuel', invoice), of('new_energy', invoice)], [fuel, green], `${invoice}`);
  }
});

test('三（四）1 补贴金额50万元：已到账、未投放，方案检查说明原因', async () => {
  const { t, programme } = stage;
  assert.equal(await balance(stage, 'car', 'available'), fen(50_000_000n));
  const planned = programme.plan.rounds.flatMap((round) => round.stock);
  assert.ok(planned.every(({ kind }) => !kind.startsWith('car_')));
  const said = checked.findings.filter((one) => one.clause === '三(四)').map((one) => one.message);
  assert.ok(said.some((text) => text.includes('50万元资金池到账后留存')));
  assert.ok(said.some((text) => text.includes('购买补贴的申领与审核')));
  const params = { programmeId: programme.programmeId };
  const { json } = await t.request(getPublicProgrammeRoute, { params });
  const states = json.pools.map((one: { pool: string; state: string }) => [one.pool, one.state]);
  assert.deepEqual(states[0], ['car', 'open']);
});

test('三（四）1 补贴资金提前使用完的，活动同步结束：用到不足一张时即显示用完', async () => {
  const { t, programme, funds } = stage;
  const { programmeId, versionId } = programme;
  const personIds = await Promise.all(
    Array.from({ length: 100 }, async () => (await t.signInResident()).personId),
  );
  const spend = (kind: string, faceFen: bigint, count: number) =>
    givenClaimedVouchers(t.db, {
      programmeId,
      versionId,
      fundId: funds['car'] ?? '',
      kind,
      faceFen,
      personIds: personIds.slice(0, count),
    });
  const state = async () => {
    const { json } = await t.request(getPublicProgrammeRoute, { params: { programmeId } });
    return json.pools[0].state;
  };
  await spend('car_fuel_5000', 500_000n, 99);
  assert.equal(await balance(stage, 'car', 'available'), 500_000n);
  assert.equal(await state(), 'open');
  await spend('car_new_4000', 400_000n, 1);
  assert.equal(await state(), 'used_up', '1000元 pays no voucher of 2000元 any more');
});

test('三（四）6（7）券面值与实际购车相匹配：3000元同属两档，方案按能源类型和面值分清', () => {
  const [subsidy] = checked.plan?.subsidies ?? [];
  assert.equal(subsidy?.voucherMatchesBy, 'class_and_face');
  const kinds = subsidy.tiers.filter((tier) => tier.subsidyFen === 300_000n).map((t) => t.kind);
  assert.deepEqual(kinds, ['car_fuel_3000', 'car_new_3000']);
  assert.ok(checked.findings.some((one) => one.code === 'tier_face_ambiguous'));
});
