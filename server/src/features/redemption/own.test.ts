import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { features } from '../../app.ts';
import { transact } from '../../db/transact.ts';
import {
  givenRedemption,
  givenShopping,
  type Shopping,
  tillActor,
} from '../../given/redemption.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import { listOwnRedemptionsRoute } from './own.contract.ts';
import { refundRedemption } from './refund.ts';

let app: TestApp;
let shopping: Shopping;
before(async () => {
  app = await testApp(features);
  shopping = await givenShopping(app.db);
});
after(() => app.drop());

test('a person sees the own payments, newest first, and nobody else’s', async () => {
  const [first] = await shopping.wallets(1);
  const personId = first?.personId ?? '';
  await shopping.wallets(1, { personIds: [personId] });
  const me = await app.signInResident(personId);
  for (const orderFen of [18_000n, 20_000n]) {
    await givenRedemption(app.db, { ...shopping, personId, orderFen });
  }
  const own = await app.request(listOwnRedemptionsRoute, {}, me);
  assert.deepEqual(
    own.json.items.map((one: { orderFen: number; state: string; refundedFen: number }) => [
      one.orderFen,
      one.state,
      one.refundedFen,
    ]),
    [
      [20_000, 'committed', 0],
      [18_000, 'committed', 0],
    ],
  );
  const page = await app.request(listOwnRedemptionsRoute, { query: { limit: 1 } }, me);
  const query = { limit: 1, cursor: page.json.next };
  const next = await app.request(listOwnRedemptionsRoute, { query }, me);
  assert.equal(next.json.items[0].orderFen, 18_000);
  const stranger = await app.signInResident();
  const others = await app.request(listOwnRedemptionsRoute, {}, stranger);
  assert.deepEqual(others.json.items, []);
});

test('a person sees what a shop gave back and that the voucher can be used again', async () => {
  const [voucher] = await shopping.wallets(1);
  const personId = voucher?.personId ?? '';
  const me = await app.signInResident(personId);
  const paid = await givenRedemption(app.db, { ...shopping, personId, orderFen: 18_000n });
  const { redemptionId } = paid;
  const by = { kind: 'owner', merchantId: shopping.merchant.merchantId } as const;
  await transact(app.db, tillActor(shopping.merchant), (tx) =>
    refundRedemption(tx, { redemptionId, refundNo: '1', amountFen: fen(18_000n), by }),
  );
  const own = await app.request(listOwnRedemptionsRoute, {}, me);
  const [item] = own.json.items;
  const [{ amountFen, voucherFen, cashFen, outcome }] = item.refunds;
  assert.deepEqual([amountFen, voucherFen, cashFen, outcome], [18_000, 4_000, 14_000, 'restored']);
  assert.deepEqual(
    [item.programmeId, item.kindName],
    [shopping.programme.programmeId, '零售40元券'],
  );
});

test('without a real name there is nothing to show, and it says what is missing', async () => {
  const { status, code } = await app.request(listOwnRedemptionsRoute, {});
  assert.deepEqual([status, code], [401, 'session_ended']);
});
