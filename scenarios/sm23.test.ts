import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { transact, type Actor } from '../server/src/db/transact.ts';
import { givenFund } from '../server/src/given/fund.ts';
import { prepareBatch, startIssue } from '../server/src/features/issuing/batch.ts';
import { bindAndIssue, runIssue } from '../server/src/features/issuing/run.ts';
import { ensureAccount, verifyPerson } from '../server/src/features/people/person.ts';
import { givenIssuedBatch, givenRoster } from '../server/src/given/issuing.ts';
import { givenMerchant } from '../server/src/given/merchant.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import {
  at,
  balance,
  closeShenmu,
  confirmed,
  handIn,
  issuePacks,
  openShenmu,
  packOf,
  pay,
  prefund,
  someResidents,
  type Shenmu,
} from './sm23-stage.ts';

let stage: Shenmu;
let early: readonly string[];

before(async () => {
  stage = await openShenmu();
});
after(() => closeShenmu(stage));

const yuan = (amount: number) => fen(BigInt(amount) * 100n);
const is = (code: RefusalCode) => (error: unknown) =>
  error instanceof Refusal && error.code === code;

async function tillOf(category: string) {
  const { t, programme } = stage;
  const { programmeId } = programme;
  const regionCode = '610881';
  const merchant = await givenMerchant(t.db, { programmeId, category, keys: t.keys, regionCode });
  return t.terminal(merchant.shopId);
}

test('十一（一）资金预拨至两家银行专用账户:到账确认之前一张也不发', async () => {
  const { t } = stage;
  await at(t, '2023-01-19T09:00:00');
  const rosterId = await confirmed(stage, await handIn(stage, { people: someResidents(2) }));
  const prepare = () => transact(t.db, someStaff(), (tx) => prepareBatch(tx, { rosterId }));
  await assert.rejects(prepare(), is('fund_not_confirmed'));
  const half = yuan(50_000_000);
  const waiting = await prefund(stage, { channel: 'spd', amountFen: half, paid: false });
  await assert.rejects(prepare(), is('fund_not_confirmed'));
  assert.equal(await balance(stage, 'available'), 0n);
  await waiting.confirm();
  await prefund(stage, { channel: 'abc', amountFen: half, paid: true });
});

test('五（二）市财政安排资金1亿元:两家银行的专用账户各5000万元', async () => {
  const channels = ['spd', 'abc'];
  const held = await Promise.all(channels.map((one) => balance(stage, 'available', one)));
  assert.deepEqual(held, [yuan(50_000_000), yuan(50_000_000)]);
});

test('七（一）批量定向发券:依医保名单发放,两家银行各发一半,每人只归一家', async () => {
  const { t } = stage;
  await at(t, '2023-01-20T10:00:00');
  early = await issuePacks(stage, someResidents(40));
  const packs = await Promise.all(early.map((personId) => packOf(stage, personId)));
  const channels = packs.map((pack) => new Set(pack.map((voucher) => voucher.channel)));
  assert.ok(channels.every((own) => own.size === 1));
  const bySpd = channels.filter((own) => own.has('spd')).length;
  assert.equal(bySpd, 20);
  const outstanding = ['spd', 'abc'].map((one) => balance(stage, 'outstanding', one));
  assert.deepEqual(await Promise.all(outstanding), [yuan(4_000), yuan(4_000)]);
});

test('七（二）每人200元券包,包含5张40元电子消费券', async () => {
  const pack = await packOf(stage, early[0] ?? '');
  assert.deepEqual(
    pack.map((voucher) => [voucher.kind, voucher.face_fen]),
    Array.from({ length: 5 }, () => ['resident_40', 4_000n]),
  );
});

test('七（三）有效期从到账之日起至2023年5月31日止:24时整到期', async () => {
  const pack = await packOf(stage, early[0] ?? '');
  const ends = new Set(pack.map((voucher) => Number(voucher.valid_to)));
  assert.deepEqual([...ends], [Date.parse('2023-06-01T00:00:00+08:00')]);
});

test('七（一）同一份名单再交一次、同一人再上名单,都不会多发', async () => {
  const people = someResidents(3);
  const [personId] = await issuePacks(stage, people);
  const twice = [...people.slice(0, 1), ...someResidents(1)];
  const again = await handIn(stage, { people: twice });
  assert.deepEqual([again.rowsAccepted, again.rowsExisting], [1, 1]);
  await givenIssuedBatch(stage.t.db, await confirmed(stage, again));
  assert.equal((await packOf(stage, personId ?? '')).length, 5);
  const same = handIn(stage, { people: twice });
  await assert.rejects(same, is('already_imported'));
});

