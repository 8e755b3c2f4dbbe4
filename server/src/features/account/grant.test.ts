import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { instant, instantText, startOfDay } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { testApp, type As, type TestApp } from '../../http/test-app.ts';
import * as contract from './account.contract.ts';

describe('roles are given no wider than they are held', () => {
  let t: TestApp;
  let city = '';
  let county = '';
  let sibling = '';
  const now = instant(startOfDay('2023-09-01') + 10 * 3_600_000);
  before(async () => {
    t = await testApp(features);
    await t.setClock(now);
    city = await t.organisation({ kind: 'city_union' });
    county = await t.organisation({ kind: 'county_union', parentId: city });
    sibling = await t.organisation({ kind: 'county_union', parentId: city });
  });
  after(() => t.drop());

  const clerkOf = async (organisationId: string) =>
    (await t.signInStaff('BUC', { kind: 'organisation', id: organisationId }, organisationId))
      .staffId;
  const give = (as: As, staffId: string, body: object) =>
    t.request(contract.grantRoleRoute, { params: { staffId }, body }, as);
  const union = (organisationId: string) =>
    t.signInStaff('UNI', { kind: 'organisation', id: organisationId }, organisationId);
  const onCounty = () => ({ role: 'UNI', scopeKind: 'organisation', scopeId: county });

  test('a city union gives its own role on a county of its tree', async () => {
    const staffId = await clerkOf(county);
    const as = await union(city);
    const got = await give(as, staffId, onCounty());
    assert.equal(got.status, 201, got.text);
    assert.equal((await give(as, staffId, onCounty())).code, 'already_registered');
    const { json } = await t.request(contract.listGrantsRoute, { params: { staffId } }, as);
    assert.deepEqual(json.items.map((item: { role: string }) => item.role).toSorted(), [
      'BUC',
      'UNI',
    ]);
  });

  test('nobody gives a role he lacks, a wider or longer one, or one to himself', async () => {
    const as = await union(county);
    const staffId = await clerkOf(county);
    const wanted: [string, object][] = [
      [staffId, { role: 'FIN', scopeKind: 'party' }],
      [staffId, { role: 'SYS', scopeKind: 'everything' }],
      [staffId, { role: 'UNI', scopeKind: 'everything' }],
      [staffId, { role: 'UNI', scopeKind: 'organisation', scopeId: city }],
      [staffId, { role: 'UNI', scopeKind: 'organisation', scopeId: sibling }],
      [as.staffId, onCounty()],
    ];
    for (const [to, body] of wanted) {
      const got = await give(as, to, body);
      assert.equal(got.code, 'cannot_grant', JSON.stringify(body));
    }
    const end = instantText(instant(now + 3_600_000));
    await t.sql('update role_grant set ends_at = $1 where staff_id = $2', [end, as.staffId]);
    assert.equal((await give(as, staffId, onCounty())).code, 'cannot_grant');
    assert.equal((await give(as, staffId, { ...onCounty(), endsAt: end })).status, 201);
  });

  test('an account of another unit does not exist for him', async () => {
    const as = await union(county);
    const foreign = await clerkOf(sibling);
    const got = await give(as, foreign, onCounty());
    assert.equal(got.status, 404);
    assert.equal(got.code, 'not_found');
  });

  test('an administrator gives no business role and holds none', async () => {
    const as = await t.signInStaff('SYS', { kind: 'everything' });
    const staffId = await clerkOf(county);
    assert.equal((await give(as, staffId, onCounty())).code, 'cannot_grant');
    const administrator = { role: 'SYS', scopeKind: 'everything' };
    assert.equal((await give(as, staffId, administrator)).code, 'cannot_grant');
    const fresh = await t.signInStaff('SYS', { kind: 'everything' });
    await assert.rejects(
      t.grant(fresh.staffId, 'FIN', { kind: 'party' }),
      /administrators and auditors hold no other role/,
    );
  });

  test('a role that is revoked or has run out is gone at the next request', async () => {
    const as = await union(city);
    const holder = await union(county);
    const list = { params: { staffId: holder.staffId } };
    assert.equal((await t.request(contract.listGrantsRoute, list, holder)).status, 200);
    const { json } = await t.request(contract.listGrantsRoute, list, as);
    const params = { grantId: json.items[0].grantId };
    const own = await t.request(contract.revokeRoleRoute, { params }, holder);
    assert.equal(own.code, 'cannot_grant');
    assert.equal((await t.request(contract.revokeRoleRoute, { params }, as)).status, 200);
    assert.equal((await t.request(contract.listGrantsRoute, list, holder)).code, 'forbidden');

    const other = await union(county);
    const end = instantText(instant(now + 1000));
    await t.sql('update role_grant set ends_at = $1 where staff_id = $2', [end, other.staffId]);
    const asked = { params: { staffId: other.staffId } };
    assert.equal((await t.request(contract.listGrantsRoute, asked, other)).status, 200);
    await t.setClock(instant(now + 1000));
    assert.equal((await t.request(contract.listGrantsRoute, asked, other)).code, 'forbidden');
    await t.setClock(now);
  });

  test('the application can neither change nor delete who was given what', async () => {
    const client = await t.db.pool.connect();
    try {
      await assert.rejects(client.query(`update role_grant set role = 'FIN'`), /permission denied/);
      await assert.rejects(client.query('delete from role_grant'), /permission denied/);
      await assert.rejects(client.query('delete from session'), /permission denied/);
    } finally {
      client.release();
    }
  });

  test('a refused attempt to gain rights is kept as a security event', async () => {
    const as = await union(county);
    await give(as, as.staffId, onCounty());
    const { rows } = await t.sql(
      `select body from event where kind = 'security.refused' and actor_id = $1`,
      [as.staffId],
    );
    assert.equal(rows[0].body.code, 'cannot_grant');
  });
});
