import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { CaptchaForm, CaptchaKind } from '@huiquan/domain/captcha/judge.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { makeCaptchaSandbox, solveForTests } from './captcha.sandbox.ts';
import { challengeNonce, judgeChallenge, sealChallenge } from './challenge.ts';
import { makeCaptchaKeys } from './keys.ts';
import { issuePass, passLifeMs, readPass } from './pass.ts';

const call = { timeoutMs: 1_000 };
const secret = { id: 'k1', secret: randomBytes(32) };
const keys = makeCaptchaKeys(secret);
const purpose = { subjectId: 'person-1', action: 'claim:round-1' };
const now = instant(1_693_533_600_000);
const soon = instant(now + 5_000);
const kinds: readonly CaptchaKind[] = ['slider', 'picture', 'question'];

async function offer(kind: CaptchaKind, form: CaptchaForm = 'standard') {
  const offered = await makeCaptchaSandbox(keys).offer({ ...purpose, kind, form, now }, call);
  assert.ok(offered.outcome === 'offered');
  return offered;
}

function solve(challenge: string) {
  const response = solveForTests(challenge, keys);
  assert.ok(response);
  return response;
}

test('a careful person passes every kind of captcha, every time', async () => {
  for (const kind of kinds) {
    for (let n = 0; n < 100; n += 1) {
      const { challenge } = await offer(kind);
      const response = solve(challenge);
      const verdict = judgeChallenge(keys, purpose, { challenge, response, now: soon });
      assert.deepEqual(verdict, { outcome: 'passed', kind });
    }
  }
});

test('the answer to one challenge does not answer another', async () => {
  let passed = 0;
  for (let n = 0; n < 200; n += 1) {
    const response = solve((await offer('slider')).challenge);
    const { challenge } = await offer('slider');
    const verdict = judgeChallenge(keys, purpose, { challenge, response, now: soon });
    if (verdict.outcome === 'passed') passed += 1;
  }
  // one gap in fourteen is near enough by luck: 14 of 200, and 40 would be seven deviations
  assert.ok(passed < 40, `${passed} of 200 replayed answers passed`);
  const other = solve((await offer('question')).challenge);
  const { challenge } = await offer('slider');
  const verdict = judgeChallenge(keys, purpose, { challenge, response: other, now: soon });
  assert.deepEqual(verdict, { outcome: 'failed', reason: 'wrong_kind' });
});

test('a challenge can be answered for 60 s, in 长辈版 for 120 s', async () => {
  const lives: readonly (readonly [CaptchaForm, number])[] = [
    ['standard', 60_000],
    ['elder', 120_000],
  ];
  for (const [form, life] of lives) {
    const { challenge, expiresAt } = await offer('slider', form);
    assert.equal(expiresAt, now + life);
    const response = solve(challenge);
    const at = (after: number) =>
      judgeChallenge(keys, purpose, { challenge, response, now: instant(now + after) });
    assert.equal(at(life - 1).outcome, 'passed');
    assert.deepEqual(at(life), { outcome: 'failed', reason: 'expired' });
  }
});

test('a challenge of another person or for another act is worth nothing', async () => {
  const { challenge } = await offer('picture');
  const response = solve(challenge);
  const judge = (over: Partial<typeof purpose>) =>
    judgeChallenge(keys, { ...purpose, ...over }, { challenge, response, now: soon });
  const otherSubject = { outcome: 'failed', reason: 'other_subject' };
  assert.deepEqual(judge({ subjectId: 'person-2' }), otherSubject);
  assert.deepEqual(judge({ action: 'sign-in' }), { outcome: 'failed', reason: 'other_action' });
});

