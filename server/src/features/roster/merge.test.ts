import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { handInRoster, someName, someResidentId } from '../../given/roster.ts';
import { recountRoster, type RosterReport } from './import.ts';
import { listQuestions } from './questions.ts';
import { getRoster, listProblems } from './roster.ts';

let database: TestDatabase;
let db: Db;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 6 });
});
after(async () => {
  await closeDb(db);
  await database.drop();
});

const resident = (n: number) => `${someName(n)},${someResidentId(n)},`;
const member = (n: number, name = someName(n)) => `${name},13${String(n).padStart(9, '0')},40,200`;
const many = (count: number, row: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => row(n + 1));
const residents = (rows: readonly string[]) => ['姓名,身份证号,手机号', ...rows].join('\n');
const members = (rows: readonly string[]) =>
  ['姓名,手机号,消费券面值,发放金额', ...rows].join('\n');
const phonePlan = smallPlan.replace('identity: id_number', 'identity: phone_and_name');

/** Every figure of a report and its hash, counted anew from the rows in the lists. */
async function recounted({ rosterId }: RosterReport) {
  return transact(db, someStaff(), async (tx) => {
    await recountRoster(tx, rosterId);
    return getRoster(tx, rosterId);
  });
}

const problemsOf = ({ rosterId }: RosterReport) =>
  transact(db, someStaff(), (tx) => listProblems(tx, { rosterId, after: undefined, limit: 9 }));

test('the hash that is confirmed is over the rows in the lists, in their order', async () => {
  const programme = await givenProgramme(db);
  const content = residents([resident(3), '无号,,', resident(1), `${resident(2)}13800000002`]);
  const report = await handInRoster(db, { programme, content });
  const again = await recounted(report);
  assert.deepEqual([report.rowsAccepted, again.rowsAccepted], [3, 3]);
  assert.equal(report.amountFen, again.amountFen);
  assert.deepEqual(report.contentHash, again.contentHash);
});

test('it is so for a list of phones, and where some rows were not taken', async () => {
  const programme = await givenProgramme(db, { planText: phonePlan });
  const first = await handInRoster(db, { programme, content: members(many(5, member)) });
  assert.deepEqual(first.contentHash, (await recounted(first)).contentHash);
  const content = members(many(7, member));
  const second = await handInRoster(db, { programme, content: `${content}\n` });
  assert.deepEqual([second.rowsAccepted, second.rowsExisting], [2, 5]);
  assert.deepEqual(second.contentHash, (await recounted(second)).contentHash);
});

test('a person who stands on two lists is found wherever in them he stands', async () => {
  const programme = await givenProgramme(db);
  const rows = many(20_000, resident);
  const first = await handInRoster(db, { programme, content: residents(rows.slice(0, 9_000)) });
  assert.equal(first.rowsAccepted, 9_000);
  const mixed = [...rows.slice(9_001, 18_500), rows[0] ?? '', ...rows.slice(18_500), rows[19_999]];
  const second = await handInRoster(db, { programme, content: residents(mixed.map(String)) });
  assert.deepEqual(
    [second.rowsTotal, second.rowsAccepted, second.rowsExisting, second.rowsDuplicate],
    [11_001, 10_999, 1, 1],
  );
  assert.deepEqual(
    (await problemsOf(second)).map((one) => [one.rowNumber, one.code, one.details]),
    [
      [9_501, 'exists', { rosterId: first.rosterId }],
      [11_002, 'duplicate', { row: 11_001 }],
    ],
  );
  assert.deepEqual(second.contentHash, (await recounted(second)).contentHash);
});

test('one phone under two names is asked about, also ten thousand rows later', async () => {
  const programme = await givenProgramme(db, { planText: phonePlan });
  const rows = [...many(10_000, member), member(1, '欧阳一'), member(10_001)];
  const report = await handInRoster(db, { programme, content: members(rows) });
  assert.deepEqual([report.rowsAccepted, report.rowsQuestioned], [10_001, 1]);
  const questions = await transact(db, someStaff(), (tx) => listQuestions(tx, report.rosterId));
  assert.deepEqual(
    questions.map((one) => one.reason),
    ['same_phone_other_name'],
  );
});
