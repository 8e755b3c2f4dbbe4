import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { features } from '../../app.ts';
import { testApp, testMode, type TestApp, type TestStaff } from '../../http/test-app.ts';
import {
  signedCallback,
  signedNotice,
  type SignedCallback,
} from '../../ports/network-callbacks.ts';
import { listParkedNoticesRoute } from './reconciliation.contract.ts';

const now = instant(Date.parse('2023-09-01T10:00:00+08:00'));
let t: TestApp;
let finance: TestStaff;

before(async () => {
  t = await testApp(features);
  await t.setClock(now);
  finance = await t.signInStaff('FIN', { kind: 'programme', id: newId() });
});
after(() => t.drop());

const [key] = testMode.networkKeys;
const secret = key?.[1] ?? Buffer.alloc(32);
const signer = { keyId: '1', secret, nowSeconds: () => now / 1_000 };

async function send({ body, headers }: SignedCallback): Promise<void> {
  const url = '/api/callbacks/payment-network';
  const got = await t.raw({ method: 'POST', url, headers: { ...headers }, payload: body });
  assert.deepEqual(got.json, { taken: 'parked' });
}

test('finance sees the payment that nobody asked for, with its number and amount', async () => {
  const requestId = randomUUID();
  await send(
    signedNotice(signer, {
      requestId,
      outcome: 'paid',
      amountFen: fen(14_000n),
      currency: 'CNY',
      tradeNumber: 'PN77',
      at: now,
    }),
  );
  const { json } = await t.request(listParkedNoticesRoute, {}, finance);
  const [seen] = json.items;
  assert.deepEqual(
    [seen.at, seen.event, seen.requestId, seen.tradeNumber, seen.amountFen],
    ['2023-09-01T10:00:00+08:00', 'payment.paid', requestId, 'PN77', 14_000],
  );
});

test('what cannot be read is shown as it was told, the newest first, page by page', async () => {
  await send(signedCallback(signer, '{"event":"payment.celebrated","balloons":3}'));
  const long = JSON.stringify({ event: 'payment.paid', requestId: 'x'.repeat(3_000) });
  await send(signedCallback(signer, long));
  const first = await t.request(listParkedNoticesRoute, { query: { limit: 2 } }, finance);
  const { items, next } = first.json;
  const { noticeId: _cut, at: _at, told, ...parts } = items[0];
  assert.deepEqual([told.length, parts], [2_000, {}]);
  assert.deepEqual(
    [items[1].event, items[1].told],
    ['payment.celebrated', '{"event":"payment.celebrated","balloons":3}'],
  );
  const rest = await t.request(
    listParkedNoticesRoute,
    { query: { limit: 2, cursor: next } },
    finance,
  );
  assert.deepEqual(
    rest.json.items.map((one: { tradeNumber: string }) => one.tradeNumber),
    ['PN77'],
  );
});

test('an auditor and the bank see it too, a commerce bureau does not', async () => {
  const statusOf = async (role: 'AUD' | 'BNK' | 'COM') => {
    const scope = role === 'AUD' ? { kind: 'everything' } : { kind: 'programme', id: newId() };
    return (await t.request(listParkedNoticesRoute, {}, await t.signInStaff(role, scope))).status;
  };
  assert.deepEqual(
    [await statusOf('AUD'), await statusOf('BNK'), await statusOf('COM')],
    [200, 200, 403],
  );
});
