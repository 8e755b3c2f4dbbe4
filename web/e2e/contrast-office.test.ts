import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Role } from '@huiquan/domain/access.ts';
import { givenMerchant } from '../../server/src/given/merchant.ts';
import { givenSettling } from '../../server/src/given/settlement.ts';
import { instantFromText } from '@huiquan/domain/instant.ts';
import pg from 'pg';
import { keyboardTroubles } from './reach.ts';
import { desktop, servedApp, type ServedApp } from './served-app.ts';
import { openAs, settle, troublesOf } from './troubles.ts';

let served: ServedApp;
let programmeId: string;
let organisationId: string;

before(async () => {
  served = await servedApp();
  const { db, keys } = served;
  const owner = new pg.Client({ connectionString: served.database.migratorUrl });
  await owner.connect();
  const shop = await givenSettling(db, owner, keys);
  ({ programmeId } = shop.programme);
  organisationId = shop.programme.parties['commerce'] ?? '';
  const applied = { programmeId, category: 'catering', keys, state: 'applied' } as const;
  await givenMerchant(db, { ...applied, name: '鄂邑饭店' });
  await served.sql(`update merchant set industry = '零售'`, []);
  await shop.redeem(2);
  await shop.at('2023-09-02T09:00:00+08:00');
  await shop.approved();
  await owner.end();
  await served.setClock(instantFromText('2023-09-02T09:00:00+08:00'));
});
after(() => served.drop());

test('the sign-in of the office is legible, and needs no mouse', async () => {
  const { page, context } = await openAs(served, undefined, desktop);
  assert.deepEqual(await troublesOf(page, ['/office']), {});
  assert.deepEqual(await keyboardTroubles(page), []);
  await context.close();
});

const areas: readonly (readonly [Role, readonly string[]])[] = [
  ['COM', ['plan', 'money', 'settlement', 'merchants', 'dashboard', 'evaluation', 'staff']],
  ['AUD', ['audit']],
];

for (const [role, names] of areas) {
  test(`the office of ${role} is legible, and can be worked without a mouse`, async () => {
    const as = await served.signInStaff(
      role,
      { kind: 'programme', id: programmeId },
      organisationId,
    );
    const { page, context } = await openAs(served, as, desktop);
    const addresses = names.map((name) => `/office/p/${programmeId}/${name}`);
    assert.deepEqual(await troublesOf(page, addresses), {});
    await page.goto(addresses[0] ?? '');
    await settle(page);
    assert.deepEqual(await keyboardTroubles(page), []);
    await context.close();
  });
}
