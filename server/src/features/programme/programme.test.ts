import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenProgramme } from '../../given/programme.ts';
import { balancesOf } from '../../ledger/post.ts';
import { currentPlan } from './load-plan.ts';

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

test('a plan approved by a second person is in force, and its confirmed money is available', async () => {
  const programme = await givenProgramme(db);
  const { programmeId } = programme;
  const current = await transact(db, programme.preparer, (tx) => currentPlan(tx, programmeId));
  assert.equal(current.state, 'published');
  assert.equal(current.plan.kinds.length, 3);
  const { fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen: 5_000n });
  const balances = await transact(db, programme.preparer, (tx) => balancesOf(tx, [fundId]));
  assert.equal(balances.find((one) => one.kind === 'available')?.balanceFen, 5_000n);
});