test('a trail that took longer than the challenge exists was made up', async () => {
  const { challenge } = await offer('slider');
  const response = solve(challenge);
  assert.ok(response.kind === 'slider');
  const slow = response.trail.map((point) => ({ ...point, atMs: point.atMs * 10 }));
  const verdict = judgeChallenge(keys, purpose, {
    challenge,
    response: { kind: 'slider', trail: slow },
    now: instant(now + 2_000),
  });
  assert.deepEqual(verdict, { outcome: 'failed', reason: 'faster_than_clock' });
});

test('a seal that was changed in any one character is broken', async () => {
  const { challenge } = await offer('slider');
  const response = solve(challenge);
  for (let at = 0; at < challenge.length; at += 1) {
    const other = challenge[at] === 'A' ? 'B' : 'A';
    const changed = challenge.slice(0, at) + other + challenge.slice(at + 1);
    const verdict = judgeChallenge(keys, purpose, { challenge: changed, response, now: soon });
    assert.deepEqual(verdict, { outcome: 'failed', reason: 'tampered' }, `character ${at}`);
  }
  const strange = ['', '.', 'k1.', 'k1.AAAA', `${challenge}A`, `${challenge}=`, 'x'.repeat(5_000)];
  for (const changed of strange) {
    const verdict = judgeChallenge(keys, purpose, { challenge: changed, response, now: soon });
    assert.deepEqual(verdict, { outcome: 'failed', reason: 'tampered' }, changed.slice(0, 20));
    assert.equal(challengeNonce(keys, changed), undefined);
  }
});

test('each challenge has a nonce, by which the caller ends it after one try', async () => {
  const offers = await Promise.all(Array.from({ length: 200 }, () => offer('question')));
  const nonces = new Set<string>();
  for (const { challenge, expiresAt } of offers) {
    const known = challengeNonce(keys, challenge);
    assert.equal(known?.expiresAt, expiresAt);
    nonces.add(known?.nonce ?? '');
    // the same challenge sent again is known by the same nonce
    assert.deepEqual(challengeNonce(keys, challenge), known);
  }
  assert.equal(nonces.size, 200);
});

test('nothing of the answer can be read from a challenge', async () => {
  const answer = { kind: 'question' as const, digits: '7316' };
  const { challenge } = sealChallenge(keys, purpose, { answer, form: 'standard', now });
  const bytes = Buffer.from(challenge.slice(3), 'base64url').toString('latin1');
  for (const text of ['7316', 'question', 'person-1', 'nonce']) assert.ok(!bytes.includes(text));
  const again = sealChallenge(keys, purpose, { answer, form: 'standard', now });
  assert.notEqual(again.challenge, challenge);
});

test('after a rotation the old key opens what it sealed; without it nothing opens', async () => {
  const { challenge } = await offer('question');
  const response = solve(challenge);
  const next = { id: 'k2', secret: randomBytes(32) };
  const rotated = makeCaptchaKeys(next, [secret]);
  const judged = judgeChallenge(rotated, purpose, { challenge, response, now: soon });
  assert.equal(judged.outcome, 'passed');
  for (const without of [next, { id: 'k1', secret: next.secret }]) {
    const verdict = judgeChallenge(makeCaptchaKeys(without), purpose, {
      challenge,
      response,
      now: soon,
    });
    assert.deepEqual(verdict, { outcome: 'failed', reason: 'tampered' });
  }
  assert.throws(() => makeCaptchaKeys({ id: 'k', secret: randomBytes(31) }), /32 bytes/);
});

test('a pass is good for its person, its act, its kinds and its time, and for nothing else', () => {
  const { token, expiresAt } = issuePass(keys, purpose, { kinds: ['slider', 'picture'], now });
  assert.equal(expiresAt, now + passLifeMs);
  const read = (over: Partial<typeof purpose> = {}, asked = kinds.slice(0, 2), at = soon) =>
    readPass(keys, { ...purpose, ...over }, { token, kinds: asked, now: at });
  const valid = read();
  assert.ok(valid.outcome === 'valid');
  assert.deepEqual(valid.pass.kinds, ['slider', 'picture']);
  const last = instant(expiresAt - 1);
  assert.equal(read({}, ['slider'], last).outcome, 'valid');
  const reasons = [
    read({ subjectId: 'person-2' }),
    read({ action: 'claim:round-2' }),
    read({}, ['question']),
    read({}, ['slider'], expiresAt),
    readPass(keys, purpose, { token: `${token}A`, kinds: [], now: soon }),
  ].map((reading) => reading.outcome === 'invalid' && reading.reason);
  assert.deepEqual(reasons, ['unproved', 'unproved', 'kind_missing', 'expired', 'unproved']);
});

