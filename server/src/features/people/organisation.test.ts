import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '@huiquan/domain/ids.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenOrganisation, someStaff } from '../../given/organisation.ts';
import {
  createOrganisations,
  getOrganisation,
  listOrganisations,
  type OrganisationKind,
  renameOrganisation,
  reportFigures,
  rollUpFigure,
} from './organisation.ts';

let database: TestDatabase;
let db: Db;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
});
after(async () => {
  await closeDb(db);
  await database.drop();
});

const clerk = someStaff();

async function givenTree() {
  const below = (parentId: string, name: string, kind: OrganisationKind) =>
    givenOrganisation(db, { parentId, name, kind });
  const province = await givenOrganisation(db, { name: '省总工会', kind: 'province_union' });
  const linfen = await below(province, '临汾市总工会', 'city_union');
  const xiangning = await below(linfen, '乡宁县总工会', 'county_union');
  const jixian = await below(linfen, '吉县总工会', 'county_union');
  const coal = await below(province, '煤矿产业工会', 'industry_union');
  return { province, linfen, xiangning, jixian, coal };
}

const members = (values: Readonly<Record<string, number>>, asOf = '2020-03-31') =>
  transact(db, clerk, (tx) =>
    reportFigures(
      tx,
      Object.entries(values).map(([organisationId, value]) => ({
        organisationId,
        figure: 'members',
        asOf,
        value,
      })),
    ),
  );

const rolledUp = (organisationId: string, asOf = '2020-12-31') =>
  transact(db, clerk, (tx) => rollUpFigure(tx, { organisationId, figure: 'members', asOf }));

test('an organisation knows those above it, and a subtree is listed page by page', async () => {
  const { province, linfen, xiangning, jixian } = await givenTree();
  const county = await transact(db, clerk, (tx) => getOrganisation(tx, xiangning));
  assert.deepEqual(county.above, ['省总工会', '临汾市总工会']);
  const list = (after?: string) =>
    transact(db, clerk, (tx) => listOrganisations(tx, { rootId: linfen, limit: 2, after }));
  const first = await list();
  const second = await list(first.at(-1)?.path);
  const ids = [...first, ...second].map((one) => one.organisationId);
  assert.deepEqual(ids.toSorted(), [linfen, xiangning, jixian].toSorted());
  const children = await transact(db, clerk, (tx) =>
    listOrganisations(tx, { rootId: province, limit: 10, childrenOnly: true }),
  );
  assert.equal(children.length, 2);
});

test('members roll up, an industry union beside the cities, each member once', async () => {
  const { province, linfen, xiangning, jixian, coal } = await givenTree();
  await members({ [xiangning]: 100, [jixian]: 50, [coal]: 1_000 });
  assert.deepEqual(await rolledUp(province), { stated: undefined, rolledUp: 1_150, reporting: 3 });
  await members({ [linfen]: 160 });
  assert.deepEqual(await rolledUp(linfen), { stated: 160, rolledUp: 150, reporting: 2 });
  assert.deepEqual(await rolledUp(province), { stated: undefined, rolledUp: 1_160, reporting: 2 });
});

test('a figure of a day stays; a later day replaces it from then on', async () => {
  const { xiangning } = await givenTree();
  assert.equal(await members({ [xiangning]: 100 }), 1);
  assert.equal(await members({ [xiangning]: 999 }), 0);
  assert.equal(await members({ [xiangning]: 120 }, '2020-06-30'), 1);
  assert.equal((await rolledUp(xiangning, '2020-05-31')).stated, 100);
  assert.equal((await rolledUp(xiangning)).stated, 120);
});

test('a thousand branch unions are added in one act, below parents that exist', async () => {
  const { xiangning } = await givenTree();
  const branches = Array.from({ length: 1_000 }, (_, index) => ({
    name: `${index}厂工会`,
    kind: 'branch_union' as const,
    parentId: xiangning,
  }));
  const ids = await transact(db, clerk, (tx) => createOrganisations(tx, branches));
  assert.equal(new Set(ids).size, 1_000);
  const orphan = { name: '无主工会', kind: 'branch_union', parentId: newId() } as const;
  await assert.rejects(
    transact(db, clerk, (tx) => createOrganisations(tx, [...branches.slice(0, 1), orphan])),
    (error) => error instanceof Refusal && error.code === 'not_found',
  );
});

test('a name may change, the place in the tree does not', async () => {
  const { xiangning } = await givenTree();
  const before = await transact(db, clerk, (tx) => getOrganisation(tx, xiangning));
  const change = { organisationId: xiangning, name: '乡宁县总工会机关' };
  await transact(db, clerk, (tx) => renameOrganisation(tx, change));
  const renamed = await transact(db, clerk, (tx) => getOrganisation(tx, xiangning));
  assert.deepEqual([renamed.name, renamed.path], [change.name, before.path]);
  const raw = db.pool.query(`update organisation set path = '/' where organisation_id = $1`, [
    xiangning,
  ]);
  await assert.rejects(raw, /permission denied/);
});
