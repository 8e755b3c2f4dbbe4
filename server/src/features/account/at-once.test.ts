import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { consentTexts } from '@huiquan/domain/consent/texts.ts';
import { features } from '../../app.ts';
import { wavesOf } from '../../db/waves.ts';
import { testApp, type As, type TestApp } from '../../http/test-app.ts';
import { answerConsentRoute } from '../people/consent.contract.ts';
import * as contract from './account.contract.ts';

let t: TestApp;
before(async () => {
  t = await testApp(features);
});
after(() => t.drop());

const bearer = (token: string): As => {
  return () => ({ authorization: `Bearer ${token}` });
};
const times = <T>(count: number, one: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => one(n)));
const ask = (phone: string, headers: Record<string, string> = {}) =>
  t.request(contract.requestSmsCodeRoute, { body: { phone }, headers });
const enter = (phone: string, code: string) =>
  t.request(contract.signInResidentRoute, { body: { phone, code, keep: 'token' } });
const codeOf = (phone: string) => t.sandboxes.sms.lastCode(phone) ?? '';
const countOf = (all: readonly { readonly status: number }[], status: number) =>
  all.filter((one) => one.status === status).length;

test('of equal names in a wave the first is first, and nobody is left out', () => {
  assert.deepEqual(
    wavesOf(['a1', 'b1', 'a2', 'c1', 'a3', 'b2'], (one) => [one.slice(0, 1)]),
    [['a1', 'b1', 'c1'], ['a2', 'b2'], ['a3']],
  );
  assert.deepEqual(
    wavesOf<string>([], (one) => [one]),
    [],
  );
});

test('ten requests at once for one phone send one code', async () => {
  const asked = await times(10, () => ask('13700000001'));
  assert.deepEqual([countOf(asked, 202), countOf(asked, 429)], [1, 9]);
  assert.equal(t.sandboxes.sms.outbox('13700000001').length, 1);
});

test('a device that asks for thirty phones at once gets twenty codes', async () => {
  const headers = { 'huiquan-device': 'device-of-a-crowd' };
  const asked = await times(30, (n) => ask(`137000010${String(n).padStart(2, '0')}`, headers));
  assert.deepEqual([countOf(asked, 202), countOf(asked, 429)], [20, 10]);
});

test('a code entered eight times at once opens one session of one account', async () => {
  const phone = '13700000002';
  await ask(phone);
  const entered = await times(8, () => enter(phone, codeOf(phone)));
  assert.equal(countOf(entered, 201), 1);
  const { rows } = await t.sql('select count(*)::int as n from sms_code where tries > 5', []);
  assert.equal(rows[0].n, 0);
});

test('five wrong codes at once end the code, whoever enters others beside', async () => {
  const [robbed, other] = ['13700000003', '13700000004'];
  await Promise.all([ask(robbed), ask(other)]);
  const right = codeOf(robbed);
  const wrong = right === '000000' ? '000001' : '000000';
  const [guesses, own] = await Promise.all([
    times(12, () => enter(robbed, wrong)),
    enter(other, codeOf(other)),
  ]);
  assert.equal(own.status, 201, own.text);
  assert.deepEqual([countOf(guesses, 401), countOf(guesses, 429)], [5, 7]);
  assert.equal((await enter(robbed, right)).code, 'too_many_attempts');
});

const newcomer = async (phone: string): Promise<As> => {
  await ask(phone);
  const { json } = await enter(phone, codeOf(phone));
  return bearer(String(json.token));
};
const current: number = consentTexts.real_name.version;
const answer = (as: As, how: 'agreed' | 'refused', version = current) =>
  t.request(answerConsentRoute, { body: { purpose: 'real_name', version, answer: how } }, as);

test('answers given at once stand one after the other, each an act of its resident', async () => {
  const [one, other] = [await newcomer('13700000005'), await newcomer('13700000006')];
  const answered = await Promise.all([
    answer(one, 'agreed'),
    answer(one, 'refused'),
    answer(other, 'agreed'),
    answer(other, 'agreed', 999),
  ]);
  assert.deepEqual(
    answered.map((all) => all.code ?? all.status),
    [200, 200, 200, 'content_changed'],
  );
  const shown = await Promise.all([
    t.request(contract.showSessionRoute, {}, one),
    t.request(contract.showSessionRoute, {}, other),
  ]);
  const ids = shown.map((all) => String(all.json.id));
  const { rows } = await t.sql(
    `select actor_kind, actor_id, subject_id, kind from event where kind like 'consent.%'
       and subject_id = any($1) order by kind, subject_id = $2`,
    [ids, ids[1]],
  );
  const act = (id: string | undefined, kind: string) => ({
    actor_kind: 'resident',
    actor_id: id,
    subject_id: id,
    kind,
  });
  const [first, second] = ids;
  assert.deepEqual(rows, [
    act(first, 'consent.agreed'),
    act(second, 'consent.agreed'),
    act(first, 'consent.refused'),
  ]);
  const standing = await t.sql(
    'select count(*)::int as n from consent where ended_at is null and resident_account_id = $1',
    [first],
  );
  assert.equal(standing.rows[0].n, 1);
});
