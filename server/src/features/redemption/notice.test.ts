import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { fen, yuan } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { givenCode, givenShopping, givenTry, tillActor } from '../../given/redemption.ts';
import { testApp, testMode, type TestApp } from '../../http/test-app.ts';
import {
  signedCallback,
  signedNotice,
  type SignedCallback,
} from '../../ports/network-callbacks.ts';
import type { PaymentNotice } from '../../ports/payment-network.ts';
import { payRest } from './network.ts';

const url = '/api/callbacks/payment-network';
const now = instant(Date.parse('2023-09-01T10:00:00+08:00'));
let t: TestApp;

before(async () => {
  t = await testApp(features);
  await t.setClock(now);
});
after(() => t.drop());

const [key] = testMode.networkKeys;
const secret = key?.[1] ?? Buffer.alloc(32);
const signer = { keyId: '1', secret, nowSeconds: () => now / 1_000 };

const send = ({ body, headers }: SignedCallback) =>
  t.raw({ method: 'POST', url, headers: { ...headers }, payload: body });

const notice = (over: Partial<PaymentNotice> = {}): PaymentNotice => ({
  requestId: randomUUID(),
  outcome: 'paid',
  amountFen: fen(14_000n),
  currency: 'CNY',
  tradeNumber: 'PN1',
  at: now,
  ...over,
});

test('an unsigned call, a foreign key and a bad signature are refused', async () => {
  const genuine = signedNotice(signer, notice());
  const bare = await send({ ...genuine, headers: { 'content-type': 'application/json' } });
  assert.deepEqual([bare.status, bare.code], [401, 'signature_invalid']);
  const foreign = { ...genuine.headers, 'huiquan-callback-key': '9' };
  assert.equal((await send({ ...genuine, headers: foreign })).status, 401);
  const forged = { ...genuine.headers, 'huiquan-callback-signature': '0'.repeat(64) };
  assert.equal((await send({ ...genuine, headers: forged })).status, 401);
});

test('the signature is over the bytes: the same JSON in other words was not signed', async () => {
  const genuine = signedNotice(signer, notice());
  const again = JSON.stringify(JSON.parse(genuine.body), undefined, 1);
  assert.equal((await send({ ...genuine, body: again })).status, 401);
});

test('a call that is more than five minutes old is refused', async () => {
  const late = { ...signer, nowSeconds: () => now / 1_000 - 301 };
  assert.equal((await send(signedNotice(late, notice()))).status, 401);
  const lately = { ...signer, nowSeconds: () => now / 1_000 - 299 };
  assert.equal((await send(signedNotice(lately, notice()))).status, 200);
});

test('a call delivered again changes nothing and is answered well', async () => {
  const once = signedNotice(signer, notice());
  assert.deepEqual((await send(once)).json, { taken: 'parked' });
  const again = await send(once);
  assert.deepEqual([again.status, again.json], [200, { taken: 'repeated' }]);
});

test('what nobody answered in time is decided by the callback, once', async () => {
  const shopping = await givenShopping(t.db);
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  const { personId } = voucher;
  const { digits: code } = await givenCode(t.db, { personId, keys: shopping.keys });
  const order = { ...shopping, code, orderFen: yuan(180), payment: 'network' as const };
  const tried = await givenTry(t.db, order);
  assert.ok(tried.refused === undefined);
  const { redemptionId } = tried.tried;
  const network = t.sandboxes.paymentNetwork;
  network.script.on(redemptionId, { kind: 'silent' });
  const asked = { redemptionId, terminalId: shopping.merchant.terminalId, orderFen: yuan(180) };
  const paid = payRest(t.db, network, tillActor(shopping.merchant), { ...asked, timeoutMs: 50 });
  assert.equal(await paid, 'sent');
  const told = () => signedNotice(signer, notice({ requestId: redemptionId }));
  assert.deepEqual((await send(told())).json, { taken: 'applied' });
  assert.deepEqual((await send(told())).json, { taken: 'applied' });
  const { rows } = await t.sql('select state from redemption where redemption_id = $1', [
    redemptionId,
  ]);
  assert.equal(rows[0]?.state, 'committed');
});

test('what we do not know is kept for people to look at, and moves nothing', async () => {
  const parked = async () => {
    const { rows } = await t.sql(
      `select count(*)::int as n from event where kind = 'payment_notice.parked'`,
    );
    return rows[0]?.n as number;
  };
  const before = await parked();
  const strange = [
    '{"event":"payment.celebrated","balloons":3}',
    '{"event":"payment.paid","requestId":"x","amountFen":1}',
    '{"event":"payment.paid","requestId":7}',
    JSON.stringify({ ...JSON.parse(signedNotice(signer, notice()).body), amountFen: 1.5 }),
  ];
  for (const text of strange) {
    const got = await send(signedCallback(signer, text));
    assert.deepEqual([got.status, got.json], [200, { taken: 'parked' }], text);
  }
  assert.equal(await parked(), before + strange.length);
  assert.equal((await send(signedCallback(signer, '{"event":""}'))).status, 422);
  assert.equal((await send(signedCallback(signer, '[]'))).status, 422);
});
