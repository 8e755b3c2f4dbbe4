import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import iconv from 'iconv-lite';
import { fen } from '@huiquan/domain/fen.ts';
import { residentIdCheckDigit } from '@huiquan/domain/identity/resident-id.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { writeXlsx } from '../../files/write-xlsx.ts';
import { givenFund, someKeys } from '../../given/fund.ts';
import { givenOrganisation, someStaff } from '../../given/organisation.ts';
import { givenProgramme, type GivenProgramme } from '../../given/programme.ts';
import { importRoster, type RosterReport } from './import.ts';
import { cancelRoster, confirmRoster, decideDuplicate, getRoster, listProblems } from './roster.ts';
import { listQuestions } from './questions.ts';

let database: TestDatabase;
let db: Db;
let folder: string;
let resident: GivenProgramme;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 8 });
  folder = await mkdtemp(join(tmpdir(), 'roster-test-'));
  resident = await givenProgramme(db);
});
after(async () => {
  await closeDb(db);
  await database.drop();
  await rm(folder, { recursive: true });
});

function idNumber(n: number): string {
  const first17 = `14102919900101${String(n).padStart(3, '0')}`;
  return first17 + residentIdCheckDigit(first17);
}

type Handed = {
  readonly bytes: Buffer | string;
  readonly name?: string;
  readonly programme?: GivenProgramme;
  readonly source?: string;
  readonly organisationId?: string;
};

/** Hands a file in as a clerk does, from the bytes as they lie on a disk. */
async function handIn(handed: Handed): Promise<RosterReport> {
  const { programme = resident, source = 'resident', name = '名单.csv' } = handed;
  const bytes = Buffer.from(handed.bytes);
  const digest = createHash('sha256').update(bytes).digest();
  const path = join(folder, digest.toString('hex'));
  await writeFile(path, bytes);
  return importRoster({ db, keys: someKeys }, someStaff(), {
    programmeId: programme.programmeId,
    organisationId: handed.organisationId ?? programme.organiserId,
    source,
    path,
    fileName: name,
    digest,
  });
}

const problemsOf = (rosterId: string) =>
  transact(db, someStaff(), (tx) => listProblems(tx, { rosterId, after: undefined, limit: 100 }));

const confirm = (report: RosterReport, actor = someStaff()) =>
  transact(db, actor, (tx) =>
    confirmRoster(tx, {
      rosterId: report.rosterId,
      contentHash: report.contentHash.toString('hex'),
    }),
  );

const refusedWith = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code;

test(
  'every row of a list is taken or stands in the report with what is wrong with ' + 'it',
  async () => {
    const report = await handIn({
      bytes: [
        '姓名,身份证号,手机号',
        `张三,${idNumber(1)},13800000001`,
        `李四,${idNumber(2)},`,
        `王五,${idNumber(3).slice(0, 17)}0,13800000003`,
        `张三,${idNumber(1)},13800000001`,
        ',,',
        `赵六,,13800000006`,
      ].join('\r\n'),
    });
    assert.deepEqual(
      [report.rowsTotal, report.rowsAccepted, report.rowsFailed, report.rowsDuplicate],
      [5, 2, 2, 1],
    );
    assert.equal(report.amountFen, 40_000n);
    const problems = await problemsOf(report.rosterId);
    assert.deepEqual(
      problems.map((one) => [one.rowNumber, one.code]),
      [
        [4, 'invalid_id_number'],
        [5, 'duplicate'],
        [7, 'value_missing'],
      ],
    );
  },
);

test('a spreadsheet and a list in GB18030 are read as the same people', async () => {
  const header = ['姓名', '身份证号', '手机号'];
  const rows = [
    ['欧阳龑', idNumber(11), '13800000011'],
    ['阿依·古丽', idNumber(12), '13800000012'],
  ];
  const path = join(folder, 'list.xlsx');
  await pipeline(writeXlsx({ name: '名单', header }, rows), createWriteStream(path));
  const first = await handIn({ bytes: await readFile(path), name: '名单.xlsx' });
  assert.deepEqual([first.rowsAccepted, first.rowsFailed], [2, 0]);
  const text = [header, ...rows].map((row) => row.join(',')).join('\n');
  const second = await handIn({ bytes: iconv.encode(text, 'gb18030') });
  assert.deepEqual([second.rowsAccepted, second.rowsExisting], [0, 2]);
});

test('the same file twice is refused and names the roster it became', async () => {
  const bytes = `姓名,身份证号\n孙七,${idNumber(21)}`;
  const { rosterId } = await handIn({ bytes });
  await assert.rejects(
    handIn({ bytes }),
    (error) =>
      error instanceof Refusal &&
      error.code === 'already_imported' &&
      error.details['rosterId'] === rosterId,
  );
});

