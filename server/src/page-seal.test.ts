import assert from 'node:assert/strict';
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeKeys } from './keys.ts';
import { pageSealing } from './page-seal.ts';

const keys = makeKeys(new Map([[1, randomBytes(32)]]));
const pageKeys = { cipher: keys.derive('page-cipher'), tag: keys.derive('page-tag') };

/** The seals of a page of texts, one after the other. */
function sealed(texts: readonly string[]): Buffer[] {
  const page = pageSealing(pageKeys);
  let end = 0;
  const places = texts.map((text) => {
    const at = end;
    end += page.add(text, at);
    return [at, end] as const;
  });
  const bytes = Buffer.alloc(end);
  page.sealInto(bytes);
  assert.equal(page.count(), 0);
  return places.map(([from, to]) => bytes.subarray(from, to));
}

test('each text of a page is opened alone, whatever its length and script', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 400 }), { maxLength: 80 });
  fc.assert(
    fc.property(texts, (several) => {
      const all = [...several, '', '惠'.repeat(5_000)];
      assert.deepEqual(
        sealed(all).map((one) => keys.open(one, 1)),
        all,
      );
    }),
    { numRuns: 50 },
  );
});

test('a seal is AES-256-CTR under HMAC-SHA-256, as every other program computes them', () => {
  const text = JSON.stringify({ name: '王小明', idNumber: '610881193001010012' });
  for (const seal of sealed(['a longer text than one block has', text, text])) {
    const counter = seal.subarray(1, 17);
    const body = seal.subarray(17, -16);
    const plain = createCipheriv('aes-256-ctr', pageKeys.cipher, counter).update(body).toString();
    assert.equal(seal[0], 2);
    assert.equal(plain, keys.open(seal, 1));
    const tag = createHmac('sha256', pageKeys.tag).update(seal.subarray(0, -16)).digest();
    assert.deepEqual(seal.subarray(-16), tag.subarray(0, 16));
  }
});

test('no block of a page shares the counter of another, and no page is sealed twice alike', () => {
  const texts = Array.from({ length: 70 }, (_, n) => 'x'.repeat(n));
  const seals = [...sealed(texts), ...sealed(texts)];
  const counters = seals.flatMap((seal) => {
    const nonce = seal.toString('hex', 1, 13);
    const blocks = Math.ceil((seal.length - 33) / 16);
    return Array.from({ length: blocks }, (_, n) => `${nonce} ${seal.readUInt32BE(13) + n}`);
  });
  assert.equal(new Set(counters).size, counters.length);
  assert.equal(new Set(counters.map((one) => one.slice(0, 24))).size, 2);
});

test('a seal that was altered anywhere, shortened or sealed by another key is not opened', () => {
  const [seal] = sealed(['王小明 13800000000']);
  assert.ok(seal !== undefined);
  for (let at = 0; at < seal.length; at += 1) {
    const altered = Buffer.from(seal);
    altered[at] = (altered[at] ?? 0) ^ 1;
    assert.throws(() => keys.open(altered, 1), `byte ${at}`);
  }
  for (const length of [1, 16, 32, seal.length - 1]) {
    assert.throws(() => keys.open(seal.subarray(0, length), 1));
  }
  const others = makeKeys(new Map([[1, randomBytes(32)]]));
  assert.throws(() => others.open(seal, 1));
});

test('a single seal is opened also where its nonce begins as a seal of a page does', () => {
  let seal = keys.seal('王小明');
  while (seal[0] !== 2) seal = keys.seal('王小明');
  assert.equal(keys.open(seal, 1), '王小明');
});
