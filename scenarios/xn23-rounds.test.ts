import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sumFen } from '@huiquan/domain/fen.ts';
import * as adjustment from '../server/src/features/round/adjustment.contract.ts';
import { closeRoundRoute, listRoundsRoute } from '../server/src/features/round/round.contract.ts';
import { releaseDue } from '../server/src/features/expiry/expiry.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import type { TestResident } from '../server/src/http/test-app.ts';
import { tasksOf } from '../server/src/tasks.ts';
import {
  at,
  balance,
  claim,
  closeXiangning,
  office,
  openRound,
  openXiangning,
  pay,
  tillOf,
  type Xiangning,
} from './xn23-stage.ts';

let stage: Xiangning;
before(async () => {
  stage = await openXiangning();
});
after(() => closeXiangning(stage));

const yuan = (amount: number) => BigInt(amount) * 100n;

async function calendar() {
  const params = { programmeId: stage.programme.programmeId };
  const got = await stage.t.request(listRoundsRoute, { params });
  assert.equal(got.status, 200, got.text);
  return got.json;
}

test('二（六）资金来源：县财政出资600万元，到账后分在四个资金池', async () => {
  const pools = ['car', 'retail', 'appliance', 'catering'];
  const held = await Promise.all(pools.map((pool) => balance(stage, pool, 'available')));
  assert.deepEqual(held, [500_000, 3_000_000, 1_800_000, 700_000].map(yuan));
  assert.equal(sumFen(held), yuan(6_000_000));
});

test('三（二）投放安排：十五轮，首轮9月1日，末轮12月8日，每周五上午10:00', async () => {
  const { items } = await calendar();
  const opens: string[] = items.map((one: { opensAt: string }) => one.opensAt);
  assert.equal(opens.length, 15);
  assert.deepEqual(
    [opens[0], opens[14]],
    ['2023-09-01T10:00:00+08:00', '2023-12-08T10:00:00+08:00'],
  );
  for (const text of opens) {
    const local = Temporal.ZonedDateTime.from(`${text}[Asia/Shanghai]`);
    assert.deepEqual([local.dayOfWeek, local.hour, local.minute], [5, 10, 0], text);
  }
});

test('三（五）1 补贴金额：每轮拟发放30万元左右，从各自的资金池占用', async () => {
  await at(stage.t, '2023-08-30T10:00:00');
  await openRound(stage, 1);
  const pools = ['retail', 'appliance', 'catering'];
  const committed = await Promise.all(pools.map((pool) => balance(stage, pool, 'committed')));
  assert.deepEqual(committed, [164_000, 98_400, 38_000].map(yuan));
  assert.equal(sumFen(committed), yuan(300_400));
});

test('三（二）投放时间为每周五上午10:00：早一毫秒不能领，10:00整可以', async () => {
  const roundId = (await calendar()).items[0].roundId;
  const [early, onTime] = [await stage.t.signInResident(), await stage.t.signInResident()];
  await at(stage.t, '2023-09-01T09:59:59.999');
  assert.equal((await claim(stage, early, { roundId, kind: 'retail_10' })).code, 'round_not_open');
  await at(stage.t, '2023-09-01T10:00:00.000');
  const got = await claim(stage, onTime, { roundId, kind: 'retail_10' });
  assert.equal(got.status, 201, got.text);
  assert.equal(got.json.validTo, '2023-09-07T23:00:00+08:00');
});

test('三（三）领取方式：每人每轮每种限1张，抢完即告知', async () => {
  const roundId = (await calendar()).items[0].roundId;
  const resident = await stage.t.signInResident();
  await at(stage.t, '2023-09-01T10:05:00');
  const kinds = ['retail_10', 'retail_10', 'catering_20', 'car_fuel_2000'];
  const codes = [];
  for (const kind of kinds) codes.push((await claim(stage, resident, { roundId, kind })).code);
  assert.deepEqual(codes, [undefined, 'limit_reached', undefined, 'sold_out']);
});

/** Who got a voucher of 10元 in the first round. */
let holders: readonly TestResident[] = [];

test('三（三）在每轮规定时间内抢券：22:00自行结束，没抢完的钱回到资金池', async () => {
  const roundId = (await calendar()).items[0].roundId;
  const { t } = stage;
  await at(t, '2023-09-01T12:00:00');
  holders = [await t.signInResident(), await t.signInResident()];
  for (const one of holders) {
    assert.equal((await claim(stage, one, { roundId, kind: 'retail_10' })).status, 201);
  }
  const late = await t.signInResident();
  await at(t, '2023-09-01T22:00:00.000');
  assert.equal((await claim(stage, late, { roundId, kind: 'retail_10' })).code, 'round_closed');
  await tasksOf(t.context)['close_rounds']?.({});
  assert.equal((await calendar()).items[0].state, 'closed');
  assert.equal(await balance(stage, 'retail', 'committed'), 0n);
});

