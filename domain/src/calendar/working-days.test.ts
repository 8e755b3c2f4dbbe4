import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addDays } from '../instant.ts';
import { Refusal } from '../refusals.ts';
import { addWorkingDays, hasCalendar, isWorkingDay, workingDaysBetween } from './working-days.ts';

test('ten working days after 31 May 2023 is 14 June 2023', () => {
  assert.equal(addWorkingDays('2023-05-31', 10), '2023-06-14');
});

test('the weekend of 7 and 8 October 2023 is worked and Friday 29 September is not', () => {
  assert.equal(isWorkingDay('2023-10-07'), true);
  assert.equal(isWorkingDay('2023-10-08'), true);
  assert.equal(isWorkingDay('2023-09-29'), false);
  assert.equal(isWorkingDay('2023-09-28'), true);
});

test('the first working day after the eve of National Day 2026 is 8 October', () => {
  assert.equal(addWorkingDays('2026-09-30', 1), '2026-10-08');
  assert.equal(addWorkingDays('2026-09-30', 5), '2026-10-13');
});

test('Spring Festival, the leap day and New Year are counted by the published lists', () => {
  assert.equal(addWorkingDays('2023-01-20', 1), '2023-01-28');
  assert.equal(isWorkingDay('2024-02-29'), true);
  assert.equal(isWorkingDay('2018-12-29'), true);
  assert.equal(isWorkingDay('2018-12-31'), false);
  assert.equal(addWorkingDays('2022-12-30', 1), '2023-01-03');
});

test('a year without published holidays is refused aloud, never taken for plain weekdays', () => {
  const missing = (error: unknown): boolean =>
    error instanceof Refusal && error.code === 'calendar_year_missing';
  assert.throws(() => isWorkingDay('2027-01-04'), missing);
  assert.throws(() => isWorkingDay('2003-12-31'), missing);
  assert.throws(() => addWorkingDays('2026-12-31', 1), missing);
  assert.equal(hasCalendar(2026), true);
  assert.equal(hasCalendar(2027), false);
});

test('a day that does not exist and a broken count are no question', () => {
  assert.throws(() => isWorkingDay('2023-02-30'), RangeError);
  assert.throws(() => addWorkingDays('2023-05-31', -1), RangeError);
  assert.throws(() => addWorkingDays('2023-05-31', 1.5), RangeError);
  assert.throws(() => addWorkingDays('2023-05-31', 1001), RangeError);
});

test('n working days later is a working day with exactly n working days on the way', () => {
  const days = fc.integer({ min: 0, max: 7300 }).map((after) => addDays('2004-01-01', after));
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 60 }), (day, count) => {
      const end = addWorkingDays(day, count);
      assert.equal(isWorkingDay(end), true);
      assert.equal(workingDaysBetween(day, end), count);
      assert.equal(addWorkingDays(addWorkingDays(day, count - 1), 1), end);
    }),
  );
});
