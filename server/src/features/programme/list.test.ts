import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { givenOrganisation } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import { listProgrammesRoute } from './programme.contract.ts';
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
