import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fenOf, pressed } from '../src/till/pay/amount.ts';

const typed = (keys: string) => Array.from(keys).reduce(pressed, '');

test('the keypad takes 元 with two decimals and nothing else', () => {
  assert.deepEqual(['180', '0.5', '.5', '007', '12.345', '1..2', '1234567', 'a-1e3'].map(typed), [
    '180',
    '0.5',
    '0.5',
    '7',
    '12.34',
    '1.2',
    '123456',
    '13',
  ]);
  assert.equal(pressed('12.3', 'back'), '12.');
  assert.equal(pressed('12.3', 'clear'), '');
});

test('what the keypad shows is exactly the 分 that are asked for', () => {
  assert.deepEqual(
    ['', '0', '0.', '180', '0.07', '19.9', '999999.99'].map(fenOf),
    [0, 0, 0, 18_000, 7, 1_990, 99_999_999],
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999_999 }), (fen) => {
      const keys = `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
      assert.equal(fenOf(typed(keys)), fen);
    }),
  );
});
