import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { transact } from '../../db/transact.ts';
import { givenOrganisation, someStaff } from '../../given/organisation.ts';
import { testApp, type TestApp, type TestStaff } from '../../http/test-app.ts';
import { type OrganisationKind, reportFigures } from './organisation.ts';
import { browseOrganisationsRoute } from './organisation-tree.contract.ts';
import { organisationTreeRoutes } from './organisation-tree.routes.ts';

let app: TestApp;
before(async () => {
  app = await testApp([{ name: 'people', routes: () => organisationTreeRoutes }]);
});
after(() => app.drop());

const below = (parentId: string, name: string, kind: OrganisationKind) =>
  givenOrganisation(app.db, { parentId, name, kind });

async function givenTree() {
  const province = await givenOrganisation(app.db, { name: '省总工会', kind: 'province_union' });
  const linfen = await below(province, '临汾市总工会', 'city_union');
  const xiangning = await below(linfen, '乡宁县总工会', 'county_union');
  const jixian = await below(linfen, '吉县总工会', 'county_union');
  const figure = { organisationId: xiangning, figure: 'members' };
  await transact(app.db, someStaff(), (tx) =>
    reportFigures(tx, [
      { ...figure, asOf: '2020-01-31', value: 90 },
      { ...figure, asOf: '2020-03-31', value: 100 },
      { ...figure, asOf: '2999-01-01', value: 7 },
    ]),
  );
  return { province, linfen, xiangning, jixian };
}

async function namesSeen(as: TestStaff, query: Record<string, string | number>) {
  const answer = await app.request(browseOrganisationsRoute, { query }, as);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

test('a union walks down its own tree, and sees what each branch last reported', async () => {
  const { linfen } = await givenTree();
  const union = await app.signInStaff('UNI', { kind: 'organisation', id: linfen }, linfen);
  const tops = await namesSeen(union, {});
  assert.deepEqual(
    tops.items.map((one: { name: string; childCount: number }) => [one.name, one.childCount]),
    [['临汾市总工会', 2]],
  );
  const first = await namesSeen(union, { parentId: linfen, limit: 1 });
  const [xiangning] = first.items;
  assert.deepEqual(
    [xiangning.name, xiangning.members, xiangning.membersAsOf, xiangning.above],
    ['乡宁县总工会', 100, '2020-03-31', ['省总工会', '临汾市总工会']],
  );
  const second = await namesSeen(union, { parentId: linfen, limit: 1, cursor: first.next });
  assert.equal(second.items[0].name, '吉县总工会');
  assert.equal(second.items[0].members, undefined);
});

test('a search finds a branch by part of its name, and never one out of reach', async () => {
  const { linfen, jixian } = await givenTree();
  const union = await app.signInStaff('UNI', { kind: 'organisation', id: linfen }, linfen);
  const found = await namesSeen(union, { search: '吉县' });
  assert.deepEqual(
    found.items.map((one: { organisationId: string }) => one.organisationId),
    [jixian],
  );
  assert.deepEqual((await namesSeen(union, { search: '省总' })).items, []);
  const stranger = await app.organisation({ kind: 'county_union' });
  const other = await app.signInStaff('UNI', { kind: 'organisation', id: stranger }, stranger);
  assert.deepEqual((await namesSeen(other, { parentId: linfen })).items, []);
});

test('a finance bureau may look at every tree from its root', async () => {
  const { province } = await givenTree();
  const finance = await app.signInStaff('FIN', { kind: 'everything' });
  const tops = await namesSeen(finance, {});
  assert.ok(tops.items.some((one: { organisationId: string }) => one.organisationId === province));
  assert.ok(tops.items.every((one: { parentId?: string }) => one.parentId === undefined));
});
