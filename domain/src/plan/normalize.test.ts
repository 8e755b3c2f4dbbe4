import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fen } from '../fen.ts';
import { instantFromText, instantText } from '../instant.ts';
import { amendedPlanFile } from './amend.ts';
import { amountInWords, fenOfAmount } from './amount.ts';
import { checkPlan } from './check.ts';
import { cleanPlan, cleanPlanWith } from './clean-plan.ts';
import { weekdayOf } from './moments.ts';
import { normalizePlan } from './normalize.ts';
import { shiftPlan } from './shift.ts';
import { validityOf } from './validity.ts';

function at(text: string) {
  const parsed = instantFromText(text);
  assert.ok(parsed !== undefined);
  return parsed;
}

test('amounts are read exactly to the 分, in 元, 万元 and 亿元', () => {
  assert.equal(fenOfAmount(50), 5_000n);
  assert.equal(fenOfAmount(1.15), 115n);
  assert.equal(fenOfAmount('600万元'), 600_000_000n);
  assert.equal(fenOfAmount('1亿元'), 10_000_000_000n);
  assert.equal(fenOfAmount('3.125万'), 3_125_000n);
  assert.equal(fenOfAmount('1,234.50'), 123_450n);
});

test('an amount that is not a whole number of 分 is no amount', () => {
  assert.equal(fenOfAmount(0.125), undefined);
  assert.equal(fenOfAmount('0.0000001亿'), undefined);
  assert.equal(fenOfAmount(1e21), undefined);
  assert.equal(fenOfAmount('-5'), undefined);
  assert.equal(fenOfAmount('12,34'), undefined);
  assert.equal(fenOfAmount('900000000亿元'), undefined);
});

test('every amount is read back from the words of a finding', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 13n), (value) => {
      assert.equal(fenOfAmount(amountInWords(value)), value);
    }),
  );
});

test('the rounds of a plan are listed with the instants at which they open and close', () => {
  const plan = normalizePlan(cleanPlan);
  const [first] = plan.rounds;
  assert.equal(plan.rounds.length, 10);
  assert.equal(first?.opensAt, at('2026-03-04T10:00:00+08:00'));
  assert.equal(first?.closesAt, at('2026-03-04T22:00:00+08:00'));
  assert.deepEqual(first?.stock, [
    { kind: 'food_20', count: 2500 },
    { kind: 'shop_50', count: 1000 },
  ]);
});

test('"7天" and a named hour: a voucher of Friday 10:00 ends on the next Thursday at 23:00', () => {
  const plan = normalizePlan(
    cleanPlanWith((copy) => {
      copy.validity = {
        printed: [{ days: 7 }, { weeks_after: 1, weekday: 'thursday', time: '23:00' }],
        effective: { weeks_after: 1, weekday: 'thursday', time: '23:00' },
        resolved_by: '县商务局',
        reason: '写明的时刻优先',
      };
    }),
  );
  const window = validityOf(plan, 'food_20', at('2026-03-06T10:00:00+08:00'));
  assert.equal(window.validFrom, at('2026-03-06T10:00:00+08:00'));
  assert.equal(window.validTo, at('2026-03-12T23:00:00+08:00'));
});

test('the named weekday is the same for every moment of the week of issue', () => {
  const plan = normalizePlan(cleanPlan);
  const end = at('2026-03-11T00:00:00+08:00');
  const monday = validityOf(plan, 'food_20', at('2026-03-02T00:00:00+08:00'));
  const sunday = validityOf(plan, 'food_20', at('2026-03-08T23:59:59.999+08:00'));
  const nextMonday = validityOf(plan, 'food_20', at('2026-03-09T00:00:00+08:00'));
  assert.deepEqual([monday.validTo, sunday.validTo], [end, end]);
  assert.equal(nextMonday.validTo, at('2026-03-18T00:00:00+08:00'));
});

test('no voucher is valid beyond the last moment of use that the plan states', () => {
  const plan = normalizePlan(
    cleanPlanWith((copy) => {
      copy.validity = { days: 30 };
      copy.dates.redeem_until = '2026-06-01 12:00';
    }),
  );
  const window = validityOf(plan, 'food_20', at('2026-05-20T10:00:00+08:00'));
  assert.equal(window.validTo, at('2026-06-01T12:00:00+08:00'));
});

