import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerIn } from './line.ts';

const bytes = (text: string) => Buffer.from(text);
const head = 'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2\r\nContent-Length: 11\r\n\r\n';

test('an answer is read once it is whole, its length counted in bytes', () => {
  const whole = `${head}{"a":"元"}`;
  const cut = bytes(whole);
  for (const end of [0, 20, head.length - 1, head.length, cut.length - 1]) {
    assert.equal(answerIn(cut.subarray(0, end)), 'partial', `${end} bytes`);
  }
  const answer = answerIn(cut);
  assert.ok(typeof answer === 'object', 'whole');
  assert.deepEqual([answer.status, answer.body], [429, '{"a":"元"}']);
  assert.equal(answer.headers.get('retry-after'), '2');
});

test('an answer without a length, or of another protocol, is broken', () => {
  assert.equal(answerIn(bytes('HTTP/1.1 200 OK\r\n\r\n{}')), 'broken');
  assert.equal(answerIn(bytes('SSH-2.0\r\ncontent-length: 0\r\n\r\n')), 'broken');
  const empty = answerIn(bytes('HTTP/1.1 204 No Content\r\n\r\n'));
  assert.ok(typeof empty === 'object' && empty.body === '', 'no content');
});
