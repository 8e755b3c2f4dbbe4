import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import iconv from 'iconv-lite';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenOrganisation, someStaff } from '../../given/organisation.ts';
import { rosterFolder } from '../../given/roster.ts';
import { importFigures } from './figures-file.ts';
import { rollUpFigure } from './organisation.ts';

let database: TestDatabase;
let db: Db;
let rootId: string;
const files = await rosterFolder();

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  rootId = await givenOrganisation(db, { name: '省总工会', kind: 'province_union' });
  for (const [name, regionCode] of [
    ['乡宁县总工会', '141029'],
    ['吉县总工会', '141028'],
    ['城区总工会', '140302'],
    ['城区总工会', '140502'],
  ] as const) {
    await givenOrganisation(db, { name, regionCode, kind: 'county_union', parentId: rootId });
  }
});
after(async () => {
  await closeDb(db);
  await database.drop();
  await files.remove();
});

async function take(content: string | Buffer) {
  const path = join(files.folder, 'figures');
  await writeFile(path, content);
  const file = { rootId, asOf: '2020-03-31', path, fileName: '会员.csv' };
  return importFigures({ db, actor: someStaff() }, file);
}

const members = () =>
  transact(db, someStaff(), (tx) =>
    rollUpFigure(tx, { organisationId: rootId, figure: 'members', asOf: '2020-12-31' }),
  );
const refusedAt = (code: string, rowNumber: number) => (error: unknown) =>
  error instanceof Refusal && error.code === code && error.details['rowNumber'] === rowNumber;

test(
  'SX20E: members and fiscal guarantee of the counties come in one table, whole or ' + 'not',
  async () => {
    await assert.rejects(
      take('单位名称,会员人数\n乡宁县总工会,100\n无此县,5'),
      refusedAt('not_found', 3),
    );
    await assert.rejects(take('单位名称,会员人数\n乡宁县总工会,约100'), (error) =>
      refusedAt('roster_file_invalid', 2)(error),
    );
    assert.equal((await members()).rolledUp, undefined);
    const table = '单位名称,会员人数,财政保障比例\n乡宁县总工会,"1,200",80%\n吉县总工会,300,\n';
    assert.equal(await take(iconv.encode(table, 'gb18030')), 3);
    assert.deepEqual(await members(), { stated: undefined, rolledUp: 1_500, reporting: 2 });
    assert.equal(await take(table), 0);
  },
);

test('two counties of one name are told apart by their code, never guessed', async () => {
  await assert.rejects(take('单位名称,会员人数\n城区总工会,10'), refusedAt('not_found', 2));
  assert.equal(await take('单位名称,行政区划代码,会员人数\n城区总工会,140502,10'), 1);
});
