import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeKeys } from '../../keys.ts';
import { makeBlindIndex } from './blind-index.ts';

const keys = makeKeys(new Map([[1, randomBytes(32)]]));

test('what a roster is searched by is what a verified person is searched by', () => {
  const index = makeBlindIndex(keys.derive('identity-index'));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      assert.ok(index(text).equals(keys.index('identity-index', text)));
    }),
    { numRuns: 2_000 },
  );
});

test('texts of every length around the edges of a block are hashed right', () => {
  const index = makeBlindIndex(keys.derive('name-index'));
  const wrong = Array.from({ length: 200 }, (_, length) => 'x'.repeat(length)).filter(
    (text) => !index(text).equals(keys.index('name-index', text)),
  );
  assert.deepEqual(wrong, []);
});

test('a key longer than a block is refused, not cut', () => {
  assert.throws(() => makeBlindIndex(Buffer.alloc(65)), RangeError);
});