test('where the document names no last moment of use, vouchers keep the end they have', () => {
  const plan = normalizePlan(cleanPlanWith((copy) => (copy.validity = { days: 30 })));
  assert.equal(instantText(plan.redeemUntil), '2026-06-05T10:00:00+08:00');
});

test('a threshold named "face" is the face, and is reached or exceeded as the plan says', () => {
  const kinds = normalizePlan(cleanPlan).kinds;
  assert.deepEqual(kinds.find((kind) => kind.id === 'staff_30')?.threshold, {
    amountFen: fen(3000),
    strict: false,
  });
  assert.equal(kinds.find((kind) => kind.id === 'shop_50')?.threshold.strict, true);
});

test('kinds that exclude one another do so in both directions', () => {
  const plan = normalizePlan(
    cleanPlanWith((copy) => {
      for (const kind of copy.kinds) if (kind.id === 'food_20') kind.exclusive_with = ['shop_50'];
    }),
  );
  assert.deepEqual(plan.kinds.find((kind) => kind.id === 'shop_50')?.exclusiveWith, ['food_20']);
});

test('the shares of the channels always add up to the whole', () => {
  const plan = normalizePlan(
    cleanPlanWith((copy) => {
      const [one] = copy.channels ?? [];
      assert.ok(one);
      copy.channels = ['a', 'b', 'c'].map((id) => ({ ...one, id }));
    }),
  );
  const shares = plan.channels.map((channel) => channel.shareBasisPoints);
  assert.deepEqual(shares, [3334, 3333, 3333]);
});

test('a plan moved by whole weeks keeps its weekdays, its hours and its findings', () => {
  const weeks = fc.integer({ min: -8, max: 8 });
  fc.assert(
    fc.property(weeks, (moved) => {
      const shifted = shiftPlan(cleanPlan, moved);
      assert.deepEqual(checkPlan(shifted), []);
      assert.equal(weekdayOf(shifted.dates.from), weekdayOf(cleanPlan.dates.from));
      assert.deepEqual(shiftPlan(shifted, -moved), cleanPlan);
      const before = normalizePlan(cleanPlan).rounds[0]?.opensAt ?? 0;
      const after = normalizePlan(shifted).rounds[0]?.opensAt ?? 0;
      assert.equal(after - before, moved * 7 * 86_400_000);
    }),
  );
});

test('a moved plan still names the document it carries out by its own date', () => {
  const shifted = shiftPlan(cleanPlan, 4);
  assert.deepEqual(shifted.document, cleanPlan.document);
  assert.equal(shifted.dates.to, '2026-06-28 24:00');
  assert.throws(() => shiftPlan(cleanPlan, 0.5), RangeError);
});

test('a later document replaces what it names and leaves the rest', () => {
  const file = cleanPlanWith((copy) => {
    copy.amendments = [
      { document: '补充通知', changes: [{ pointer: '/dates/to', to: '2026-06-30 24:00' }] },
      { document: '再次通知', changes: [{ pointer: '/kinds/0/face', to: 25 }] },
    ];
  });
  const first = cleanPlanWith((copy) => (copy.dates.to = '2026-06-30 24:00'));
  assert.deepEqual(amendedPlanFile(file, 1), {
    ...first,
    amendments: file.amendments?.slice(1),
  });
  const both = cleanPlanWith((copy) => {
    copy.dates.to = '2026-06-30 24:00';
    for (const kind of copy.kinds) if (kind.id === 'food_20') kind.face = 25;
  });
  assert.deepEqual(amendedPlanFile(file), both);
});

test('an amendment of something that is not there is refused', () => {
  const nowhere = cleanPlanWith((copy) => {
    copy.amendments = [{ document: '通知', changes: [{ pointer: '/kinds/9/face', to: 25 }] }];
  });
  assert.throws(() => amendedPlanFile(nowhere), { code: 'plan_invalid' });
});