test('a pass that was changed in any one character proves nothing', () => {
  const { token } = issuePass(keys, purpose, { kinds: ['slider'], now });
  const unproved = { outcome: 'invalid', reason: 'unproved' };
  const read = (text: string) => readPass(keys, purpose, { token: text, kinds: [], now: soon });
  for (let at = 0; at < token.length; at += 1) {
    for (const letter of ['A', 'q', '7', '.', ' ', '券']) {
      const changed = token.slice(0, at) + letter + token.slice(at + 1);
      if (changed !== token) assert.deepEqual(read(changed), unproved, changed);
    }
  }
  const strange = ['', '.', '....', 'k1.s.1.x.y', ` ${token}`, `${token}=`, `${token}\n`];
  for (const text of strange) {
    assert.deepEqual(read(text), unproved, text);
  }
});

test('a pass signed before a rotation is good after it, one of an unknown key is not', () => {
  const { token } = issuePass(keys, purpose, { kinds: ['slider'], now });
  const next = { id: 'k2', secret: randomBytes(32) };
  const what = { token, kinds: ['slider'] as const, now: soon };
  assert.equal(readPass(makeCaptchaKeys(next, [secret]), purpose, what).outcome, 'valid');
  for (const without of [next, { id: 'k1', secret: next.secret }]) {
    const reading = readPass(makeCaptchaKeys(without), purpose, what);
    assert.deepEqual(reading, { outcome: 'invalid', reason: 'unproved' });
  }
});

test('a pass for one kind is not one for both, and two passes are two', () => {
  const one = issuePass(keys, purpose, { kinds: ['slider', 'slider'], now });
  const reading = readPass(keys, purpose, { token: one.token, kinds: ['slider'], now: soon });
  assert.ok(reading.outcome === 'valid');
  assert.deepEqual(reading.pass.kinds, ['slider']);
  const both = readPass(keys, purpose, {
    token: one.token,
    kinds: ['slider', 'picture'],
    now: soon,
  });
  assert.deepEqual(both, { outcome: 'invalid', reason: 'kind_missing' });
  const two = issuePass(keys, purpose, { kinds: ['slider'], now });
  const other = readPass(keys, purpose, { token: two.token, kinds: [], now: soon });
  assert.ok(other.outcome === 'valid');
  assert.notEqual(other.pass.nonce, reading.pass.nonce);
});

test('a challenge is no pass and a pass is no challenge', async () => {
  const { challenge } = await offer('question');
  const reading = readPass(keys, purpose, { token: challenge, kinds: [], now: soon });
  assert.deepEqual(reading, { outcome: 'invalid', reason: 'unproved' });
  const { token } = issuePass(keys, purpose, { kinds, now });
  assert.equal(challengeNonce(keys, token), undefined);
  assert.equal(solveForTests(token, keys), undefined);
});

test('a captcha service that is down offers nothing', async () => {
  const sandbox = makeCaptchaSandbox(keys);
  sandbox.become('down');
  for (const kind of kinds) {
    const offered = await sandbox.offer({ ...purpose, kind, form: 'standard', now }, call);
    assert.equal(offered.outcome, 'unavailable');
  }
  sandbox.become('up');
  const request = { ...purpose, kind: 'slider' as const, form: 'standard' as const, now };
  assert.equal((await sandbox.offer(request, call)).outcome, 'offered');
});
