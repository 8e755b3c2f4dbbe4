import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeMac } from './mac.ts';

test('a keyed hash is HMAC-SHA-256 as every other program computes it', () => {
  // RFC 4231, test cases 2 and 6.
  assert.equal(
    makeMac(Buffer.from('Jefe'))('what do ya want for nothing?').toString('hex'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
  assert.equal(
    makeMac(Buffer.alloc(131, 0xaa))(
      'Test Using Larger Than Block-Size Key - Hash Key First',
    ).toString('hex'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  );
});

test('texts of any length and script, one after the other, leave nothing behind', () => {
  const key = fc.uint8Array({ maxLength: 100 });
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 3_000 }), { maxLength: 5 });
  fc.assert(
    fc.property(key, texts, (bytes, several) => {
      const mac = makeMac(bytes);
      for (const text of [...several, '惠'.repeat(5_000), '', ...several]) {
        const expected = createHmac('sha256', bytes).update(text).digest();
        assert.deepEqual(mac(text), expected);
      }
    }),
    { numRuns: 50 },
  );
});
