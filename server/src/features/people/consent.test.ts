import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { consentTexts } from '@huiquan/domain/consent/texts.ts';
import { residentIdCheckDigit } from '@huiquan/domain/identity/resident-id.ts';
import { features } from '../../app.ts';
import { testApp, type TestApp, type TestResident } from '../../http/test-app.ts';
import { verifyRealNameRoute } from '../account/account.contract.ts';
import { answerConsentRoute, listConsentsRoute } from './consent.contract.ts';

let app: TestApp;
before(async () => {
  app = await testApp(features);
});
after(() => app.drop());

async function newcomer(): Promise<TestResident> {
  const me = await app.signInResident();
  await app.sql(`delete from consent where resident_account_id = $1`, [me.accountId]);
  await app.sql(
    `update resident_account set person_id = null, verified_at = null, name_index = null
     where resident_account_id = $1`,
    [me.accountId],
  );
  return me;
}

type Item = { readonly purpose: string; readonly isAgreed: boolean; readonly answered?: object };

async function standing(me: TestResident): Promise<Record<string, boolean | undefined>> {
  const { json } = await app.request(listConsentsRoute, {}, me);
  const items: readonly Item[] = json.items;
  return Object.fromEntries(
    items.map((one) => [one.purpose, one.answered === undefined ? undefined : one.isAgreed]),
  );
}

const answer = (
  me: TestResident,
  purpose: keyof typeof consentTexts,
  how: 'agreed' | 'refused',
  version: number = consentTexts[purpose].version,
) => app.request(answerConsentRoute, { body: { purpose, version, answer: how } }, me);

test('each purpose is asked by itself, and silence is no consent', async () => {
  const me = await newcomer();
  const unasked = { real_name: undefined, location: undefined, messages: undefined };
  assert.deepEqual(await standing(me), unasked);
  assert.equal((await answer(me, 'location', 'agreed')).status, 200);
  assert.equal((await answer(me, 'messages', 'refused')).status, 200);
  assert.deepEqual(await standing(me), { ...unasked, location: true, messages: false });
});

test('an agreement is withdrawn, and what was agreed until then stays on record', async () => {
  const me = await newcomer();
  await answer(me, 'location', 'agreed');
  await answer(me, 'location', 'refused');
  assert.equal((await standing(me))['location'], false);
  const { rows } = await app.sql(
    `select answer, ended_at is null as stands from consent where resident_account_id = $1
     order by consent_id`,
    [me.accountId],
  );
  assert.deepEqual(rows, [
    { answer: 'agreed', stands: false },
    { answer: 'refused', stands: true },
  ]);
  const events = await app.sql(
    `select kind, body from event where subject_id = $1 order by event_id`,
    [me.accountId],
  );
  assert.deepEqual(events.rows, [
    { kind: 'consent.agreed', body: { purpose: 'location', version: 1 } },
    { kind: 'consent.refused', body: { purpose: 'location', version: 1 } },
  ]);
});

test('who saw another text than the one in force is shown it anew', async () => {
  const me = await newcomer();
  const { code } = await answer(me, 'location', 'agreed', consentTexts.location.version + 1);
  assert.equal(code, 'content_changed');
  assert.equal((await standing(me))['location'], undefined);
});

test('of two answers at the same time one stands', async () => {
  const me = await newcomer();
  const got = await Promise.all([
    answer(me, 'messages', 'agreed'),
    answer(me, 'messages', 'refused'),
    answer(me, 'messages', 'agreed'),
  ]);
  assert.deepEqual(
    got.map(({ status }) => status),
    [200, 200, 200],
  );
  const { rows } = await app.sql(
    `select count(*)::int as standing from consent
     where resident_account_id = $1 and ended_at is null`,
    [me.accountId],
  );
  assert.deepEqual(rows, [{ standing: 1 }]);
});

test('nobody is asked of the identity service before he agreed to it', async () => {
  const me = await newcomer();
  const first17 = '14102919900307001';
  const body = { name: '张三', residentId: first17 + residentIdCheckDigit(first17) };
  const prove = () => app.request(verifyRealNameRoute, { body }, me);
  const asked = await prove();
  assert.deepEqual([asked.status, asked.code], [403, 'consent_required']);
  assert.equal(asked.json.purpose, 'real_name');
  await answer(me, 'real_name', 'agreed');
  assert.notEqual((await prove()).code, 'consent_required');
});

test('an ended account and staff have nothing to agree to', async () => {
  const me = await newcomer();
  const staff = await app.signInStaff('AUD', { kind: 'everything' });
  assert.equal((await app.request(listConsentsRoute, {}, staff)).code, 'forbidden');
  await app.sql(`update resident_account set ended_at = now() where resident_account_id = $1`, [
    me.accountId,
  ]);
  assert.equal((await answer(me, 'location', 'agreed')).code, 'session_ended');
});
