import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Type } from 'typebox';
import { refuse } from '@huiquan/domain/refusals.ts';
import { record } from '../events/record.ts';
import { route } from './contract.ts';
import { type Feature, handle } from './handle.ts';
import { testApp, type TestApp } from './test-app.ts';
import {
  DayWire,
  FenWire,
  Id,
  InstantWire,
  OneOf,
  Page,
  pageQuery,
  PersonNameWire,
  ResidentIdWire,
  SafeText,
} from './wire.ts';

const write = route({
  method: 'POST',
  url: '/api/probes/{probeId}',
  permission: 'round.create',
  summary: '试验',
  params: Type.Object({ probeId: Id }),
  body: Type.Object({
    amountFen: Type.Optional(FenWire),
    name: Type.Optional(PersonNameWire),
    residentId: Type.Optional(ResidentIdWire),
    text: Type.Optional(SafeText(10)),
    day: Type.Optional(DayWire),
    at: Type.Optional(InstantWire),
    kind: Type.Optional(OneOf(['directed', 'claim'])),
    final: Type.Optional(Type.Boolean()),
    fails: Type.Optional(Type.Boolean()),
    captcha: Type.Optional(SafeText(100)),
  }),
  reply: Type.Object({ eventId: Type.Integer() }),
  status: 'created',
  refusals: ['state_conflict'],
  notInput: ['captcha'],
});

const list = route({
  method: 'GET',
  url: '/api/probes',
  permission: 'public',
  summary: '试验',
  query: Type.Object({ ...pageQuery, filter: Type.Optional(SafeText(10)) }),
  reply: Page(Type.Integer()),
  refusals: [],
});

const edit = route({
  method: 'PUT',
  url: '/api/probes/{probeId}',
  permission: 'round.create',
  summary: '试验',
  params: Type.Object({ probeId: Id }),
  body: Type.Object({ text: SafeText(10) }),
  reply: Type.Object({}),
  refusals: ['version_required', 'version_conflict'],
  secondFactor: true,
  recentSignIn: true,
});

const upload = route({
  method: 'POST',
  url: '/api/probe-files',
  permission: 'public',
  summary: '试验',
  reply: Type.Object({ name: Type.String(), bytes: Type.Integer() }),
  refusals: [],
  upload: true,
  idempotent: false,
});

const leak = route({
  method: 'GET',
  url: '/api/probe-leaks',
  permission: 'public',
  summary: '试验',
  reply: Type.Object({ shown: Type.String() }),
  refusals: [],
});

const probes: Feature = {
  name: 'probe',
  routes: () => [
    handle(write, (request) =>
      request.transact(
        async (tx) => {
          if (request.body.fails === true) refuse('state_conflict', { final: false });
          if (request.body.final === true) refuse('sold_out', { left: 0 });
          const subject = { kind: 'probe', id: request.params.probeId };
          const eventId = await record(tx, { kind: 'probe.made', subject });
          return { eventId: Number(eventId) };
        },
        new Set(['sold_out']),
      ),
    ),
    handle(list, async (request) => {
      const from = request.position<number>() ?? 0;
      const limit = request.query.limit ?? 2;
      const items = Array.from({ length: limit }, (_, index) => from + index);
      return { items, next: request.cursor(from + limit) };
    }),
    handle(edit, async (request) => {
      request.ifMatch(3);
      return request.transact(async () => ({}));
    }),
    handle(upload, async (request) => {
      const file = await request.file();
      let bytes = 0;
      for await (const chunk of file.stream) bytes += Buffer.from(chunk).length;
      return { name: file.name, bytes };
    }),
    handle(leak, async () => ({ shown: 'x', secret: 'y' })),
  ],
};

