import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { paceWaitMs, recentTries } from './pace.ts';

const pace = { perSecond: 1, perMinute: 10 };

test('one try a second: at 999 ms one waits a millisecond, at 1,000 ms one may', () => {
  assert.equal(paceWaitMs([], 5_000, pace), 0);
  assert.equal(paceWaitMs([5_000], 5_000, pace), 1_000);
  assert.equal(paceWaitMs([5_000], 5_999, pace), 1);
  assert.equal(paceWaitMs([5_000], 6_000, pace), 0);
});

test('ten tries a minute: the eleventh waits until the first is a minute old', () => {
  const tries = Array.from({ length: 10 }, (_, n) => n * 2_000);
  assert.equal(paceWaitMs(tries, 30_000, pace), 30_000);
  assert.equal(paceWaitMs(tries, 59_999, pace), 1);
  assert.equal(paceWaitMs(tries, 60_000, pace), 0);
});

test('whoever waits as told has never more in a second or a minute than may be', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 60 }), (steps) => {
      let now = 0;
      const taken: number[] = [];
      for (const step of steps) {
        now += step;
        if (paceWaitMs(taken, now, pace) === 0) taken.push(now);
      }
      return taken.every(
        (at, n) =>
          taken.filter((other, m) => m <= n && other > at - 1_000).length <= 1 &&
          recentTries(taken.slice(0, n + 1), at).length <= 10,
      );
    }),
  );
});
