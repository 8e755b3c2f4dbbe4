import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fen } from '../fen.ts';
import { residualExceeded, stockToTake } from './adjustment.ts';

const share = (fundId: string, position: number, counts: { quantity: number; issued: number }) => ({
  kind: 'retail_10',
  fundId,
  position,
  faceFen: fen(1_000n),
  ...counts,
});
const line = (quantity: number) => ({
  kind: 'retail_10',
  pool: 'retail',
  faceFen: fen(1_000n),
  quantity,
});

test('stock is taken back from the fund that would have paid last', () => {
  const shares = [
    share('first', 1, { quantity: 5, issued: 2 }),
    share('last', 2, { quantity: 4, issued: 0 }),
  ];
  const taken = stockToTake([line(6)], shares);
  assert.ok('shares' in taken);
  assert.deepEqual(
    taken.shares.map((one) => [one.fundId, one.quantity]),
    [
      ['last', 4],
      ['first', 2],
    ],
  );
});

test('what has been given out cannot be taken back: seven left, eight asked, one missing', () => {
  const shares = [
    share('first', 1, { quantity: 5, issued: 2 }),
    share('last', 2, { quantity: 4, issued: 0 }),
  ];
  assert.ok('shares' in stockToTake([line(7)], shares));
  assert.deepEqual(stockToTake([line(8)], shares), {
    shortage: { kind: 'retail_10', missing: 1 },
  });
});

test('a residual is spent once: to the 分, and not in another pool', () => {
  const left = [{ pool: 'retail', amountFen: fen(3_000n) }];
  assert.equal(residualExceeded([line(3)], left, []), undefined);
  assert.deepEqual(residualExceeded([line(3)], left, [{ pool: 'retail', amountFen: fen(1n) }]), {
    pool: 'retail',
    missingFen: 1n,
  });
  const elsewhere = [{ pool: 'catering', amountFen: fen(3_000n) }];
  assert.deepEqual(residualExceeded([line(1)], elsewhere, []), {
    pool: 'retail',
    missingFen: 1_000n,
  });
});