const probeId = '0190a000-0000-7000-8000-000000000001';
const params = { probeId };

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

  test('a wrong field is named with its rule', async () => {
    const as = await commerce();
    const wrong: [object | string, string, string][] = [
      ...[1.5, '1e3', '０', ' 5 ', [5], true, null, -1].map(
        (amountFen): [object, string, string] => [{ amountFen }, '/amountFen', 'invalid_amount'],
      ),
      ['{"amountFen":-0}', '/amountFen', 'invalid_amount'],
      ['{"amountFen":9007199254740993}', '/amountFen', 'invalid_amount'],
      ['{"amountFen":1e400}', '/amountFen', 'invalid_amount'],
      ['{"amountFen":0.99999999999999999999}', '/amountFen', 'invalid_amount'],
      [{ residentId: 140202199001011200 }, '/residentId', 'invalid_type'],
      [{ residentId: '140202199001011235' }, '/residentId', 'invalid_id_number'],
      [{ name: '王\u0000' }, '/name', 'invalid_text'],
      [{ name: '王\u202E' }, '/name', 'invalid_text'],
      ['{"name":"\\ud800"}', '/name', 'invalid_text'],
      [{ text: 'a\u200bb' }, '/text', 'invalid_text'],
      [{ text: '一二三四五六七八九十一' }, '/text', 'too_long'],
      [{ text: '' }, '/text', 'too_short'],
      [{ day: '2023-02-30' }, '/day', 'invalid_date'],
      [{ day: '0000-00-00' }, '/day', 'invalid_date'],
      [{ day: '10000-01-01' }, '/day', 'invalid_date'],
      [{ day: 20230101 }, '/day', 'invalid_date'],
      [{ at: '2020-06-30T24:00:01+08:00' }, '/at', 'invalid_date'],
      [{ at: '2020-06-30T23:00:00' }, '/at', 'invalid_date'],
      [{ kind: 'Directed' }, '/kind', 'invalid_enum'],
      [{ kind: '定向发放' }, '/kind', 'invalid_enum'],
      ['{"__proto__":{"admin":true}}', '/__proto__', 'unknown_field'],
      [{ constructor: { prototype: {} } }, '/constructor', 'unknown_field'],
      [{ admin: true }, '/admin', 'unknown_field'],
    ];
    for (const [body, pointer, code] of wrong) {
      const payload = typeof body === 'string' ? body : JSON.stringify(body);
      const url = `/api/probes/${probeId}`;
      const got = await t.raw({
        method: 'POST',
        url,
        payload,
        headers: {
          ...as({ method: 'POST', url, body: payload }),
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
      });
      assert.equal(got.status, 422, `${payload} → ${got.text}`);
      const found = got.json.errors.map((one: { pointer: string; code: string }) => [
        one.pointer,
        one.code,
      ]);
      assert.deepEqual(found, [[pointer, code]], payload);
    }
    assert.equal(Reflect.get({}, 'admin'), undefined);
    assert.equal(await made(), 0);
  });

  test('a masked value sent back is refused', async () => {
    const got = await t.request(write, { params, body: { name: '张*' } }, await commerce());
    assert.equal(got.status, 422);
    assert.equal(got.code, 'masked_value');
  });

  test('rare names and SQL in texts are texts', async () => {
    const as = await commerce();
    for (const text of ["'; drop", '${7*7}{{}}', '<b>𬭩</b>', '阿卜杜·热合曼']) {
      assert.equal((await t.request(write, { params, body: { text } }, as)).status, 201, text);
    }
  });

  test('a body with two equal keys, or made to hurt, is not read', async () => {
    const as = await commerce();
    const bodies: [string, number, string][] = [
      ['{"amountFen":1,"amountFen":9}', 400, 'duplicate_key'],
      ['{"a":{"x":1,"\\u0078":2}}', 400, 'duplicate_key'],
      ['['.repeat(10_000) + ']'.repeat(10_000), 400, 'too_complex'],
      [`[${'1,'.repeat(1_000_000)}1]`, 400, 'too_complex'],
      [`{"text":"${'长'.repeat(1_000_000)}"}`, 422, 'invalid_fields'],
      ['{"amountFen":1', 400, 'bad_request'],
      ['{"amountFen":1}}', 400, 'bad_request'],
      ['nonsense', 400, 'bad_request'],
      [' '.repeat(5 * 1024 * 1024), 413, 'payload_too_large'],
    ];
    for (const [payload, status, code] of bodies) {
      const url = `/api/probes/${probeId}`;
      const got = await t.raw({
        method: 'POST',
        url,
        payload,
        headers: {
          ...as({ method: 'POST', url, body: payload }),
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
      });
      assert.equal(got.status, status, payload.slice(0, 50));
      assert.equal(got.code, code, payload.slice(0, 50));
    }
  });

  test('an id in the address that is none is an address that does not exist', async () => {
    const got = await t.request(write, { params: { probeId: '7' }, body: {} }, await commerce());
    assert.equal(got.status, 404);
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
      const got = await t.request(list, { query: query as Record<string, number> });
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
