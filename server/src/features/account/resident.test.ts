import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { consentTexts } from '@huiquan/domain/consent/texts.ts';
import { residentIdCheckDigit } from '@huiquan/domain/identity/resident-id.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instant, startOfDay } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { testApp, type As, type TestApp } from '../../http/test-app.ts';
import { answerConsentRoute } from '../people/consent.contract.ts';
import * as contract from './account.contract.ts';
import { passwordHash } from './password.ts';

function idNumber(serial: number): string {
  const first17 = `14102919900101${String(serial).padStart(3, '0')}`;
  return first17 + residentIdCheckDigit(first17);
}

function bearer(token: string): As {
  return () => ({ authorization: `Bearer ${token}` });
}

describe('residents and tills', () => {
  let t: TestApp;
  let now = startOfDay('2023-09-01') + 10 * 3_600_000;
  const tick = async (ms: number) => {
    now += ms;
    await t.setClock(instant(now));
  };
  before(async () => {
    t = await testApp(features);
    await t.setClock(instant(now));
  });
  after(() => t.drop());

  const ask = (phone: string, headers: Record<string, string> = {}) =>
    t.request(contract.requestSmsCodeRoute, { body: { phone }, headers });
  const codeOf = (phone: string) => t.sandboxes.sms.lastCode(phone) ?? '';
  const enter = (phone: string, code: string) =>
    t.request(contract.signInResidentRoute, { body: { phone, code, keep: 'token' } });
  const signIn = async (phone: string) => {
    await ask(phone);
    const got = await enter(phone, codeOf(phone));
    assert.equal(got.status, 201, got.text);
    return bearer(got.json.token);
  };
  const prove = async (as: As, name: string, residentId: string) => {
    const body = {
      purpose: 'real_name',
      version: consentTexts.real_name.version,
      answer: 'agreed',
    };
    await t.request(answerConsentRoute, { body }, as);
    return t.request(contract.verifyRealNameRoute, { body: { name, residentId } }, as);
  };

  test('a phone gets a code, the code signs in once, the account stays one', async () => {
    const phone = '13800000001';
    assert.equal((await ask('+86 138-0000-0001')).status, 202);
    const code = codeOf(phone);
    assert.match(code, /^\d{6}$/);
    const first = await enter(phone, code);
    assert.equal(first.status, 201);
    assert.equal((await enter(phone, code)).code, 'invalid_credentials');
    await tick(60_000);
    const one = await t.request(contract.showSessionRoute, {}, bearer(first.json.token));
    const two = await t.request(contract.showSessionRoute, {}, await signIn(phone));
    assert.equal(two.json.id, one.json.id);
  });

  test('a code ends after five minutes, and when a newer one is sent', async () => {
    const phone = '13800000002';
    await ask(phone);
    const old = codeOf(phone);
    await tick(60_000);
    await ask(phone);
    const newer = codeOf(phone);
    if (old !== newer) assert.equal((await enter(phone, old)).code, 'invalid_credentials');
    await tick(5 * 60_000);
    assert.equal((await enter(phone, newer)).code, 'invalid_credentials');
  });

  test('five wrong codes end the code and the trying', async () => {
    const phone = '13800000003';
    await ask(phone);
    const code = codeOf(phone);
    const wrong = code === '000000' ? '000001' : '000000';
    for (let n = 0; n < 5; n += 1) assert.equal((await enter(phone, wrong)).status, 401);
    assert.equal((await enter(phone, code)).code, 'too_many_attempts');
    await tick(60_000);
    assert.equal((await enter(phone, code)).code, 'invalid_credentials');
  });

  test('one code a minute and ten a day for a phone, also for one nobody has', async () => {
    const phone = '13800000004';
    assert.equal((await ask(phone)).status, 202);
    const soon = await ask(phone);
    assert.equal(soon.status, 429);
    assert.equal(soon.headers['retry-after'], '60');
    for (let n = 1; n < 10; n += 1) {
      await tick(60_000);
      assert.equal((await ask(phone)).status, 202);
    }
    await tick(60_000);
    assert.equal((await ask(phone)).code, 'too_many_attempts');
    await tick(24 * 3_600_000);
    assert.equal((await ask(phone)).status, 202);
  });

  test('a device cannot ask for codes to a list of numbers', async () => {
    const headers = { 'huiquan-device': 'device-of-a-robot' };
    for (let n = 0; n < 20; n += 1) {
      assert.equal((await ask(`1390000${String(n).padStart(4, '0')}`, headers)).status, 202);
    }
    assert.equal((await ask('13900009999', headers)).status, 429);
  });

  test('several phones of one natural person stay one person', async () => {
    const [one, two] = [await signIn('13800000011'), await signIn('13800000012')];
    const [first, second] = await Promise.all([
      prove(one, '王小明', idNumber(11)),
      prove(two, ' 王 小明', ` ${idNumber(11).toLowerCase()}`),
    ]);
    assert.equal(first.status, 200, first.text);
    assert.equal(second.json.personId, first.json.personId);
    const session = await t.request(contract.showSessionRoute, {}, one);
    assert.equal(session.json.personId, first.json.personId);
    const { rows } = await t.sql('select envelope from person where person_id = $1', [
      first.json.personId,
    ]);
    assert.ok(!rows[0].envelope.toString('latin1').includes(idNumber(11)));
  });

  test('an account is linked to one person for good', async () => {
    const as = await signIn('13800000013');
    assert.equal((await prove(as, '李四', idNumber(13))).status, 200);
    assert.equal((await prove(as, '赵六', idNumber(14))).code, 'state_conflict');
  });

  test('a name that does not fit the number is a mismatch, five times a day', async () => {
    const as = await signIn('13800000015');
    for (let n = 0; n < 5; n += 1) {
      const got = await prove(as, '不是本人', idNumber(15));
      assert.equal(got.status, 422);
      assert.equal(got.code, 'identity_mismatch');
    }
    assert.equal((await prove(as, '李四', idNumber(15))).code, 'too_many_attempts');
  });

  test('nobody is let in or turned away while the real-name service is silent', async () => {
    const as = await signIn('13800000016');
    t.sandboxes.identity.become({ kind: 'down' });
    const got = await prove(as, '李四', idNumber(16));
    t.sandboxes.identity.become({ kind: 'up' });
    assert.equal(got.status, 503);
    assert.equal(got.code, 'busy');
    assert.equal((await prove(as, '李四', idNumber(16))).status, 200);
  });

  test('a masked or wrong number is named as such', async () => {
    const as = await signIn('13800000017');
    assert.equal((await prove(as, '李四', '**************1234')).code, 'masked_value');
    const wrong = await prove(as, '李四', '141029199001010000');
    assert.equal(wrong.json.errors[0].code, 'invalid_id_number');
    const staff = await t.signInStaff('COM', { kind: 'everything' });
    assert.equal((await prove(staff, '李四', idNumber(17))).code, 'forbidden');
  });

  const shop = async () => {
    const merchantId = newId();
    const shopId = newId();
    await t.sql(
      `insert into merchant (merchant_id, uscc, name, region_code, industry, above_quota, key_id,
        state, created_at) values ($1, $2, '饭店', '141029', 'catering', false, 1, 'active', now())`,
      [merchantId, merchantId],
    );
    await t.sql(
      `insert into shop (shop_id, merchant_id, name, address, region_code, state, created_at)
       values ($1, $2, '一店', '街1号', '141029', 'open', now())`,
      [shopId, merchantId],
    );
    return shopId;
  };

  test('a till signs every request and its cashier signs in at it alone', async () => {
    const shopId = await shop();
    const [till, other] = [await t.terminal(shopId), await t.terminal(shopId)];
    const hash = await passwordHash('收银员的口令足够长123');
    await t.sql(`update staff set password_hash = $1 where staff_id = $2`, [hash, till.cashierId]);
    const { rows } = await t.sql('select login_name from staff where staff_id = $1', [
      till.cashierId,
    ]);
    const body = { loginName: rows[0].login_name, password: '收银员的口令足够长123' };
    assert.equal((await t.request(contract.signInTillRoute, { body })).code, 'signature_invalid');
    const got = await t.request(contract.signInTillRoute, { body }, till.signOnly);
    assert.equal(got.status, 201, got.text);
    const cashier = { 'huiquan-cashier': String(got.json.token) };
    const show = (as: As) => t.request(contract.showSessionRoute, { headers: cashier }, as);
    assert.equal((await show(till.signOnly)).json.kind, 'terminal');
    assert.equal((await show(other.signOnly)).code, 'session_binding');
    assert.equal((await t.request(contract.showSessionRoute, {}, till)).code, 'session_ended');
    await t.sql(`update cashier set state = 'ended' where staff_id = $1`, [till.cashierId]);
    assert.equal((await show(till.signOnly)).code, 'session_ended');
  });

  test('a signature that is altered, old, repeated or of a released till is refused', async () => {
    const till = await t.terminal(await shop());
    const url = '/api/session';
    const send = (authorization: string, cashier = '') =>
      t.raw({ url, headers: { authorization, 'huiquan-cashier': cashier } });
    const headers = till({ method: 'GET', url, body: '' });
    const { authorization = '', 'huiquan-cashier': cashier = '' } = headers;
    assert.equal((await send(authorization, cashier)).status, 200);
    assert.equal((await send(authorization, cashier)).code, 'signature_invalid');
    const post = till.signOnly({ method: 'POST', url, body: '' }).authorization ?? '';
    assert.equal((await send(post, cashier)).code, 'signature_invalid');
    const late = till.signOnly({ method: 'GET', url, body: '' }).authorization ?? '';
    await tick(300_001);
    assert.equal((await send(late, cashier)).code, 'signature_invalid');
    const nonsense = `HUIQUAN-HMAC-SHA256 ${randomBytes(20).toString('hex')}`;
    assert.equal((await send(nonsense)).code, 'signature_invalid');
    await t.sql(`update terminal set state = 'released' where terminal_id = $1`, [till.terminalId]);
    const gone = await t.request(contract.showSessionRoute, {}, till);
    assert.equal(gone.code, 'signature_invalid');
  });
});
