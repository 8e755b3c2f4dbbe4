import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Type } from 'typebox';
import { refuse } from '@huiquan/domain/refusals.ts';
import { record } from '../events/record.ts';
import { route } from './contract.ts';
import { type Feature, handle } from './handle.ts';
import { testApp, type TestApp } from './test-app.ts';
import { FenWire, SafeText } from './wire.ts';

const pay = route({
  method: 'POST',
  url: '/api/probe-payments',
  permission: 'round.create',
  summary: '试验',
  body: Type.Object({
    amountFen: FenWire,
    captcha: Type.Optional(SafeText(100)),
    outcome: Type.Optional(SafeText(20)),
  }),
  reply: Type.Object({ eventId: Type.Integer() }),
  status: 'created',
  refusals: ['state_conflict', 'sold_out'],
  notInput: ['captcha'],
});

let soldOut = false;
let conflicts = 0;

const payments: Feature = {
  name: 'payment',
  routes: () => [
    handle(pay, (request) =>
      request.transact(
        async (tx) => {
          if (request.body.outcome === 'conflict' && (conflicts += 1) === 1) {
            refuse('state_conflict');
          }
          const subject = { kind: 'payment', id: 'probe' };
          const eventId = await record(tx, { kind: 'probe.paid', subject });
          if (soldOut) refuse('sold_out', { left: 0 });
          return { eventId: Number(eventId) };
        },
        new Set(['sold_out']),
      ),
    ),
  ],
};

describe('a request with a key takes effect once', () => {
  let t: TestApp;
  before(async () => {
    t = await testApp([payments]);
  });
  after(() => t.drop());

  const paid = async () => {
    const { rows } = await t.sql(`select count(*)::int as n from event where kind = 'probe.paid'`);
    return Number(rows[0].n);
  };
  const commerce = () => t.signInStaff('COM', { kind: 'everything' });

  test('a write without a key, or with a strange one, is refused', async () => {
    const as = await commerce();
    const keyed = (key: string) =>
      t.request(pay, { body: { amountFen: 1 }, headers: { 'idempotency-key': key } }, as);
    const without = await t.raw({
      method: 'POST',
      url: '/api/probe-payments',
      payload: '{"amountFen":1}',
      headers: {
        ...as({ method: 'POST', url: '', body: '' }),
        'content-type': 'application/json',
      },
    });
    assert.equal(without.status, 400);
    assert.equal(without.code, 'idempotency_key_missing');
    for (const key of ['', 'k'.repeat(256), '键', '"', `"${randomUUID()}`, '12345678']) {
      const got = await keyed(key);
      assert.equal(got.status, 400, key);
      assert.match(String(got.code), /^idempotency_key_/);
    }
    assert.equal((await keyed(`"${randomUUID()}"`)).status, 201);
  });

  test('the same request again gets the same answer, even with a fresh captcha', async () => {
    const as = await commerce();
    const before = await paid();
    const key = randomUUID();
    const first = await t.request(pay, { body: { amountFen: 5, captcha: 'a' }, key }, as);
    const again = await t.request(pay, { body: { captcha: 'b', amountFen: 5 }, key }, as);
    assert.equal(again.status, 201);
    assert.equal(again.text, first.text);
    assert.equal(first.headers['idempotent-replayed'], undefined);
    assert.equal(again.headers['idempotent-replayed'], 'true');
    assert.equal(await paid(), before + 1);
  });

  test('the same key with other input is refused without effect', async () => {
    const as = await commerce();
    const key = randomUUID();
    await t.request(pay, { body: { amountFen: 5 }, key }, as);
    const before = await paid();
    const other = await t.request(pay, { body: { amountFen: 6 }, key }, as);
    assert.equal(other.status, 422);
    assert.equal(other.code, 'idempotency_key_reused');
    assert.equal(await paid(), before);
  });

  test('the same request many times at once has one effect', async () => {
    const as = await commerce();
    const before = await paid();
    const key = randomUUID();
    const got = await Promise.all(
      Array.from({ length: 10 }, () => t.request(pay, { body: { amountFen: 7 }, key }, as)),
    );
    assert.deepEqual([...new Set(got.map((one) => one.status))], [201]);
    assert.equal(await paid(), before + 1);
  });

  test('two bodies with one key at once: exactly one takes effect', async () => {
    const as = await commerce();
    const before = await paid();
    const key = randomUUID();
    const got = await Promise.all(
      [1, 2].map((amountFen) => t.request(pay, { body: { amountFen }, key }, as)),
    );
    assert.deepEqual(got.map((one) => one.status).toSorted(), [201, 422]);
    assert.equal(await paid(), before + 1);
  });

  test('the key of one person means nothing to another', async () => {
    const [one, other] = [await commerce(), await commerce()];
    const key = randomUUID();
    const first = await t.request(pay, { body: { amountFen: 5 }, key }, one);
    const second = await t.request(pay, { body: { amountFen: 5 }, key }, other);
    assert.equal(second.status, 201);
    assert.notEqual(second.json.eventId, first.json.eventId);
  });

  test('a final refusal is kept with its figures, any other is judged anew', async () => {
    const as = await commerce();
    const before = await paid();
    soldOut = true;
    const key = randomUUID();
    const first = await t.request(pay, { body: { amountFen: 5 }, key }, as);
    assert.equal(first.status, 409);
    assert.equal(first.json.left, 0);
    soldOut = false;
    const again = await t.request(pay, { body: { amountFen: 5 }, key }, as);
    assert.equal(again.code, 'sold_out');
    assert.equal(again.json.left, 0);
    assert.equal(await paid(), before);

    const other = { body: { amountFen: 5, outcome: 'conflict' }, key: randomUUID() };
    assert.equal((await t.request(pay, other, as)).code, 'state_conflict');
    assert.equal((await t.request(pay, other, as)).status, 201);
  });
});
