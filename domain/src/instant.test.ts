import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instant, instantFromText, instantText, zone } from './instant.ts';

/** The long way: what the calendar of the zone itself says. */
const byCalendar = (at: number) =>
  Temporal.Instant.fromEpochMilliseconds(at).toString({
    timeZone: zone,
    smallestUnit: at % 1000 === 0 ? 'second' : 'millisecond',
  });

test('an instant is written as the clocks of Shanghai show it, summer time before 1992 too', () => {
  const at = (text: string) => Date.parse(text);
  const edges = ['1986-05-04T02:00:00+08:00', '1991-09-15T01:59:59.999+09:00'];
  const turns = ['1991-12-31T23:59:59.999+08:00', '1992-01-01T00:00:00+08:00'];
  const ends = ['9999-12-31T23:59:59.999+08:00', '0001-01-01T00:00:00Z'];
  for (const edge of [...edges, ...turns, ...ends]) {
    assert.equal(instantText(instant(at(edge))), byCalendar(at(edge)));
  }
  const range = { min: -8_000_000_000_000, max: 300_000_000_000_000 };
  fc.assert(
    fc.property(fc.integer(range), fc.boolean(), (ms, isWhole) => {
      const some = isWhole ? ms - (ms % 1000) : ms;
      assert.equal(instantText(instant(some)), byCalendar(some));
    }),
  );
});

test('what was written is read as the same instant', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (ms) => {
      assert.equal(instantFromText(instantText(instant(ms))), ms);
    }),
  );
});

test('24:00 is the first instant of the next day, and days that do not exist are none', () => {
  const midnight = instantFromText('2023-09-30T24:00+08:00');
  assert.equal(midnight, instantFromText('2023-10-01T00:00+08:00'));
  const never = ['2023-02-30T10:00:00+08:00', '2023-13-01T10:00:00+08:00'];
  const hours = ['2023-09-01T24:00:01+08:00', '2023-09-01T10:60:00+08:00'];
  for (const text of [...never, ...hours, '2023-09-01T10:00:00', '2023-09-01', '']) {
    assert.equal(instantFromText(text), undefined);
  }
  assert.equal(instantFromText('2024-02-29T00:00:00+08:00'), Date.parse('2024-02-28T16:00Z'));
});
