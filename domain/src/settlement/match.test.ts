import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fen } from '../fen.ts';
import { atTime } from '../instant.ts';
import { differenceFen, reconcile, shortageOf, type Entry } from './match.ts';

const day = '2023-09-01';
const entry = (key: string, own: Partial<Entry> & { time?: string; on?: string } = {}): Entry => ({
  key,
  amountFen: own.amountFen ?? fen(4000n),
  at: own.at ?? atTime(own.on ?? day, own.time ?? '12:00'),
  moved: own.moved ?? true,
});
const verdicts = (ours: readonly Entry[], theirs: readonly Entry[], on = day) =>
  reconcile(on, { ours, theirs }).differences.map(({ key, verdict }) => [key, verdict]);

test('what both books say alike is matched, and count and sum of the day agree', () => {
  const result = reconcile(day, { ours: [entry('a')], theirs: [entry('a')] });
  assert.deepEqual(result.matched, ['a']);
  assert.deepEqual(result.ours, { count: 1, sumFen: 4000n });
  assert.deepEqual(result.ours, result.theirs);
  assert.equal(differenceFen(result), 0n);
});

test('each way to differ has its name', () => {
  const ours = [entry('a'), entry('c', { amountFen: fen(3999n) }), entry('d', { moved: false })];
  const theirs = [entry('b'), entry('c'), entry('d')];
  assert.deepEqual(verdicts(ours, theirs), [
    ['a', 'ours_only'],
    ['b', 'theirs_only'],
    ['c', 'amount_differs'],
    ['d', 'state_differs'],
  ]);
});

test('sums that agree do not hide two payments that do not', () => {
  const result = reconcile(day, { ours: [entry('a')], theirs: [entry('b')] });
  assert.deepEqual(result.ours, result.theirs);
  assert.equal(result.differences.length, 2);
});

test('a payment that we know did not happen need not be in their file', () => {
  assert.deepEqual(verdicts([entry('a', { moved: false })], []), []);
});

test('one-sided in the last half hour waits for tomorrow, a minute before it does not', () => {
  assert.deepEqual(reconcile(day, { ours: [entry('a', { time: '23:30' })], theirs: [] }).parked, [
    'a',
  ]);
  assert.deepEqual(verdicts([entry('a', { time: '23:29' })], []), [['a', 'ours_only']]);
});

test('what was parked is matched by the next file, or is a difference then', () => {
  const next = '2023-09-02';
  const parked = entry('a', { time: '23:59' });
  const late = entry('a', { on: next, time: '00:00' });
  assert.deepEqual(verdicts([parked], [late], next), []);
  assert.deepEqual(verdicts([parked], [], next), [['a', 'ours_only']]);
});

test('the totals of a day are of that day only', () => {
  const theirs = [entry('a', { on: '2023-08-31', time: '23:50' }), entry('b')];
  assert.deepEqual(reconcile(day, { ours: [], theirs }).theirs, { count: 1, sumFen: 4000n });
});

test('money in that only we know of is short, money out that only they know of is short', () => {
  assert.equal(shortageOf('ours_only', 'in'), 'short');
  assert.equal(shortageOf('theirs_only', 'in'), 'surplus');
  assert.equal(shortageOf('theirs_only', 'out'), 'short');
  assert.equal(shortageOf('ours_only', 'out'), 'surplus');
});

test('whatever the books, every moved entry is matched, parked or a difference, once', () => {
  const keys = fc.uniqueArray(fc.stringMatching(/^[a-f]$/), { maxLength: 6 });
  const times = fc.constantFrom('00:00', '12:00', '23:29', '23:30', '23:59');
  fc.assert(
    fc.property(keys, keys, times, (oursKeys, theirsKeys, time) => {
      const ours = oursKeys.map((key) => entry(key, { time }));
      const theirs = theirsKeys.map((key) => entry(key, { time }));
      const result = reconcile(day, { ours, theirs });
      const seen = [...result.matched, ...result.parked, ...result.differences.map((d) => d.key)];
      assert.deepEqual(seen.toSorted(), [...new Set([...oursKeys, ...theirsKeys])].toSorted());
    }),
  );
});
