import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { givenMerchant } from '../../given/merchant.ts';
import { givenProgramme, type GivenProgramme } from '../../given/programme.ts';
import { features } from '../../app.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import { listPublicShopsRoute } from './merchant.contract.ts';

let app: TestApp;
let programme: GivenProgramme;
before(async () => {
  app = await testApp(features);
  programme = await givenProgramme(app.db);
});
after(() => app.drop());

const ask = (query: Record<string, string | number> = {}) =>
  app.request(listPublicShopsRoute, { params: { programmeId: programme.programmeId }, query });

const given = (name: string, state: 'approved' | 'suspended' = 'approved') =>
  givenMerchant(app.db, {
    programmeId: programme.programmeId,
    category: programme.plan.merchants.categories[0]?.id ?? '',
    keys: app.keys,
    name,
    state,
  });

test('the public sees the shops that take the vouchers, and none that was suspended', async () => {
  await given('乡宁县惠民百货');
  await given('乡宁县停业整顿超市', 'suspended');
  const { status, json } = await ask();
  assert.equal(status, 200);
  assert.deepEqual(
    json.items.map((shop: { name: string }) => shop.name),
    ['乡宁县惠民百货总店'],
  );
});

test('a shop on the dishonesty list disappears from the list at once', async () => {
  const shop = await given('乡宁县失信商行');
  assert.equal((await ask()).json.items.length, 2);
  await app.sql(
    `insert into dishonesty_listing (listing_id, uscc, evidence, listed_by, listed_at, approved_by)
     values (gen_random_uuid(), $1, '虚假交易', gen_random_uuid(), now(), gen_random_uuid())`,
    [shop.uscc],
  );
  assert.equal((await ask()).json.items.length, 1);
});

test('from a place the nearest comes first, page by page, and none is lost', async () => {
  for (const [name, latitude] of [
    ['乡宁县远山商店', 36.2],
    ['乡宁县近邻商店', 35.981],
  ] as const) {
    const { shopId } = await given(name);
    await app.sql('update shop set longitude = 110.84, latitude = $2 where shop_id = $1', [
      shopId,
      latitude,
    ]);
  }
  const from = { longitude: 110.84, latitude: 35.98, limit: 2 };
  const first = await ask(from);
  assert.deepEqual(
    first.json.items.map((shop: { name: string; distanceM?: number }) => [
      shop.name,
      shop.distanceM,
    ]),
    [
      ['乡宁县近邻商店总店', 111],
      ['乡宁县远山商店总店', 24463],
    ],
  );
  const rest = await ask({ ...from, cursor: first.json.next });
  assert.deepEqual(
    rest.json.items.map((shop: { name: string }) => shop.name),
    ['乡宁县惠民百货总店'],
  );
});

test('an unknown programme has no shops to show', async () => {
  const { code } = await app.request(listPublicShopsRoute, {
    params: { programmeId: '018f0000-0000-7000-8000-000000000000' },
  });
  assert.equal(code, 'not_found');
});
