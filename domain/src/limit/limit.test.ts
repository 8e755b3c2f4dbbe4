import assert from 'node:assert/strict';
import { test } from 'node:test';
import { yuan } from '../fen.ts';
import { instantFromText, type Instant } from '../instant.ts';
import type { PlanBenefit, PlanLimit } from '../plan/effective-plan.ts';
import { benefitCounters, clauseOfLimit, limitCounters, type LimitedAct } from './counters.ts';
import { type LimitPeriod, periodName } from './period.ts';

function at(text: string): Instant {
  const found = instantFromText(`${text}+08:00`);
  assert.ok(found !== undefined);
  return found;
}

const act: LimitedAct = {
  programmeId: 'p',
  action: 'claim',
  kind: 'retail_10',
  count: 1,
  faceFen: yuan(10),
  at: at('2023-09-01T10:00:00'),
  roundId: 'r1',
  entities: { person: 'a' },
};
const limit: PlanLimit = {
  action: 'claim',
  period: 'round',
  entity: 'person',
  of: 'each_kind',
  max: 1,
  maxFen: undefined,
};

test('24:00 belongs to the next day, week, month and year', () => {
  const last = at('2023-12-31T23:59:59.999');
  const next = at('2024-01-01T00:00:00');
  const names = (period: LimitPeriod) => [periodName(period, last), periodName(period, next)];
  assert.deepEqual(names('day'), ['2023-12-31', '2024-01-01']);
  assert.deepEqual(names('week'), ['2023-W52', '2024-W01']);
  assert.deepEqual(names('month'), ['2023-12', '2024-01']);
  assert.deepEqual(names('year'), ['2023', '2024']);
  assert.deepEqual(names('programme'), ['-', '-']);
});

test('periods are those of Shanghai, whatever the hour is elsewhere', () => {
  assert.equal(periodName('day', at('2024-02-29T00:00:00')), '2024-02-29');
  assert.equal(periodName('day', at('2024-02-29T23:59:59.999')), '2024-02-29');
  assert.equal(periodName('day', at('2024-03-01T00:00:00')), '2024-03-01');
});

test('a week begins on Monday 00:00 and may belong to the other year', () => {
  assert.equal(periodName('week', at('2021-01-03T23:59:59.999')), '2020-W53');
  assert.equal(periodName('week', at('2021-01-04T00:00:00')), '2021-W01');
});

test('a limit per round cannot be counted without the round', () => {
  assert.throws(() => periodName('round', act.at), RangeError);
});

test('one voucher of each kind per round: another kind, round or person counts apart', () => {
  const keys = (other: Partial<LimitedAct>) =>
    limitCounters([limit], { ...act, ...other }).map(
      (one) => `${one.limitKey} ${one.period} ${one.entityId}`,
    );
  const [own] = keys({});
  assert.deepEqual(keys({ at: at('2023-09-01T10:00:01') }), [own]);
  for (const other of [{ kind: 'catering_20' }, { roundId: 'r2' }, { entities: { person: 'b' } }]) {
    assert.notDeepEqual(keys(other), [own]);
  }
});

test('limits over all kinds or some kinds share one counter, in vouchers and in money', () => {
  const shared = { ...limit, of: ['retail_10', 'catering_20'], max: 3, maxFen: yuan(50) };
  const counters = limitCounters([shared], { ...act, count: 2 });
  assert.deepEqual(
    counters.map((one) => [one.amount, one.max]),
    [
      [2n, 3n],
      [2_000n, 5_000n],
    ],
  );
  const other = limitCounters([shared], { ...act, kind: 'catering_20' });
  assert.deepEqual(
    other.map((one) => one.limitKey),
    counters.map((one) => one.limitKey),
  );
  assert.deepEqual(limitCounters([shared], { ...act, kind: 'car' }), []);
  assert.deepEqual(limitCounters([limit], { ...act, action: 'redeem' }), []);
});

test('a limit for a device is never passed over because the device is unknown', () => {
  const refused = (one: Partial<PlanLimit>) => () => limitCounters([{ ...limit, ...one }], act);
  assert.throws(refused({ entity: 'device' }), { code: 'invalid_rule' });
  assert.throws(refused({ action: 'claim', entity: 'shop' }), { code: 'invalid_rule' });
});

test('SX25 一: once a year and 300元 at most, in all programmes together, under its clause', () => {
  const cap: PlanBenefit = {
    id: 'voucher',
    benefit: 'voucher',
    name: '消费券',
    per: 'member',
    period: 'year',
    maxFen: yuan(300),
    maxCount: 1,
    effectiveFrom: '2025-06-20',
    clause: '一',
  };
  const spend = { personId: 'a', amountFen: yuan(200), at: at('2025-12-31T23:59:59.999') };
  const counters = benefitCounters(cap, spend);
  assert.deepEqual(
    counters.map((one) => [one.period, one.amount, one.max, clauseOfLimit(one.limitKey)]),
    [
      ['2025', 1n, 1n, '一'],
      ['2025', 20_000n, 30_000n, '一'],
    ],
  );
  const nextYear = benefitCounters(cap, { ...spend, at: at('2026-01-01T00:00:00') });
  assert.deepEqual([...new Set(nextYear.map((one) => one.period))], ['2026']);
  assert.deepEqual(benefitCounters({ ...cap, per: 'branch' }, spend), []);
});
