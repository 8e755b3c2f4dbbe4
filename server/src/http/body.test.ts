import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { testApp, type TestApp } from './test-app.ts';
import { params, probeId, probes, write } from './test-probes.ts';

describe('what a body may hold', () => {
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
});