test('三（二）票券有效期7天，次周的周四23:00失效：22:59:59.999可用，23:00整过期', async () => {
  const { t } = stage;
  const [inTime, late] = holders;
  assert.ok(inTime && late);
  const order = { till: await tillOf(stage, 'retail'), orderFen: 5_000 };
  await at(t, '2023-09-07T22:59:59.999');
  assert.equal((await pay(stage, inTime, order)).status, 200);
  await at(t, '2023-09-07T23:00:00.000');
  assert.equal((await pay(stage, late, order)).code, 'voucher_expired');
});

type Wish = { takes: string; sourceRoundId?: string; targetRoundId?: string; quantity: number };

async function adjust({ quantity, ...wish }: Wish) {
  const { t, programme } = stage;
  const bureau = await office(stage, 'industry_bureau');
  const leaders = await office(stage, 'leading_group');
  const stock = [{ kind: 'catering_50', quantity }];
  const params = { programmeId: programme.programmeId };
  const body = { ...wish, stock, reason: '根据核销情况调整' };
  const made = await t.request(adjustment.prepareAdjustmentRoute, { params, body }, bureau);
  if (made.status !== 201) return made;
  const { adjustmentId, contentHash } = made.json;
  const seen = { params: { adjustmentId }, body: { contentHash } };
  const own = await t.request(adjustment.approveAdjustmentRoute, seen, bureau);
  assert.ok(own.status >= 400, 'the bureau that prepares does not approve');
  return t.request(adjustment.approveAdjustmentRoute, seen, leaders);
}

test('三（二）根据票券核销情况灵活调整各券种投放安排：首轮结余转入下轮，即时可领', async () => {
  const { t } = stage;
  await at(t, '2023-09-07T10:00:00');
  const first = await openRound(stage, 2, [{ kind: 'catering_50', quantity: 2 }]);
  await at(t, '2023-09-08T22:00:00');
  const by = await office(stage, 'industry_bureau');
  const closed = await t.request(closeRoundRoute, { params: { roundId: first }, body: {} }, by);
  assert.equal(closed.status, 200, closed.text);
  await at(t, '2023-09-14T10:00:00');
  const next = await openRound(stage, 3, [{ kind: 'catering_50', quantity: 1 }]);
  await at(t, '2023-09-15T10:00:00');
  const [one, two] = [await t.signInResident(), await t.signInResident()];
  const wish = { roundId: next, kind: 'catering_50' };
  assert.equal((await claim(stage, one, wish)).status, 201);
  assert.equal((await claim(stage, two, wish)).code, 'sold_out');
  const ends = { sourceRoundId: first, targetRoundId: next };
  assert.equal(
    (await adjust({ takes: 'residual', ...ends, quantity: 3 })).code,
    'insufficient_funds',
  );
  const adjusted = await adjust({ takes: 'residual', ...ends, quantity: 1 });
  assert.equal(adjusted.status, 200, adjusted.text);
  assert.equal((await claim(stage, two, wish)).status, 201);
});

test('三（五）1 根据核销情况可灵活调整：过期未用的价值经批准转入以后的轮次', async () => {
  const { t } = stage;
  await at(t, '2023-09-21T23:00:00');
  await releaseDue(t.db, someStaff());
  const before = await balance(stage, 'catering', 'return_due');
  assert.ok(before >= 10_000n, 'two vouchers of 50元 of the third round were not used');
  const target = await openRound(stage, 4, [{ kind: 'catering_50', quantity: 1 }]);
  const adjusted = await adjust({ takes: 'expired', targetRoundId: target, quantity: 2 });
  assert.equal(adjusted.status, 200, adjusted.text);
  assert.equal(await balance(stage, 'catering', 'return_due'), before - 10_000n);
  assert.equal(await balance(stage, 'catering', 'committed'), 15_000n);
  const { programmeId } = stage.programme;
  const list = await t.request(
    adjustment.listAdjustmentsRoute,
    { params: { programmeId } },
    await office(stage, 'industry_bureau'),
  );
  const states = list.json.items.map((item: { state: string }) => item.state);
  assert.deepEqual(states, ['approved', 'approved']);
});

test('三（二）末轮12月8日发的券到12月14日23:00，晚于活动结束，方案已写明按哪一个', async () => {
  const { t } = stage;
  await at(t, '2023-12-07T10:00:00');
  const roundId = await openRound(stage, 15, [{ kind: 'retail_40', quantity: 2 }]);
  const resident = await t.signInResident();
  await at(t, '2023-12-08T10:00:00');
  const got = await claim(stage, resident, { roundId, kind: 'retail_40' });
  assert.equal(got.json.validTo, '2023-12-14T23:00:00+08:00');
  await at(t, '2023-12-14T22:59:59.999');
  const paid = await pay(stage, resident, {
    till: await tillOf(stage, 'retail'),
    orderFen: 18_000,
  });
  assert.deepEqual([paid.json.deductionFen, paid.json.cashFen], [4_000, 14_000]);
});
