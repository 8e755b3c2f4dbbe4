import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signCallback, verifyCallback } from './callback.ts';

const secret = new Uint8Array(32).fill(3);
const secrets = new Map([['bank', secret]]);
const body = Buffer.from('{"instructionId":"i-1", "amountFen":8000}');
const sentAt = 1_693_533_600;
const signed = { timestamp: String(sentAt), nonce: 'nonce-0001' };
const headers = { ...signed, keyId: 'bank', signature: signCallback(secret, { ...signed, body }) };

function reason(over: Partial<typeof headers>, at = sentAt, bytes: Uint8Array = body) {
  const verdict = verifyCallback(secrets, { ...headers, ...over }, { body: bytes, nowSeconds: at });
  return verdict.outcome === 'refused' ? verdict.reason : verdict.outcome;
}

test('a callback signed by the bank over these very bytes is genuine', () => {
  const verdict = verifyCallback(secrets, headers, { body, nowSeconds: sentAt + 5 });
  assert.deepEqual(verdict, { outcome: 'genuine', nonce: 'nonce-0001', sentAtSeconds: sentAt });
});

test('an unsigned callback, or one by an unknown key, is refused', () => {
  for (const missing of ['keyId', 'timestamp', 'nonce', 'signature']) {
    assert.equal(reason({ [missing]: '' }), 'unsigned', missing);
  }
  assert.equal(reason({ keyId: 'someone' }), 'unknown_key');
});

test('the same content written in another way was not signed', () => {
  const again = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
  assert.equal(reason({}, sentAt, again), 'bad_signature');
});

test('a changed time, nonce or signature is a bad signature', () => {
  assert.equal(reason({ timestamp: String(sentAt + 1) }), 'bad_signature');
  assert.equal(reason({ nonce: 'nonce-0002' }), 'bad_signature');
  assert.equal(reason({ signature: headers.signature.slice(0, -1) }), 'bad_signature');
  assert.equal(reason({ signature: headers.signature.replace(/^./, 'z') }), 'bad_signature');
  assert.equal(reason({ timestamp: '1e9' }), 'bad_signature');
  assert.equal(reason({ nonce: 'short' }), 'bad_signature');
});

test('five minutes are not too old, a second more is, before and after', () => {
  assert.equal(reason({}, sentAt + 300), 'genuine');
  assert.equal(reason({}, sentAt + 301), 'too_old');
  assert.equal(reason({}, sentAt - 300), 'genuine');
  assert.equal(reason({}, sentAt - 301), 'too_old');
});
