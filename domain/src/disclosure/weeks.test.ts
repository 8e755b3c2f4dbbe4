import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fen, sumFen } from '../fen.ts';
import { publishableWeeks, type WeekFigures } from './weeks.ts';

const week = (day: number, issuedCount: number, usedCount: number): WeekFigures => ({
  from: `2023-09-${String(day).padStart(2, '0')}`,
  to: `2023-09-${String(day + 6).padStart(2, '0')}`,
  issuedCount,
  issuedFen: fen(issuedCount * 1000),
  usedCount,
  usedFen: fen(usedCount * 1000),
});

test('a week with four vouchers is shown only together with the next', () => {
  const [row, ...rest] = publishableWeeks([week(4, 10, 4), week(11, 10, 6)]);
  assert.equal(rest.length, 0);
  assert.deepEqual(
    [row?.from, row?.to, row?.usedCount, row?.usedFen],
    ['2023-09-04', '2023-09-17', 10, fen(10_000)],
  );
});

test('a week with five is shown alone, and one in which nothing was used', () => {
  const weeks = [week(4, 5, 0), week(11, 5, 5)];
  assert.deepEqual(publishableWeeks(weeks), weeks);
});

test('a small last week joins the one before', () => {
  const rows = publishableWeeks([week(4, 8, 8), week(11, 1, 0)]);
  assert.deepEqual(
    rows.map((row) => row.issuedCount),
    [9],
  );
});

test('four vouchers in all are not shown', () => {
  assert.deepEqual(publishableWeeks([week(4, 3, 1)]), []);
});

test('putting weeks together never changes a total and never leaves a small group', () => {
  const count = fc.nat({ max: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(count, count), { maxLength: 4 }), (counts) => {
      const weeks = counts.map(([issued, used], index) => week(1 + 7 * index, issued, used));
      const rows = publishableWeeks(weeks);
      for (const row of rows) {
        assert.ok(row.issuedCount === 0 || row.issuedCount >= 5);
        assert.ok(row.usedCount === 0 || row.usedCount >= 5);
      }
      if (rows.length > 0) {
        const sum = (of: readonly WeekFigures[]) => sumFen(of.map((one) => one.issuedFen));
        assert.equal(sum(rows), sum(weeks));
      }
    }),
  );
});