test('two clerks who hand in one list at once make one roster', async () => {
  const bytes = `姓名,身份证号\n周八,${idNumber(31)}`;
  const outcomes = await Promise.allSettled([handIn({ bytes }), handIn({ bytes })]);
  assert.deepEqual(outcomes.map((one) => one.status).toSorted(), ['fulfilled', 'rejected']);
});

test('a file that is no list leaves nothing behind and says which column it lacks', async () => {
  const bytes = '名字,号码\n吴九,13800000091';
  await assert.rejects(handIn({ bytes }), refusedWith('roster_file_invalid'));
  await assert.rejects(handIn({ bytes }), refusedWith('roster_file_invalid'));
  const { rows } = await db.pool.query(
    `select r.state, count(e.*)::int as entitled from roster r
     left join entitlement e using (roster_id)
     where r.file_digest = sha256($1) group by r.roster_id`,
    [bytes],
  );
  const failed = { state: 'failed', entitled: 0 };
  assert.deepEqual(rows, [failed, failed]);
});

test('nobody is entitled until a second person has confirmed what was seen', async () => {
  const clerk = someStaff();
  const report = await handIn({ bytes: `姓名,身份证号\n郑十,${idNumber(41)}` });
  const { preparedBy } = await transact(db, clerk, (tx) => getRoster(tx, report.rosterId));
  const self = { kind: 'staff', id: preparedBy } as const;
  await assert.rejects(confirm(report, self), refusedWith('separation_of_duties'));
  const stale = { ...report, contentHash: Buffer.alloc(32) };
  await assert.rejects(confirm(stale), refusedWith('content_changed'));
  await confirm(report);
  await assert.rejects(confirm(report), refusedWith('already_decided'));
  const { rows } = await db.pool.query(
    `select e.state, p.identity_basis from entitlement e
     join person p on p.identity_index = e.identity_index where e.roster_id = $1`,
    [report.rosterId],
  );
  assert.deepEqual(rows, [{ state: 'confirmed', identity_basis: 'list_of_record' }]);
});

test('a cancelled roster frees its people and its file', async () => {
  const bytes = `姓名,身份证号\n冯一,${idNumber(51)}`;
  const first = await handIn({ bytes });
  await transact(db, someStaff(), (tx) => cancelRoster(tx, first));
  const again = await handIn({ bytes });
  assert.equal(again.rowsAccepted, 1);
});

test(
  'one phone under two names waits until somebody says whether these are two ' + 'persons',
  async () => {
    const union = await givenProgramme(db, { file: 'shanxi-union-2020' });
    const branch = await givenOrganisation(db, { name: '一矿工会', kind: 'branch_union' });
    const bytes =
      '姓名,手机号,消费券面值,发放金额\n陈一,13900000001,300,300\n陈二,13900000001,300,300';
    const source = union.plan.issuing.find((one) => one.mode === 'directed')?.id ?? '';
    const report = await handIn({ bytes, programme: union, source, organisationId: branch });
    assert.equal(report.rowsAccepted, 1);
    const [task] = await transact(db, someStaff(), (tx) => listQuestions(tx, report.rosterId));
    assert.equal(task?.reason, 'same_phone_other_name');
    await assert.rejects(confirm(report), refusedWith('state_conflict'));
    const { duplicateTaskId } = task ?? { duplicateTaskId: '' };
    const { rosterId } = report;
    const decision = { rosterId, duplicateTaskId, decision: 'two_persons' } as const;
    await transact(db, someStaff(), (tx) => decideDuplicate(tx, decision));
    await assert.rejects(confirm(report), refusedWith('content_changed'));
    const counted = await transact(db, someStaff(), (tx) => getRoster(tx, report.rosterId));
    assert.deepEqual([counted.rowsAccepted, counted.amountFen], [2, 60_000n]);
  },
);

test("a branch's roster must equal its payment to the 分", async () => {
  const union = await givenProgramme(db, { file: 'shanxi-union-2020' });
  const parentId = union.organiserId;
  const branch = await givenOrganisation(db, { name: '二矿', kind: 'branch_union', parentId });
  const source = union.plan.issuing.find((one) => one.mode === 'directed')?.id ?? '';
  const bytes = '姓名,手机号,消费券面值,发放金额\n卫一,13900000011,300,300\n';
  const report = await handIn({ bytes, programme: union, source, organisationId: branch });
  await assert.rejects(confirm(report), refusedWith('fund_not_confirmed'));
  const pool = union.plan.pools[0]?.id ?? '';
  const { programmeId } = union;
  const channel = union.plan.channels[0]?.id ?? '';
  const amountFen = fen(30_001n);
  await givenFund(db, { programmeId, pool, funderId: branch, channel, amountFen });
  await assert.rejects(
    confirm(report),
    (error) =>
      error instanceof Refusal &&
      error.code === 'payment_differs' &&
      error.details['paidFen'] === 30_001,
  );
});
