import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import * as correction from '../server/src/features/roster/correction.contract.ts';
import { voucherFiguresRoute } from '../server/src/features/voucher/voucher.contract.ts';
import { givenMerchant } from '../server/src/given/merchant.ts';
import type { TestStaff } from '../server/src/http/test-app.ts';
import {
  at,
  closeShenmu,
  confirmed,
  handIn,
  issuePacks,
  openShenmu,
  pay,
  prefund,
  someResidents,
  type Shenmu,
} from './sm23-stage.ts';

let stage: Shenmu;

before(async () => {
  stage = await openShenmu();
  await at(stage.t, '2023-01-19T09:00:00');
  for (const channel of ['spd', 'abc']) {
    await prefund(stage, { channel, amountFen: fen(1_000_000n), paid: true });
  }
});
after(() => closeShenmu(stage));

function officer(party: string): Promise<TestStaff> {
  const { t, programme } = stage;
  return t.signInStaff('COM', { kind: 'party' }, programme.parties[party]);
}

test('十（八）镇街咨询服务点核对信息：按身份证号查到本人，只见脱敏内容，查询留痕', async () => {
  const { t } = stage;
  const [resident] = someResidents(1);
  assert.ok(resident);
  const rosterId = await confirmed(stage, await handIn(stage, { people: [resident] }));
  const clerk = await officer('towns');
  const asked = { idNumber: resident.idNumber, reason: '居民到服务点核对' };
  const found = await t.request(
    correction.findListedRoute,
    { params: { rosterId }, body: asked },
    clerk,
  );
  assert.equal(found.status, 200, found.text);
  assert.equal(found.json.items.length, 1);
  assert.ok(!found.text.includes(resident.idNumber) && !found.text.includes(resident.phone));
  const { rows } = await t.sql(
    `select count(*)::int as n from event where actor_id = $1 and body::text like '%服务点%'`,
    [clerk.staffId],
  );
  assert.deepEqual(rows, [{ n: 1 }]);
});

test('十（八）帮助居民更正填报不准确的信息：写明原因，更正后仍是同一份资格', async () => {
  const { t } = stage;
  const [resident, other] = someResidents(2);
  assert.ok(resident && other);
  const { rosterId } = await handIn(stage, { people: [resident] });
  const clerk = await officer('towns');
  const search = async (phone: string) => {
    const sent = { params: { rosterId }, body: { phone, reason: '更正手机号' } };
    return (await t.request(correction.findListedRoute, sent, clerk)).json.items;
  };
  const [row] = await search(resident.phone);
  const params = { rosterId, entitlementId: row.entitlementId };
  const body = { phone: other.phone, reason: '原手机号已停用' };
  const corrected = await t.request(correction.correctEntitlementRoute, { params, body }, clerk);
  assert.equal(corrected.status, 200, corrected.text);
  assert.deepEqual(await search(resident.phone), []);
  const [same] = await search(other.phone);
  assert.equal(same.entitlementId, row.entitlementId);
});

test('十（一）形成消费券台账资料：发放、使用张数按券种和渠道，与账本一致', async () => {
  const { t, programme } = stage;
  const { programmeId } = programme;
  const personIds = await issuePacks(stage, someResidents(4));
  const place = { programmeId, category: 'department_store', regionCode: '610881' };
  const merchant = await givenMerchant(t.db, { ...place, keys: t.keys });
  const till = await t.terminal(merchant.shopId);
  const resident = await t.signInResident(personIds[0]);
  assert.equal((await pay(stage, resident, { till, orderFen: 4_000 })).json.deductionFen, 4_000);
  const bureau = await officer('industry_trade_bureau');
  const got = await t.request(voucherFiguresRoute, { params: { programmeId } }, bureau);
  assert.equal(got.status, 200, got.text);
  const items: { kind: string; channel: string; issuedCount: number; usedCount: number }[] =
    got.json.items;
  const sum = (field: 'issuedCount' | 'usedCount') =>
    items.reduce((total, one) => total + one[field], 0);
  assert.deepEqual([sum('issuedCount'), sum('usedCount')], [20, 1]);
  assert.deepEqual(items.map((one) => one.channel).toSorted(), ['abc', 'spd']);
});
