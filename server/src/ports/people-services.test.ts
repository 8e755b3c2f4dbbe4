import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPlaceRule } from '@huiquan/domain/place/outlines.ts';
import { gcj02Of } from './datum.ts';
import { makeIdentitySandbox } from './identity.sandbox.ts';
import { makeLocationSandbox } from './location.sandbox.ts';
import { readingOf, type LocationReport } from './location.ts';
import { makeSmsSandbox } from './sms.sandbox.ts';
import type { Sms } from './sms.ts';

const call = { timeoutMs: 1_000 };
const impatient = { timeoutMs: 10 };
const phone = '13800138000';

function codeMessage(messageId: string, code: string): Sms {
  return { messageId, phone, template: 'sign_in_code', params: { code, minutes: '5' } };
}

test('a sign-in code reaches the phone once, however often the message is sent', async () => {
  const sms = makeSmsSandbox();
  const first = await sms.send(codeMessage('m-1', '123456'), call);
  assert.equal(first.outcome, 'accepted');
  assert.deepEqual(await sms.send(codeMessage('m-1', '123456'), call), first);
  assert.equal(sms.outbox(phone).length, 1);
  assert.match(sms.outbox(phone)[0]?.text ?? '', /验证码为123456,5分钟内有效/);
  await sms.send(codeMessage('m-2', '654321'), call);
  assert.equal(sms.lastCode(phone), '654321');
  assert.equal(sms.lastCode('13900139000'), undefined);
});

test('no message goes to a number that is none, to a blocked one, or half filled', async () => {
  const sms = makeSmsSandbox();
  sms.block('13900139000');
  const answers = await Promise.all([
    sms.send({ ...codeMessage('m-1', '1'), phone: '12345' }, call),
    sms.send({ ...codeMessage('m-2', '1'), phone: '13900139000' }, call),
    sms.send({ ...codeMessage('m-3', '1'), params: { code: '1' } }, call),
  ]);
  assert.deepEqual(
    answers.map((answer) => answer.outcome === 'rejected' && answer.reason),
    ['bad_phone', 'blocked', 'bad_params'],
  );
  assert.deepEqual(sms.outbox(phone), []);
});

test('a provider may accept and not deliver, be slow, or be down', async () => {
  const sms = makeSmsSandbox();
  sms.become({ kind: 'undelivered' });
  assert.equal((await sms.send(codeMessage('m-1', '1'), call)).outcome, 'accepted');
  assert.equal(sms.lastCode(phone), undefined);
  sms.become({ kind: 'slow', delayMs: 1_000 });
  const slow = await sms.send(codeMessage('m-2', '2'), impatient);
  assert.deepEqual(slow, { outcome: 'unavailable', cause: 'timeout' });
  // it had been taken: sent again it is not delivered twice
  sms.become({ kind: 'deliver' });
  assert.equal((await sms.send(codeMessage('m-2', '2'), call)).outcome, 'accepted');
  assert.equal(sms.outbox(phone).length, 1);
  sms.become({ kind: 'down' });
  const down = await sms.send(codeMessage('m-3', '3'), call);
  assert.deepEqual(down, { outcome: 'unavailable', cause: 'unreachable' });
});

const person = { name: '王小明', idNumber: '11010519491231002X', phone };

test('a valid ID number matches its name and phone', async () => {
  const identity = makeIdentitySandbox();
  assert.deepEqual(await identity.verify(person, call), { outcome: 'match' });
});

test('a wrong or listed ID number, a name with 不 and a bad phone do not match', async () => {
  const identity = makeIdentitySandbox();
  identity.mismatch('440524188001010014');
  const answers = await Promise.all([
    identity.verify({ ...person, idNumber: '110105194912310021' }, call),
    identity.verify({ ...person, idNumber: '440524188001010014' }, call),
    identity.verify({ ...person, name: '王不明' }, call),
    identity.verify({ ...person, phone: '12345' }, call),
  ]);
  assert.deepEqual(
    answers.map((answer) => answer.outcome === 'mismatch' && answer.part),
    ['unspecified', 'unspecified', 'name', 'phone'],
  );
});

test('a real-name service that is down or slow says neither yes nor no', async () => {
  const identity = makeIdentitySandbox();
  identity.become({ kind: 'down' });
  const down = { outcome: 'unavailable', cause: 'unreachable' };
  assert.deepEqual(await identity.verify(person, call), down);
  identity.become({ kind: 'slow', delayMs: 1_000 });
  const slow = { outcome: 'unavailable', cause: 'timeout' };
  assert.deepEqual(await identity.verify(person, impatient), slow);
  identity.become({ kind: 'slow', delayMs: 1 });
  assert.deepEqual(await identity.verify(person, call), { outcome: 'match' });
});

const rule = findPlaceRule({ region: '1410', borderKm: 2, accuracyM: 1_000, ageSeconds: 60 });
assert.ok(rule);
const xiangning: LocationReport = {
  longitude: 110.8471,
  latitude: 35.9704,
  datum: 'wgs84',
  accuracyM: 20,
  ageMs: 0,
  isMocked: false,
};

test('the same place told in GCJ-02 is the same place, half a kilometre of datum taken off', () => {
  const { longitude, latitude } = gcj02Of(xiangning);
  const metres = Math.hypot((longitude - 110.8471) * 90_000, (latitude - 35.9704) * 111_195);
  assert.ok(metres > 400 && metres < 600, `${metres} m`);
  const { point } = readingOf({ ...xiangning, longitude, latitude, datum: 'gcj02' });
  assert.ok(Math.abs(point.longitude - xiangning.longitude) < 1e-5);
  assert.ok(Math.abs(point.latitude - xiangning.latitude) < 1e-5);
});

test('a datum does not hide the point 0/0 or a number that is none', async () => {
  const location = makeLocationSandbox();
  const zero = { ...xiangning, longitude: 0, latitude: 0, datum: 'gcj02' as const };
  const answer = await location.judge(zero, rule, call);
  assert.deepEqual(answer, {
    outcome: 'judged',
    verdict: { standing: 'outside', flags: ['zero_point'] },
  });
  const none = { ...zero, longitude: Number.NaN };
  const judged = await location.judge(none, rule, call);
  assert.equal(judged.outcome === 'judged' && judged.verdict.standing, 'inaccurate');
});

test('a location service that is down or slow judges nobody', async () => {
  const location = makeLocationSandbox();
  const inside = await location.judge(xiangning, rule, call);
  assert.equal(inside.outcome === 'judged' && inside.verdict.standing, 'inside');
  location.become({ kind: 'down' });
  const down = { outcome: 'unavailable', cause: 'unreachable' };
  assert.deepEqual(await location.judge(xiangning, rule, call), down);
  location.become({ kind: 'slow', delayMs: 1_000 });
  const slow = { outcome: 'unavailable', cause: 'timeout' };
  assert.deepEqual(await location.judge(xiangning, rule, impatient), slow);
});
