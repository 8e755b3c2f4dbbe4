import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fen, yuan, type Fen } from '../fen.ts';
import { instant } from '../instant.ts';
import type { PlanFace } from '../plan/effective-plan.ts';
import { chooseVoucher, type Candidate } from './choice.ts';
import { deductionFen } from './deduction.ts';
import { redemptionRefusal, type PresentedVoucher, type RedemptionRule } from './refusal.ts';

const now = instant(Date.UTC(2023, 8, 1, 2));
const fixed = (faceFen: Fen): PlanFace => ({ type: 'fixed', faceFen });

function rule(atLeast: number, face: number, strict = false): RedemptionRule {
  return {
    face: fixed(yuan(face)),
    threshold: { amountFen: yuan(atLeast), strict },
    categories: ['retail'],
    settlesTo: 'merchant',
  };
}

function voucher(changes: Partial<PresentedVoucher> = {}): PresentedVoucher {
  return {
    voucherId: '00000000-0000-7000-8000-000000000001',
    faceFen: yuan(40),
    state: 'unused',
    validFrom: instant(now - 1000),
    validTo: instant(now + 1000),
    usableFrom: undefined,
    ...changes,
  };
}

function judged(of: RedemptionRule, faceYuan: number, order: bigint) {
  const presented = voucher({ faceFen: yuan(faceYuan) });
  return redemptionRefusal(of, presented, { amountFen: fen(order), category: 'retail' }, now);
}

test('XN23 三(五)2: a voucher works from its threshold on, not one 分 below', () => {
  const pairs = [
    [50, 10],
    [180, 40],
    [500, 80],
    [2000, 300],
    [100, 20],
    [200, 50],
  ] as const;
  for (const [threshold, face] of pairs) {
    const at = BigInt(threshold) * 100n;
    assert.equal(judged(rule(threshold, face), face, at - 1n), 'below_threshold');
    assert.equal(judged(rule(threshold, face), face, at), undefined);
    assert.equal(judged(rule(threshold, face), face, at + 1n), undefined);
  }
});

test('SM23 九: 40元 works when the order reaches 40元, and then nothing is left to pay', () => {
  const packs = rule(40, 40);
  assert.equal(judged(packs, 40, 3_999n), 'below_threshold');
  assert.equal(judged(packs, 40, 4_000n), undefined);
  assert.equal(judged(packs, 40, 4_001n), undefined);
  assert.equal(deductionFen(packs.face, yuan(40), yuan(40)), yuan(40));
});

test('SX20 一(二)5: 300元 works only when the order is more than 300元', () => {
  const union = rule(300, 300, true);
  assert.equal(judged(union, 300, 29_999n), 'below_threshold');
  assert.equal(judged(union, 300, 30_000n), 'below_threshold');
  assert.equal(judged(union, 300, 30_001n), undefined);
});

test('an order below the face is refused even where the threshold is lower', () => {
  assert.equal(judged(rule(10, 40), 40, 3_999n), 'below_threshold');
  assert.equal(judged(rule(10, 40), 40, 4_000n), undefined);
});

test('a voucher is accepted from its first instant and no longer at its end', () => {
  const order = { amountFen: yuan(200), category: 'retail' };
  const at = (validFrom: number, validTo: number) =>
    redemptionRefusal(
      rule(180, 40),
      voucher({ validFrom: instant(validFrom), validTo: instant(validTo) }),
      order,
      now,
    );
  assert.equal(at(now, now + 1), undefined);
  assert.equal(at(now + 1, now + 2), 'voucher_not_started');
  assert.equal(at(now - 2, now), 'voucher_expired');
  assert.equal(at(now - 2, now + 1), undefined);
});

test('used, void and held vouchers and a voucher that rests until tomorrow are refused', () => {
  const order = { amountFen: yuan(200), category: 'retail' };
  const of = (changes: Partial<PresentedVoucher>) =>
    redemptionRefusal(rule(180, 40), voucher(changes), order, now);
  assert.equal(of({ state: 'used' }), 'voucher_used');
  assert.equal(of({ state: 'void' }), 'voucher_void');
  assert.equal(of({ state: 'held' }), 'voucher_held');
  assert.equal(of({ usableFrom: instant(now + 1) }), 'voucher_not_started');
  assert.equal(of({ usableFrom: now }), undefined);
});

test('a catering voucher is refused in a department store, a car voucher at every till', () => {
  const order = { amountFen: yuan(200), category: 'retail' };
  const catering = { ...rule(100, 20), categories: ['catering'] };
  assert.equal(redemptionRefusal(catering, voucher(), order, now), 'merchant_not_accepting');
  const car: RedemptionRule = { ...rule(100, 20), settlesTo: 'holder' };
  assert.equal(redemptionRefusal(car, voucher(), order, now), 'merchant_not_accepting');
});

