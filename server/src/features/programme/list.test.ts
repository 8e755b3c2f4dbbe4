import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { givenOrganisation } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import { getProgrammeRoute, listProgrammesRoute } from './programme.contract.ts';
import { programmeRoutes } from './programme.routes.ts';

let app: TestApp;
before(async () => {
  app = await testApp([{ name: 'programme', routes: () => programmeRoutes }]);
});
after(() => app.drop());

test('a union sees the programmes in which it or a branch of it takes part', async () => {
  const { programmeId, parties } = await givenProgramme(app.db, { file: 'shanxi-union-2020' });
  await givenProgramme(app.db);
  const seenBy = async (organisationId: string) => {
    const scope = { kind: 'organisation', id: organisationId };
    const union = await app.signInStaff('UNI', scope, organisationId);
    const { json } = await app.request(listProgrammesRoute, {}, union);
    return json.items.map((one: { programmeId: string }) => one.programmeId);
  };
  const higher = parties['higher_union'] ?? '';
  assert.deepEqual(await seenBy(higher), [programmeId]);
  const branch = { parentId: higher, name: '一矿工会', kind: 'branch_union' } as const;
  assert.deepEqual(await seenBy(await givenOrganisation(app.db, branch)), []);
  const stranger = await givenOrganisation(app.db, { name: '外省总工会', kind: 'province_union' });
  assert.deepEqual(await seenBy(stranger), []);
});

test('a bank sees the programmes whose plan gives it the channel, no others', async () => {
  const { programmeId, parties } = await givenProgramme(app.db, { file: 'xiangning-2023' });
  const other = await givenProgramme(app.db, { file: 'shanxi-union-2020' });
  await givenProgramme(app.db, { file: 'xiangning-2023', approved: false });
  const open = async (organisationId: string | undefined) => {
    const bank = await app.signInStaff(
      'BNK',
      { kind: 'channel', id: 'unionpay_app' },
      organisationId,
    );
    const { json } = await app.request(listProgrammesRoute, {}, bank);
    const page = await app.request(getProgrammeRoute, { params: { programmeId } }, bank);
    return {
      listed: json.items.map((one: { programmeId: string }) => one.programmeId),
      opened: page.status,
    };
  };
  assert.deepEqual(await open(parties['unionpay_shanxi']), { listed: [programmeId], opened: 200 });
  // Both plans call their channel alike; it is run by different houses.
  assert.deepEqual(await open(other.parties['unionpay']), {
    listed: [other.programmeId],
    opened: 404,
  });
  assert.deepEqual(await open(parties['finance_bureau']), { listed: [], opened: 404 });
});
