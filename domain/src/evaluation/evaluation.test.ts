import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membersByLevel } from './evaluation.ts';

test('what a union states for its level is not counted again below it', () => {
  const sums = membersByLevel([
    { path: '/p/c/', level: 'city', members: 100 },
    { path: '/p/c/b1/', level: 'city', members: 40 },
    { path: '/p/c/b1/w/', level: 'city', members: 7 },
    { path: '/p/c/x/', level: 'county', members: 30 },
    { path: '/p/c/x/b2/', level: 'county', members: 20 },
    { path: '/p/d/b3/', level: 'city', members: 5 },
  ]);
  assert.deepEqual(
    [...sums],
    [
      ['city', 105],
      ['county', 30],
    ],
  );
});

test('an organisation whose id begins like another is not below it', () => {
  const sums = membersByLevel([
    { path: '/p/c/', level: 'city', members: 1 },
    { path: '/p/cc/', level: 'city', members: 2 },
  ]);
  assert.equal(sums.get('city'), 3);
  assert.equal(sums.get('county'), undefined);
});
