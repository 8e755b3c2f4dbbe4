import assert from 'node:assert/strict';
import { test } from 'node:test';
import { periodOf } from './period.ts';

test('a week runs from Monday to Sunday, also over the end of a year', () => {
  assert.equal(periodOf('2023-09-04', 'week'), '2023-09-04~2023-09-10');
  assert.equal(periodOf('2023-09-10', 'week'), '2023-09-04~2023-09-10');
  assert.equal(periodOf('2024-01-01', 'week'), '2024-01-01~2024-01-07');
  assert.equal(periodOf('2023-12-31', 'week'), '2023-12-25~2023-12-31');
});

test('days and months are named as the calendar names them', () => {
  assert.equal(periodOf('2024-02-29', 'day'), '2024-02-29');
  assert.equal(periodOf('2024-02-29', 'month'), '2024-02');
  assert.throws(() => periodOf('2023-02-29', 'month'), RangeError);
});
