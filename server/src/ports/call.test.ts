import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replyWithin, silence, waitFor } from './call.ts';

test('an answer in time is given as it is', async () => {
  const reply = await replyWithin({ timeoutMs: 1_000 }, async () => 'paid');
  assert.deepEqual(reply, { isAnswered: true, answer: 'paid' });
});

test('a party that stays silent is given up when the limit passes', async () => {
  const reply = await replyWithin({ timeoutMs: 5 }, silence);
  assert.deepEqual(reply, { isAnswered: false, cause: 'timeout' });
});

test('a caller who stops waiting is let go at once, also before the call began', async () => {
  const caller = new AbortController();
  const call = { timeoutMs: 60_000, signal: caller.signal };
  const waiting = replyWithin(call, silence);
  caller.abort();
  assert.deepEqual(await waiting, { isAnswered: false, cause: 'aborted' });
  let calls = 0;
  const late = await replyWithin(call, async () => (calls += 1));
  assert.deepEqual(late, { isAnswered: false, cause: 'aborted' });
  assert.equal(calls, 0);
});

test('work that ignores the end of the call does not hold the caller', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const reply = await replyWithin({ timeoutMs: 5 }, () => promise);
  resolve('too late');
  assert.deepEqual(reply, { isAnswered: false, cause: 'timeout' });
});

test('a mistake in an adapter is not mistaken for silence', async () => {
  const broken = replyWithin({ timeoutMs: 1_000 }, async () => {
    throw new TypeError('adapter is wrong');
  });
  await assert.rejects(broken, /adapter is wrong/);
});

test('a wait ends when its signal does', async () => {
  const caller = new AbortController();
  const waiting = waitFor(60_000, caller.signal);
  caller.abort(new Error('closed'));
  await assert.rejects(waiting, /closed/);
  await assert.rejects(waitFor(60_000, caller.signal), /closed/);
});
