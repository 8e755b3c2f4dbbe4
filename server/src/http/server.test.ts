import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { handle } from './handle.ts';
import { testApp, type TestApp } from './test-app.ts';
import { edit, leak, list, params, probeId, probes, write } from './test-probes.ts';

describe('the door of the API', () => {
  let t: TestApp;
  before(async () => {
    t = await testApp([probes]);
  });
  after(() => t.drop());

  const made = async () => {
    const { rows } = await t.sql(`select count(*)::int as n from event where kind = 'probe.made'`);
    return Number(rows[0].n);
  };
  const commerce = () => t.signInStaff('COM', { kind: 'everything' });

  test('a route that names no permission cannot be served', async () => {
    const bare = { ...leak, url: '/api/bare' as const, permission: undefined };
    const feature = { name: 'bare', routes: () => [handle(bare as never, async () => ({}))] };
    await assert.rejects(testApp([feature]), /names no permission/);
  });

  test('an address that does not exist answers 404 as a problem', async () => {
    for (const url of ['/nothing', '/api/probes.', '//api/probes', '/api/%2e%2e/x', '/api;a']) {
      const got = await t.raw({ url });
      assert.equal(got.status, 404, url);
      assert.equal(got.code, 'not_found');
      assert.equal(got.headers['content-type'], 'application/problem+json');
    }
  });

  test('a method that is not declared answers 405 and names the ones that are', async () => {
    const got = await t.raw({ method: 'PATCH', url: '/api/probes' });
    assert.equal(got.status, 405);
    assert.equal(got.code, 'method_not_allowed');
    assert.equal(got.headers['allow'], 'GET, HEAD, OPTIONS');
    const overridden = await t.raw({
      url: '/api/probes',
      headers: { 'x-http-method-override': 'POST' },
    });
    assert.equal(overridden.status, 200);
    const preflight = await t.raw({
      method: 'OPTIONS',
      url: '/api/probes',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers['access-control-allow-origin'], undefined);
  });

  test('a foreign host name is not answered', async () => {
    const got = await t.raw({ url: '/api/probes', headers: { host: 'evil.example' } });
    assert.equal(got.status, 400);
    assert.equal(got.code, 'bad_host');
  });

  test('a body must say exactly that it is JSON, uncompressed', async () => {
    const as = await commerce();
    const types = [
      'text/plain',
      'application/json\ta',
      'application/json garbage',
      'application/jsonx',
      'application/x-www-form-urlencoded',
    ];
    const url = `/api/probes/${probeId}`;
    const headers = { ...as({ method: 'POST', url, body: '' }), 'idempotency-key': randomUUID() };
    for (const type of types) {
      const got = await t.raw({
        method: 'POST',
        url,
        payload: '{}',
        headers: { ...headers, 'content-type': type },
      });
      assert.equal(got.status, 415, type);
      assert.equal(got.code, 'unsupported_media_type');
    }
    const packed = await t.raw({
      method: 'POST',
      url,
      payload: '{}',
      headers: { ...headers, 'content-type': 'application/json', 'content-encoding': 'gzip' },
    });
    assert.equal(packed.status, 415);
    assert.equal(await made(), 0);
  });

  test('a page of another site cannot write', async () => {
    const foreign = await t.request(
      write,
      { params, body: {}, headers: { origin: 'https://evil.example' } },
      await commerce(),
    );
    assert.equal(foreign.code, 'csrf_rejected');
    const anonymous = await t.request(write, {
      params,
      body: {},
      headers: { cookie: 'huiquan_session=abcdefghijklmnopqrstuvwxyz' },
    });
    assert.equal(anonymous.status, 403);
    assert.equal(anonymous.code, 'csrf_rejected');
    const nowhere = await t.request(write, { params, body: {}, headers: { origin: 'null' } });
    assert.equal(nowhere.code, 'csrf_rejected');
  });

  test('nobody, and somebody without the function, is turned away', async () => {
    assert.equal((await t.request(write, { params, body: {} })).code, 'session_ended');
    const bank = await t.signInStaff('BNK', { kind: 'everything' });
    assert.equal((await t.request(write, { params, body: {} }, bank)).code, 'forbidden');
    const auditor = await t.signInStaff('AUD', { kind: 'everything' });
    assert.equal((await t.request(write, { params, body: {} }, auditor)).code, 'read_only');
  });

  test('what is answered holds nothing the contract does not name', async () => {
    const got = await t.request(leak);
    assert.equal(got.status, 500);
    assert.equal(got.code, 'internal_error');
    assert.ok(!got.text.includes('secret'));
    assert.ok(t.lines.some((line) => line.includes('"alarm"')));
  });

  test('an unsafe list is refused and a cursor belongs to its reader and filter', async () => {
    for (const query of [{ limit: 0 }, { limit: -1 }, { limit: 1e9 }, { offset: -1 }]) {
      const got = await t.request(list, { query });
      assert.equal(got.status, 400, JSON.stringify(query));
      assert.equal(got.code, 'invalid_parameter');
    }
    const first = await t.request(list, { query: { filter: 'a' } });
    const next = first.json.next;
    const second = await t.request(list, { query: { filter: 'a', cursor: next } });
    assert.deepEqual(second.json.items, [2, 3]);
    const other = await t.request(list, { query: { filter: 'b', cursor: next } });
    assert.equal(other.code, 'invalid_parameter');
    const reader = await t.signInResident();
    const foreign = await t.request(list, { query: { filter: 'a', cursor: next } }, reader);
    assert.equal(foreign.code, 'invalid_parameter');
  });

  test('an edit names the version it has seen', async () => {
    const as = await commerce();
    const without = await t.request(edit, { params, body: { text: 'a' } }, as);
    assert.equal(without.status, 428);
    const headers = { 'if-match': '"2"' };
    assert.equal((await t.request(edit, { params, body: { text: 'a' }, headers }, as)).status, 412);
    const right = { 'if-match': '"3"' };
    const got = await t.request(edit, { params, body: { text: 'a' }, headers: right }, as);
    assert.equal(got.status, 200);
  });

  test('the host of an upload takes one file and survives broken forms', async () => {
    const part = (name: string, file = 'a.csv') =>
      `--b\r\nContent-Disposition: form-data; name="${name}"; filename="${file}"\r\n\r\nabc\r\n`;
    const form = (payload: string, type = 'multipart/form-data; boundary=b') =>
      t.raw({
        method: 'POST',
        url: '/api/probe-files',
        payload,
        headers: { 'content-type': type },
      });
    const good = await form(`${part('file')}--b--\r\n`);
    assert.deepEqual(good.json, { name: 'a.csv', bytes: 3 });
    assert.equal((await form('x', 'multipart/form-data')).code, 'malformed_multipart');
    assert.equal((await form(`${part('')}--b--\r\n`)).code, 'malformed_multipart');
    assert.equal((await form('--b--\r\n')).code, 'malformed_multipart');
    assert.equal((await form(part('file').slice(0, 40))).code, 'malformed_multipart');
    assert.equal((await form('{}', 'application/json')).code, 'unsupported_media_type');
  });

  test('the contract is published as OpenAPI with a page that asks nobody else', async () => {
    const api = await t.raw({ url: '/api/openapi.json' });
    assert.equal(api.json.openapi, '3.1.0');
    assert.ok(api.json.paths['/api/probes/{probeId}'].post);
    assert.equal(api.json.paths['/healthz'], undefined);
    const page = await t.raw({ url: '/api/docs/' });
    assert.equal(page.status, 200);
    assert.doesNotMatch(page.text, /(?:src|href)="https?:/);
  });

  test('health and metrics are for this machine only', async () => {
    assert.equal((await t.raw({ url: '/healthz' })).status, 200);
    assert.equal((await t.raw({ url: '/readyz' })).status, 200);
    assert.match((await t.raw({ url: '/metrics' })).text, /huiquan_request_seconds/);
    const outside = await t.raw({ url: '/metrics', remoteAddress: '203.0.113.9' });
    assert.equal(outside.status, 404);
  });

  test('every answer forbids foreign scripts and frames', async () => {
    const { headers } = await t.request(list);
    assert.match(String(headers['content-security-policy']), /default-src 'self'/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });
});
