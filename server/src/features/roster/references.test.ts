import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { givenFund, someKeys } from '../../given/fund.ts';
import { givenApprovedBatch, givenRoster } from '../../given/issuing.ts';
import { givenProgramme, type GivenProgramme } from '../../given/programme.ts';
import { handInRoster, someName, someResidentId } from '../../given/roster.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let programme: GivenProgramme;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 6 });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  programme = await givenProgramme(db);
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

const references = ['roster_id', 'programme_id', 'person_id', 'batch_id'] as const;

test('no row of a list refers to something that does not exist, now or later', async () => {
  const { programmeId, organiserId: organisationId } = programme;
  await givenFund(db, { programmeId, pool: 'retail', amountFen: 40_000n });
  const { rosterId } = await givenRoster(db, { programmeId, organisationId, persons: 2 });
  const batchId = await givenApprovedBatch(db, rosterId);
  const columns = references.join(', ');
  const insert = (values: string) =>
    owner.query(
      `insert into entitlement (entitlement_id, row_number, source, envelope, key_id, name_index,
         face_fen, voucher_count, amount_fen, batch_offset_fen, state, ${columns})
       select gen_random_uuid(), 99, 'other', envelope, key_id, name_index, face_fen,
         voucher_count, amount_fen, 0, state, ${values}
       from entitlement where roster_id = $1 limit 1`,
      [rosterId],
    );
  for (const wrong of references) {
    const values = references.map((name) => (name === wrong ? 'gen_random_uuid()' : name));
    await assert.rejects(insert(values.join(', ')), /refer to nothing/, wrong);
  }
  await insert(columns);
  for (const wrong of ['person_id', 'batch_id']) {
    const change = owner.query(
      `update entitlement set ${wrong} = gen_random_uuid() where batch_id = $1`,
      [batchId],
    );
    await assert.rejects(change, /refers to nothing/, wrong);
  }
  for (const table of ['roster', 'programme', 'person', 'issue_batch']) {
    await assert.rejects(owner.query(`delete from ${table}`), /never deleted/, table);
  }
});

test('two lists with the same people in opposite order wait, and never in a circle', async () => {
  const { programmeId, organiserId: organisationId } = programme;
  const people = Array.from({ length: 3_001 }, (_, n) => `${someName(n)},${someResidentId(n)}`);
  const list = (rows: readonly string[]) => ['姓名,身份证号', ...rows].join('\n');
  // Somebody holds the place of the person in the middle until both lists have come that far.
  const { rosterId } = await givenRoster(db, { programmeId, organisationId, persons: 1 });
  await owner.query('begin');
  await owner.query('update entitlement set identity_index = $2 where roster_id = $1', [
    rosterId,
    someKeys.index('identity-index', someResidentId(1_500)),
  ]);
  const lists = [people, people.toReversed()].map((rows) =>
    handInRoster(db, { programme, content: list(rows) }),
  );
  for (let tries = 0; (await waiting()) < 2; tries += 1) {
    assert.ok(tries < 500, 'they do not wait');
    await delay(20);
  }
  await owner.query('rollback');
  const reports = await Promise.all(lists);
  const accepted = reports.map((one) => one.rowsAccepted).toSorted((a, b) => a - b);
  assert.deepEqual(accepted, [0, 3_001]);
  // A connection tells what it met at its end.
  await closeDb(db);
  const { rows } = await owner.query<{ deadlocks: string }>(
    'select deadlocks::text from pg_stat_database where datname = current_database()',
  );
  db = openDb({ url: database.appUrl, max: 6 });
  assert.deepEqual(rows, [{ deadlocks: '0' }]);
});

/** How many wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await owner.query<{ n: number }>(
    `select count(*)::int as n from pg_locks join pg_stat_activity using (pid)
     where not granted and datname = current_database()`,
  );
  return rows[0]?.n ?? 0;
}