test('七（一）发放中断后继续、重复开始,每人仍是5张', async () => {
  const { t } = stage;
  const rosterId = await confirmed(stage, await handIn(stage, { people: someResidents(4) }));
  const batchId = await givenIssuedBatch(t.db, rosterId);
  await runIssue(t.db, someStaff(), batchId);
  const start = transact(t.db, someStaff(), (tx) => startIssue(tx, { batchId }));
  await assert.rejects(start, is('state_conflict'));
});

test('七（一）名单上的居民实名认证之后,券包即到账', async () => {
  const { t } = stage;
  const [resident] = someResidents(1);
  assert.ok(resident);
  const report = await handIn(stage, { people: [resident] });
  await givenIssuedBatch(t.db, await confirmed(stage, report));
  const wallet: Actor = { kind: 'public', id: 'wallet' };
  const personId = await transact(t.db, wallet, async (tx) => {
    const residentAccountId = await ensureAccount(tx, t.keys, resident.phone);
    const { name, idNumber } = resident;
    const identity = { name, idNumber };
    return verifyPerson(tx, t.keys, { residentAccountId, identity, onVerified: [bindAndIssue] });
  });
  assert.equal((await packOf(stage, personId)).length, 5);
});

test('五（三）企业按每人200元向员工发放:与居民的200元是同一人的两份,资金各用各的', async () => {
  const { t, programme } = stage;
  const { programmeId, parties } = programme;
  const organisationId = parties['enterprises'] ?? '';
  const personId = early[0] ?? '';
  const [{ channel } = assert.fail('no pack')] = await packOf(stage, personId);
  const place = { programmeId, pool: 'enterprises', funderId: organisationId, channel };
  // 企业的名单须与其缴款一致: one employee, 200元.
  await givenFund(t.db, { ...place, amountFen: yuan(200), keys: t.keys });
  const staff = { programmeId, organisationId, source: 'enterprises', persons: [personId] };
  const { rosterId } = await givenRoster(t.db, staff);
  const before = await balance(stage, 'outstanding');
  await givenIssuedBatch(t.db, rosterId);
  const kinds = (await packOf(stage, personId)).map((voucher) => voucher.kind);
  assert.equal(kinds.filter((kind) => kind === 'resident_40').length, 5);
  assert.equal(kinds.filter((kind) => kind === 'enterprise_40').length, 5);
  assert.equal(await balance(stage, 'outstanding'), before);
});

test('九、活动形式 达到消费券面值金额后即可直接抵扣:39.99元不行,40.00元可以', async () => {
  const { t } = stage;
  const till = await tillOf('department_store');
  const resident = await t.signInResident(early[1]);
  const short = await pay(stage, resident, { till, orderFen: 3_999 });
  assert.equal(short.code, 'below_threshold');
  const paid = await pay(stage, resident, { till, orderFen: 4_000 });
  assert.deepEqual([paid.json.deductionFen, paid.json.cashFen], [4_000, 0]);
});

test('四、消费券类别 住宿餐饮、商场百货、文化旅游三类场景都可用,一次购物可分次支付', async () => {
  const { t } = stage;
  const resident = await t.signInResident(early[2]);
  for (const category of ['catering_lodging', 'department_store', 'culture_tourism']) {
    const till = await tillOf(category);
    const paid = await pay(stage, resident, { till, orderFen: 4_500 });
    assert.deepEqual([paid.json.deductionFen, paid.json.cashFen], [4_000, 500], category);
  }
});

test('八（二）不找零、不兑现、不可充值会员卡', async () => {
  const { t } = stage;
  const till = await tillOf('department_store');
  const resident = await t.signInResident(early[3]);
  for (const goods of ['change', 'cash', 'member_card_top_up']) {
    const refused = await pay(stage, resident, { till, orderFen: 5_000, goods: [goods] });
    assert.equal(refused.code, 'goods_not_allowed', goods);
  }
});

test('八（一）在神木市境内参与活动的实体店使用:没有参加的不受理', async () => {
  const { t, programme } = stage;
  const { programmeId } = programme;
  const outside = await givenMerchant(t.db, {
    programmeId,
    category: 'department_store',
    keys: t.keys,
    regionCode: '610881',
    state: 'applied',
  });
  const till = await t.terminal(outside.shopId);
  const resident = await t.signInResident(early[4]);
  const refused = await pay(stage, resident, { till, orderFen: 5_000 });
  assert.equal(refused.code, 'merchant_not_accepting');
});