test('a percentage is rounded down to the 分 and ends at its cap', () => {
  const face: PlanFace = { type: 'percent', basisPoints: 1_500, capFen: yuan(30) };
  assert.equal(deductionFen(face, yuan(30), fen(9_999n)), 1_499n);
  assert.equal(deductionFen(face, yuan(30), fen(19_999n)), 2_999n);
  assert.equal(deductionFen(face, yuan(30), fen(20_000n)), 3_000n);
  assert.equal(deductionFen(face, yuan(30), fen(20_001n)), 3_000n);
  assert.equal(deductionFen(face, yuan(30), fen(6n)), 0n);
});

test('of tiers the highest one reached counts', () => {
  const face: PlanFace = {
    type: 'tiers',
    tiers: [
      { orderAtLeastFen: yuan(100), faceFen: yuan(10) },
      { orderAtLeastFen: yuan(300), faceFen: yuan(50) },
    ],
  };
  assert.equal(deductionFen(face, yuan(50), fen(9_999n)), 0n);
  assert.equal(deductionFen(face, yuan(50), yuan(100)), yuan(10));
  assert.equal(deductionFen(face, yuan(50), fen(29_999n)), yuan(10));
  assert.equal(deductionFen(face, yuan(50), yuan(300)), yuan(50));
});

const faces: fc.Arbitrary<PlanFace> = fc.oneof(
  fc.record({
    type: fc.constant('fixed' as const),
    faceFen: fc.bigInt(1n, 1_000_000n).map(fen),
  }),
  fc.record({
    type: fc.constant('percent' as const),
    basisPoints: fc.integer({ min: 1, max: 10_000 }),
    capFen: fc.bigInt(1n, 1_000_000n).map(fen),
  }),
  fc.record({
    type: fc.constant('tiers' as const),
    tiers: fc.array(
      fc.record({
        orderAtLeastFen: fc.bigInt(0n, 1_000_000n).map(fen),
        faceFen: fc.bigInt(1n, 1_000_000n).map(fen),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
);

test('nobody ever pays less than nothing, and no voucher takes more than its face', () => {
  fc.assert(
    fc.property(
      faces,
      fc.bigInt(1n, 1_000_000n),
      fc.bigInt(1n, 2_000_000n),
      (face, faceFen, order) => {
        const deduction = deductionFen(face, fen(faceFen), fen(order));
        assert.ok(deduction >= 0n && deduction <= order && deduction <= faceFen);
      },
    ),
  );
});

function candidate(id: number, face: number, changes: Partial<PresentedVoucher> = {}): Candidate {
  const voucherId = `00000000-0000-7000-8000-${String(id).padStart(12, '0')}`;
  return {
    voucher: voucher({ voucherId, faceFen: yuan(face), ...changes }),
    rule: rule(face, face),
    category: 'retail',
    barred: undefined,
  };
}

function chosen(candidates: readonly Candidate[], amount = 500) {
  const choice = chooseVoucher(candidates, yuan(amount), now);
  return 'refusal' in choice ? choice.refusal : choice.candidate.voucher.voucherId.slice(-1);
}

test('the best voucher takes off most, then ends first, then has the smaller id', () => {
  const soon = { validTo: instant(now + 500) };
  assert.equal(chosen([candidate(1, 40), candidate(2, 50), candidate(3, 20)]), '2');
  assert.equal(chosen([candidate(1, 50), candidate(2, 50, soon), candidate(3, 20)]), '2');
  assert.equal(chosen([candidate(2, 50), candidate(1, 50)]), '1');
});

test('when none can be used the cashier hears the reason of the nearest', () => {
  assert.equal(chosen([]), 'no_usable_voucher');
  assert.equal(chosen([candidate(1, 40, { state: 'used' })]), 'voucher_used');
  const expired = candidate(2, 40, { validTo: now });
  assert.equal(chosen([candidate(1, 40, { state: 'used' }), expired]), 'voucher_expired');
  assert.equal(chosen([expired, candidate(3, 40)], 39), 'below_threshold');
  const barred: Candidate = { ...candidate(4, 40), barred: 'merchant_not_accepting' };
  assert.equal(chosen([barred, expired]), 'merchant_not_accepting');
  assert.equal(chosen([barred, candidate(5, 20)]), '5');
});

test('the choice does not depend on the order in which the wallet lists its vouchers', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3 })), {
        minLength: 1,
        selector: ([id]) => id,
      }),
      (wallet) => {
        const candidates = wallet.map(([id, face]) => candidate(id, face * 10));
        assert.equal(chosen(candidates), chosen(candidates.toReversed()));
      },
    ),
  );
});
