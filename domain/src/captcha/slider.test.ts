import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sliderFinding, type SliderAnswer, type TrailPoint } from './slider.ts';

const answer: SliderAnswer = { kind: 'slider', widthPx: 300, gapPx: 150 };

/** A hand: `count` points to `end` px, 10 ms a step, 20 ms a step in the last third. */
function hand({ count = 31, end = 150 } = {}): TrailPoint[] {
  const points: TrailPoint[] = [];
  let atMs = 0;
  for (let n = 0; n < count; n += 1) {
    points.push({ x: (end * n) / (count - 1), y: n % 3, atMs });
    atMs += n < (count - 1) * 0.7 ? 10 : 20;
  }
  return points;
}

function changed(at: number, over: Partial<TrailPoint>): TrailPoint[] {
  return hand().map((point, index) => (index === at ? { ...point, ...over } : point));
}

/** The same trail with its times stretched so that the whole takes `ms`. */
function lasting(ms: number): TrailPoint[] {
  const points = hand();
  const whole = points.at(-1)?.atMs ?? 1;
  return points.map((point) => ({ ...point, atMs: (point.atMs / whole) * ms }));
}

test('a hand that slows down and ends on the gap passes', () => {
  assert.equal(sliderFinding(hand(), answer), undefined);
});

test('300 ms is a hand, 299 ms is not', () => {
  assert.equal(sliderFinding(lasting(300), answer), undefined);
  assert.equal(sliderFinding(lasting(299), answer), 'too_fast');
});

test('10 points are enough, 9 are not', () => {
  const slow = (count: number) =>
    hand({ count }).map((point) => ({ ...point, atMs: point.atMs * 5 }));
  assert.equal(sliderFinding(slow(10), answer), undefined);
  assert.equal(sliderFinding(slow(9), answer), 'too_few_points');
  assert.equal(sliderFinding([], answer), 'too_few_points');
});

test('five points for each px of width are the most', () => {
  assert.equal(sliderFinding(hand({ count: 1_500 }), answer), undefined);
  assert.equal(sliderFinding(hand({ count: 1_501 }), answer), 'too_many_points');
});

test('the first point lies within 10 px of the start, in all directions', () => {
  for (const over of [
    { x: 10, y: 10 },
    { x: -10, y: -10 },
  ]) {
    assert.equal(sliderFinding(changed(0, over), answer), undefined);
  }
  for (const over of [{ x: 10.1 }, { x: -10.1 }, { y: 10.1 }, { y: -10.1 }]) {
    assert.equal(sliderFinding(changed(0, over), answer), 'not_from_start');
  }
});

test('a trail without any up and down was not drawn by a hand', () => {
  const flat = hand().map((point) => ({ ...point, y: 1 }));
  assert.equal(sliderFinding(flat, answer), 'flat');
  flat[5] = { x: 25, y: 2, atMs: 50 };
  assert.equal(sliderFinding(flat, answer), undefined);
});

test('a step of 50 px passes, one of 50.1 px does not, also backwards and upwards', () => {
  // the point before the tenth stands at x 45, y 0; the one after it at x 55, y 2
  for (const over of [{ x: 95 }, { x: 5 }, { y: 50 }]) {
    assert.equal(sliderFinding(changed(10, over), answer), undefined);
  }
  for (const over of [{ x: 95.1 }, { x: 4.9 }, { y: 50.1 }, { y: -50.1 }]) {
    assert.equal(sliderFinding(changed(10, over), answer), 'jump');
  }
});

test('the last three tenths take longer a step; equal speed is a machine', () => {
  const even = hand().map((point, n) => ({ ...point, atMs: n * 20 }));
  assert.equal(sliderFinding(even, answer), 'not_slowing');
  const barely = even.map((point, n) => (n === 30 ? { ...point, atMs: 601 } : point));
  assert.equal(sliderFinding(barely, answer), undefined);
  const faster = even.map((point, n) => (n === 30 ? { ...point, atMs: 599 } : point));
  assert.equal(sliderFinding(faster, answer), 'not_slowing');
});

test('the piece may miss by 2 % of the width: 6 px of 300, on both sides', () => {
  for (const end of [144, 150, 156]) assert.equal(sliderFinding(hand({ end }), answer), undefined);
  for (const end of [143.9, 156.1]) assert.equal(sliderFinding(hand({ end }), answer), 'missed');
});

test('time that runs back and numbers that are none are refused', () => {
  assert.equal(sliderFinding(changed(10, { atMs: 89 }), answer), 'time_runs_back');
  for (const over of [{ x: Number.NaN }, { y: Infinity }, { atMs: Number.NaN }, { atMs: -1 }]) {
    assert.equal(sliderFinding(changed(10, over), answer), 'unreadable');
  }
});
