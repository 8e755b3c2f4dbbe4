import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { features } from '../../app.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import { issueCodeRoute } from '../wallet/code.contract.ts';
import { requestSmsCodeRoute, signInResidentRoute } from './account.contract.ts';

let t: TestApp;
before(async () => {
  t = await testApp(features);
});
after(() => t.drop());

const phone = '13912345678';

test('a second code within the minute is refused, the first one signs in', async () => {
  const asked = await t.request(requestSmsCodeRoute, { body: { phone } });
  assert.ok(asked.status < 300, asked.text);
  const again = await t.request(requestSmsCodeRoute, { body: { phone } });
  assert.deepEqual([again.status, again.code], [429, 'too_many_attempts']);
});

test('who has not proved the real name has no payment code yet and hears why', async () => {
  const code = t.sandboxes.sms.lastCode(phone) ?? assert.fail('no code arrived');
  const signedIn = await t.request(signInResidentRoute, { body: { phone, code, keep: 'token' } });
  assert.equal(signedIn.status, 201, signedIn.text);
  const as = () => ({ authorization: `Bearer ${signedIn.json.token}` });
  const got = await t.request(issueCodeRoute, { body: {} }, as);
  assert.deepEqual([got.status, got.code], [403, 'real_name_required']);
});

test('a request number that is no UUID is refused before anything is done', async () => {
  const resident = await t.signInResident();
  const got = await t.request(issueCodeRoute, { body: {}, key: 'abc' }, resident);
  assert.deepEqual([got.status, got.code], [400, 'idempotency_key_invalid']);
});
