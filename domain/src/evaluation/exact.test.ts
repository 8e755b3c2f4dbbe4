import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decimalsOf, exact, isMore, minus, plus, printedValue, ratio, rounded } from './exact.ts';

test('half is rounded up, away from zero, and never twice', () => {
  assert.equal(rounded(exact(1265n, 1000n), 2), '1.27');
  assert.equal(rounded(exact(12649n, 10_000n), 2), '1.26');
  assert.equal(rounded(exact(-25n, 1000n), 2), '-0.03');
  assert.equal(rounded(exact(-4n, 1000n), 2), '0.00');
  assert.equal(rounded(exact(5n, 10n), 0), '1');
  assert.equal(rounded(exact(0n), 2), '0.00');
});

test('1.9 over 1.5 is 1.27, and 7.2 of 8.7 is 82.8 percent', () => {
  assert.equal(rounded(exact(19n, 15n), 2), '1.27');
  assert.equal(rounded(exact(7_200n, 87n), 1), '82.8');
});

test('a figure is read as it is printed', () => {
  assert.deepEqual(printedValue('2.48'), exact(248n, 100n));
  assert.deepEqual([decimalsOf('2.48'), decimalsOf('776')], [2, 0]);
  assert.throws(() => printedValue('近17'), RangeError);
});

test('nothing is said of a share of nothing', () => {
  assert.equal(ratio(1n, 0n), undefined);
  assert.throws(() => exact(1n, 0n), RangeError);
});

const someExact = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.bigInt({ min: 1n, max: 10n ** 9n }))
  .map(([over, under]) => exact(over, under));

test('a rounded figure is never further than half a unit from the exact one', () => {
  fc.assert(
    fc.property(someExact, fc.integer({ min: 0, max: 4 }), (value, decimals) => {
      const apart = minus(printedValue(rounded(value, decimals)), value);
      const size = exact(apart.over < 0n ? -apart.over : apart.over, apart.under);
      assert.ok(!isMore(size, exact(1n, 2n * 10n ** BigInt(decimals))));
    }),
  );
});

test('what is added and taken away again leaves the figure as it was', () => {
  fc.assert(
    fc.property(someExact, someExact, (a, b) => {
      const back = minus(plus(a, b), b);
      assert.equal(back.over * a.under, a.over * back.under);
    }),
  );
});
