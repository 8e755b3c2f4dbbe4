import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { instant, startOfDay } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { testApp, type As, type TestApp } from '../../http/test-app.ts';
import * as contract from './account.contract.ts';
import { totpCode, totpStep } from './totp.ts';

const password = '一个足够长的口令1234';
const noon = startOfDay('2023-09-01') + 12 * 3_600_000;

function fromBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(text, (c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

function bearer(token: string): As {
  return () => ({ authorization: `Bearer ${token}` });
}

describe('staff accounts', () => {
  let t: TestApp;
  let administrator: As;
  let now = noon;
  const tick = async (ms: number) => {
    now += ms;
    await t.setClock(instant(now));
  };
  before(async () => {
    t = await testApp(features);
    await t.setClock(instant(now));
    administrator = await t.signInStaff('SYS', { kind: 'everything' });
  });
  after(() => t.drop());

  const create = async (loginName: string, organisationId?: string) => {
    const body = { loginName, name: '王小明', initialPassword: password };
    const got = await t.request(
      contract.createStaffRoute,
      { body: { ...body, ...(organisationId === undefined ? {} : { organisationId }) } },
      administrator,
    );
    assert.equal(got.status, 201, got.text);
    return String(got.json.staffId);
  };
  const signIn = (loginName: string, more: object = {}, headers: Record<string, string> = {}) =>
    t.request(contract.signInStaffRoute, {
      body: { loginName, password, keep: 'token', ...more },
      headers,
    });
  const enrolled = async (loginName: string) => {
    const as = bearer((await signIn(loginName)).json.token);
    const { json } = await t.request(contract.enrolTotpRoute, {}, as);
    const secret = fromBase32(json.secret);
    const totp = () => totpCode(secret, totpStep(instant(now)));
    const got = await t.request(contract.confirmTotpRoute, { body: { totp: totp() } }, as);
    assert.equal(got.status, 204, got.text);
    return { as, totp };
  };

  test('an administrator opens an account that can sign in and do nothing yet', async () => {
    await create('clerk.one');
    const got = await signIn('clerk.one');
    assert.equal(got.status, 201);
    const session = await t.request(contract.showSessionRoute, {}, bearer(got.json.token));
    assert.equal(session.json.kind, 'staff');
    assert.equal(session.json.hasSecondFactor, false);
    assert.deepEqual(session.json.grants, []);
    const again = await t.request(
      contract.createStaffRoute,
      { body: { loginName: 'clerk.one', name: '李四', initialPassword: password } },
      administrator,
    );
    assert.equal(again.code, 'already_registered');
  });

  test('a browser gets a cookie that scripts cannot read and no token', async () => {
    await create('browser.one');
    const got = await t.request(contract.signInStaffRoute, {
      body: { loginName: 'browser.one', password },
    });
    assert.equal(got.json.token, undefined);
    const cookie = String(got.headers['set-cookie']);
    assert.match(cookie, /HttpOnly; SameSite=Strict/);
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    assert.equal((await t.request(contract.showSessionRoute, { headers })).status, 200);
    const foreign = await t.request(contract.signOutRoute, { headers });
    assert.equal(foreign.code, 'csrf_rejected');
    const own = { ...headers, origin: 'http://localhost:8080' };
    assert.equal((await t.request(contract.signOutRoute, { headers: own })).status, 204);
    assert.equal((await t.request(contract.showSessionRoute, { headers })).code, 'session_ended');
  });

  test('an unknown name and a wrong password are answered alike', async () => {
    await create('clerk.two');
    const unknown = await signIn('nobody.here');
    const wrong = await signIn('clerk.two', { password: 'wrong password' });
    assert.equal(unknown.status, 401);
    const { instance: a, ...one } = unknown.json;
    const { instance: b, ...other } = wrong.json;
    assert.notEqual(a, b);
    assert.deepEqual(one, other);
  });

  test('five guesses close an account for a minute that grows, not for ever', async () => {
    await create('clerk.three');
    const guess = () => signIn('clerk.three', { password: 'wrong password' });
    for (let n = 0; n < 5; n += 1) assert.equal((await guess()).status, 401);
    const closed = await signIn('clerk.three');
    assert.equal(closed.status, 429);
    assert.equal(closed.code, 'too_many_attempts');
    assert.equal(closed.headers['retry-after'], '60');
    await tick(60_000);
    assert.equal((await guess()).status, 401);
    assert.equal((await guess()).headers['retry-after'], '120');
    await tick(120_000);
    assert.equal((await signIn('clerk.three')).status, 201);
    assert.equal((await guess()).status, 401);
  });

  test('the owner signs in from his own device while strangers guess', async () => {
    await create('clerk.four');
    const device = { 'huiquan-device': 'device-of-the-owner' };
    assert.equal((await signIn('clerk.four', {}, device)).status, 201);
    const guess = () => signIn('clerk.four', { password: 'wrong password' });
    for (let n = 0; n < 5; n += 1) await guess();
    assert.equal((await signIn('clerk.four')).status, 429);
    assert.equal((await signIn('clerk.four', {}, device)).status, 201);
  });

  test('a session bound to a device is of no use on another', async () => {
    await create('clerk.five');
    const device = { 'huiquan-device': 'device-of-the-owner' };
    const { json } = await signIn('clerk.five', {}, device);
    const as = bearer(json.token);
    const stolen = await t.request(contract.showSessionRoute, {}, as);
    assert.equal(stolen.code, 'session_binding');
    const own = await t.request(contract.showSessionRoute, { headers: device }, as);
    assert.equal(own.status, 200);
  });

  test(
    'with a second factor, the password alone no longer signs in and a code works ' + 'once',
    async () => {
      await create('clerk.six');
      const { totp } = await enrolled('clerk.six');
      assert.equal((await signIn('clerk.six')).code, 'invalid_credentials');
      assert.equal((await signIn('clerk.six', { totp: totp() })).code, 'invalid_credentials');
      await tick(30_000);
      const code = totp();
      assert.equal((await signIn('clerk.six', { totp: code })).status, 201);
      assert.equal((await signIn('clerk.six', { totp: code })).code, 'invalid_credentials');
    },
  );

  test('acts that need it ask for the second factor and for a fresh sign-in', async () => {
    const id = await create('admin.two');
    await t.grant(id, 'SYS', { kind: 'everything' });
    const weak = bearer((await signIn('admin.two')).json.token);
    const body = { loginName: 'x.created', name: '赵六', initialPassword: password };
    const refused = await t.request(contract.createStaffRoute, { body }, weak);
    assert.equal(refused.code, 'mfa_required');
    const { as, totp } = await enrolled('admin.two');
    const other = await create('clerk.seven');
    await tick(16 * 60_000);
    const reset = {
      params: { staffId: other },
      body: { initialPassword: 'another password' },
      key: randomUUID(),
    };
    const stale = await t.request(contract.resetStaffRoute, reset, as);
    assert.equal(stale.code, 'reauth_required');
    const proof = { body: { password, totp: totp() } };
    assert.equal((await t.request(contract.proveAgainRoute, proof, as)).status, 204);
    assert.equal((await t.request(contract.resetStaffRoute, reset, as)).status, 200);
    assert.equal((await signIn('clerk.seven')).code, 'invalid_credentials');
    assert.equal((await signIn('clerk.seven', { password: 'another password' })).status, 201);
  });

  test('signing out, disabling and a new password end sessions at once', async () => {
    const id = await create('clerk.eight');
    const first = bearer((await signIn('clerk.eight')).json.token);
    const second = bearer((await signIn('clerk.eight')).json.token);
    assert.equal((await t.request(contract.signOutRoute, {}, first)).status, 204);
    assert.equal((await t.request(contract.showSessionRoute, {}, first)).code, 'session_ended');
    const third = bearer((await signIn('clerk.eight')).json.token);
    const body = { password, newPassword: '换一个足够长的口令吧123' };
    const changed = await t.request(contract.changePasswordRoute, { body }, third);
    assert.equal(changed.status, 204, changed.text);
    assert.equal((await t.request(contract.showSessionRoute, {}, second)).code, 'session_ended');
    assert.equal((await t.request(contract.showSessionRoute, {}, third)).status, 200);
    const disable = { params: { staffId: id } };
    const got = await t.request(contract.disableStaffRoute, disable, administrator);
    assert.equal(got.status, 200);
    assert.equal((await t.request(contract.showSessionRoute, {}, third)).code, 'session_ended');
    const gone = await signIn('clerk.eight', { password: body.newPassword });
    assert.equal(gone.code, 'invalid_credentials');
  });

  test('tokens, passwords and codes stand in no log line, event or stored answer', async () => {
    await create('clerk.nine');
    const { json } = await signIn('clerk.nine');
    const { rows } = await t.sql(
      `select coalesce(string_agg(body::text || coalesce(items::text, ''), ' '), '') as text
       from event union all select coalesce(string_agg(outcome::text, ' '), '') from command`,
    );
    const kept = `${t.lines.join('')} ${rows.map((row) => row.text).join(' ')}`;
    for (const secret of [json.token, password, '王小明']) assert.ok(!kept.includes(secret));
    assert.ok(kept.length > 1000);
  });
});
