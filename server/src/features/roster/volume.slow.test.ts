import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { someKeys } from '../../given/fund.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { residentList, rosterFolder } from '../../given/roster.ts';
import { importRosterFile } from './import.ts';
import { cancelRoster, confirmRoster } from './roster.ts';

let database: TestDatabase;
let db: Db;
const files = await rosterFolder();

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 6 });
});
after(async () => {
  await closeDb(db);
  await database.drop();
  await files.remove();
});

const megabytes = () => process.memoryUsage().rss / 1024 / 1024;

async function importMany(count: number) {
  const programme = await givenProgramme(db);
  const path = await files.writeLong(`${count}.csv`, residentList(count));
  const { programmeId, organiserId: organisationId } = programme;
  let peak = megabytes();
  const onProgress = () => (peak = Math.max(peak, megabytes()));
  const startedAt = performance.now();
  const at = { db, keys: someKeys, onProgress };
  const file = { programmeId, organisationId, source: 'resident', path };
  const report = await importRosterFile(at, someStaff(), file);
  const seconds = (performance.now() - startedAt) / 1000;
  return { report, peak, seconds, rowsPerSecond: Math.round(count / seconds) };
}

const count = Number(process.env['ROSTER_ROWS'] ?? 1_000_000);

test('a list of a million residents is taken in flat memory, and can be confirmed', async (t) => {
  const few = await importMany(count / 10);
  t.diagnostic(`${count / 10} rows: ${few.rowsPerSecond} rows/s, ${few.peak.toFixed(0)} MB`);
  const { rosterId: earlier } = few.report;
  await transact(db, someStaff(), (tx) => cancelRoster(tx, { rosterId: earlier }));
  const { report, peak, rowsPerSecond, seconds } = await importMany(count);
  t.diagnostic(`${count} rows: ${rowsPerSecond} rows/s, ${seconds.toFixed(1)} s`);
  t.diagnostic(`memory at most ${peak.toFixed(0)} MB`);
  assert.equal(report.rowsAccepted, count);
  // The test process itself takes 200 MB before the first row.
  assert.ok(peak < 400, `${peak} MB`);
  assert.ok(peak < few.peak + 60, `${few.peak} MB, then ${peak} MB`);
  const startedAt = performance.now();
  const contentHash = report.contentHash.toString('hex');
  const { rosterId } = report;
  await transact(db, someStaff(), (tx) => confirmRoster(tx, { rosterId, contentHash }));
  t.diagnostic(`confirmed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
});
