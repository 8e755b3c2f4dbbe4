import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund, someKeys } from '../../given/fund.ts';
import { givenOrganisation, someStaff } from '../../given/organisation.ts';
import { givenProgramme, type GivenProgramme } from '../../given/programme.ts';
import { handInRoster, someResidentId } from '../../given/roster.ts';
import { setClock } from '../../given/voucher.ts';
import { bindEntitlements } from '../issuing/bind.ts';
import { ensureAccount, verifyPerson } from '../people/person.ts';
import { correctEntitlement } from './correction.ts';
import { failInterruptedImports, type RosterReport } from './import.ts';
import { purgeRosters } from './purge.ts';
import { cancelRoster, confirmRoster, decideDuplicate, getRoster } from './roster.ts';
import { listQuestions } from './questions.ts';
import pg from 'pg';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let shenmu: GivenProgramme;
let insurance: string;
const keys = someKeys;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 8 });
  owner = new pg.Client(database.migratorUrl);
  await owner.connect();
  insurance = await givenOrganisation(db, { name: '医保局', kind: 'medical_insurance_bureau' });
  shenmu = await givenProgramme(db, {
    file: 'shenmu-2023',
    parties: { medical_insurance_bureau: insurance },
  });
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

let next = 0;
const id = () => someResidentId((next += 1));
const idList = (...rows: readonly string[]) => ['姓名,身份证号,手机号', ...rows].join('\n');
const unionList = (...rows: readonly string[]) =>
  ['姓名,手机号,消费券面值,发放金额', ...rows.map((row) => `${row},300,300`)].join('\n');
const residents = (content: string) =>
  handInRoster(db, { programme: shenmu, content, source: 'residents', organisationId: insurance });
const confirm = (report: RosterReport) =>
  transact(db, someStaff(), (tx) =>
    confirmRoster(tx, {
      rosterId: report.rosterId,
      contentHash: report.contentHash.toString('hex'),
    }),
  );
const refusedWith = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code;
const counts = (report: RosterReport) => [
  report.rowsAccepted,
  report.rowsDuplicate,
  report.rowsExisting,
  report.rowsQuestioned,
];

async function givenUnion() {
  const union = await givenProgramme(db, { file: 'shanxi-union-2020' });
  const parentId = union.organiserId;
  const branch = await givenOrganisation(db, { name: '一矿工会', kind: 'branch_union', parentId });
  const handIn = (content: string) =>
    handInRoster(db, { programme: union, content, source: 'electronic', organisationId: branch });
  const pay = (amountFen: bigint) =>
    givenFund(db, {
      programmeId: union.programmeId,
      pool: 'voucher',
      channel: 'unionpay_app',
      funderId: branch,
      amountFen,
    });
  return { union, branch, handIn, pay };
}

test('SM23 五(二): the insured of the list of record are persons, bound once confirmed', async () => {
  const report = await residents(idList(`张三,${id()},13800000001`, `李四,${id()},`));
  await confirm(report);
  const { rows } = await db.pool.query(
    `select e.state, e.voucher_count, e.face_fen, p.identity_basis
     from entitlement e join person p using (person_id) where e.roster_id = $1`,
    [report.rosterId],
  );
  const bound = {
    state: 'confirmed',
    voucher_count: 5,
    face_fen: 4_000n,
    identity_basis: 'list_of_record',
  };
  assert.deepEqual(rows, [bound, bound]);
});

test('SM23 五(三): an enterprise’s 200 is a second entitlement, within what it paid', async () => {
  const worker = `王五,${id()},13800000005`;
  await confirm(await residents(idList(worker)));
  const parentId = shenmu.organiserId;
  const enterprise = await givenOrganisation(db, { name: '一号矿', kind: 'enterprise', parentId });
  const { programmeId } = shenmu;
  const report = await handInRoster(db, {
    programme: shenmu,
    content: idList(worker, `外地人,${id()},13800000006`),
    source: 'enterprises',
    organisationId: enterprise,
  });
  assert.deepEqual(counts(report), [2, 0, 0, 0]);
  await assert.rejects(confirm(report), refusedWith('fund_not_confirmed'));
  const fund = { programmeId, pool: 'enterprises', funderId: enterprise, channel: 'spd' };
  await givenFund(db, { ...fund, amountFen: 39_999n });
  await assert.rejects(confirm(report), refusedWith('insufficient_funds'));
  await givenFund(db, { ...fund, channel: 'abc', amountFen: 10_000n });
  await confirm(report);
  const { rows } = await db.pool.query(
    `select count(distinct e.source)::int as sources, count(e.person_id)::int as bound
     from entitlement e join person p on p.identity_index = e.identity_index
     where e.identity_index = $1`,
    [keys.index('identity-index', worker.split(',')[1] ?? '')],
  );
  assert.deepEqual(rows, [{ sources: 2, bound: 2 }]);
  const strangers = await db.pool.query(
    `select count(*)::int as n from entitlement where roster_id = $1 and person_id is null`,
    [report.rosterId],
  );
  assert.deepEqual(strangers.rows, [{ n: 1 }]);
});

test('one ID number under two names is a question with one answer only', async () => {
  const one = id();
  const report = await residents(idList(`张三,${one},`, `张山,${one},`, `张山,${one},`));
  assert.deepEqual(counts(report), [1, 1, 0, 1]);
  const { rosterId } = report;
  const [task] = await transact(db, someStaff(), (tx) => listQuestions(tx, rosterId));
  assert.equal(task?.reason, 'same_identity_other_name');
  const decide = (decision: 'same_person' | 'two_persons') =>
    transact(db, someStaff(), (tx) =>
      decideDuplicate(tx, {
        rosterId,
        duplicateTaskId: task?.duplicateTaskId ?? '',
        decision,
      }),
    );
  await assert.rejects(decide('two_persons'), refusedWith('state_conflict'));
  await decide('same_person');
  await assert.rejects(decide('same_person'), refusedWith('already_decided'));
  const counted = await transact(db, someStaff(), (tx) => getRoster(tx, rosterId));
  assert.deepEqual([counted.rowsAccepted, counted.rowsDuplicate], [1, 2]);
});

test('inv-17: two lists with the same people at once entitle each of them once', async () => {
  const people = Array.from({ length: 3_000 }, () => `某甲,${id()},`);
  const reports = await Promise.all([
    residents(idList(...people)),
    residents(idList(...people.toReversed())),
  ]);
  const accepted = reports.reduce((sum, one) => sum + one.rowsAccepted, 0);
  const existing = reports.reduce((sum, one) => sum + one.rowsExisting, 0);
  assert.deepEqual([accepted, existing], [3_000, 3_000]);
});

test('an import whose process died is given up and its file may come again', async () => {
  const content = idList(`赵六,${id()},`);
  const report = await residents(content);
  await owner.query(
    `update roster set state = 'importing', touched_at = clock_timestamp() - interval '1 hour'
     where roster_id = $1`,
    [report.rosterId],
  );
  const again = await residents(content);
  assert.deepEqual(counts(again), [1, 0, 0, 0]);
  const died = await transact(db, someStaff(), (tx) => getRoster(tx, report.rosterId));
  assert.deepEqual([died.state, died.rowsAccepted], ['failed', 0]);
  assert.equal(await failInterruptedImports({ db, keys }, someStaff()), 0);
});

test('a file that breaks off in its middle leaves nobody entitled', async () => {
  const rows = Array.from({ length: 9_000 }, () => `某甲,${id()},`);
  const content = `${idList(...rows)}\n"某乙,${id()}`;
  await assert.rejects(residents(content), refusedWith('file_rejected'));
  const { rows: left } = await db.pool.query(
    `select count(*)::int as n from entitlement e join roster r using (roster_id)
     where r.state = 'failed'`,
  );
  assert.deepEqual(left, [{ n: 0 }]);
});

test('a row of a confirmed list is a fact: only what nobody confirmed can be deleted', async () => {
  const report = await residents(idList(`钱七,${id()},`));
  await confirm(report);
  await assert.rejects(
    db.pool.query('delete from entitlement where roster_id = $1', [report.rosterId]),
    /confirmed entitlements are facts/,
  );
});

test('SX20 一(二): the lists of a branch together equal its payment', async () => {
  const { handIn, pay } = await givenUnion();
  const first = await handIn(unionList('张一,13900000001', '张二,13900000002'));
  await pay(90_000n);
  await assert.rejects(confirm(first), refusedWith('payment_differs'));
  const second = await handIn(unionList('张三,13900000003'));
  await confirm(first);
  await confirm(second);
});

test('SX20 一(二): a row above 300 names the clause of the cap', async () => {
  const { handIn } = await givenUnion();
  const content = '姓名,手机号,消费券面值,发放金额\n张一,13900000001,300,600';
  const report = await handIn(content);
  assert.equal(report.rowsFailed, 1);
  const { rows } = await db.pool.query(
    'select code, details from roster_problem where roster_id = $1',
    [report.rosterId],
  );
  assert.deepEqual(rows, [
    {
      code: 'cap_exceeded',
      details: { column: '发放金额', capFen: 30_000, clause: '晋工发〔2020〕8号' },
    },
  ]);
  await assert.rejects(confirm(report), refusedWith('nothing_to_issue'));
});

async function givenVerified(name: string, phone: string) {
  const actor = { kind: 'resident', id: phone } as const;
  return transact(db, actor, async (tx) => {
    const residentAccountId = await ensureAccount(tx, keys, phone);
    const identity = { name, idNumber: id() };
    const onVerified = [bindEntitlements];
    return verifyPerson(tx, keys, { residentAccountId, identity, onVerified });
  });
}

test('SM23 十(八): a clerk puts a mistyped phone right, and the member is bound', async (t) => {
  t.after(() => setClock(owner, undefined));
  await setClock(owner, '2020-05-10T10:00:00+08:00');
  const { handIn, pay } = await givenUnion();
  const report = await handIn(unionList('陈一,13900000101'));
  await pay(30_000n);
  await confirm(report);
  const personId = await givenVerified('陈一', '13900000107');
  const { rosterId } = report;
  const found = await db.pool.query('select entitlement_id from entitlement where roster_id = $1', [
    rosterId,
  ]);
  const entitlementId = String(found.rows[0].entitlement_id);
  const correct = (change: { readonly name?: string; readonly phone?: string }) =>
    transact(db, someStaff(), (tx) =>
      correctEntitlement(tx, keys, {
        rosterId,
        entitlementId,
        ...change,
        reason: '手机号登记有误',
        onVerified: [bindEntitlements],
      }),
    );
  const both = { name: '李四', phone: '13900000107' };
  await assert.rejects(correct(both), refusedWith('invalid_fields'));
  assert.deepEqual(await correct({ phone: '139 0000 0107' }), { isBound: true });
  const { rows } = await db.pool.query('select person_id from entitlement where roster_id = $1', [
    rosterId,
  ]);
  assert.deepEqual(rows, [{ person_id: personId }]);
  await assert.rejects(correct({ phone: '13900000101' }), refusedWith('state_conflict'));
});

test('a correction before the confirmation changes what must be seen to confirm', async () => {
  const { handIn, pay } = await givenUnion();
  const report = await handIn(unionList('陈二,13900000201', '陈三,13900000202'));
  await pay(60_000n);
  const { rosterId } = report;
  const found = await db.pool.query(
    'select entitlement_id from entitlement where roster_id = $1 order by row_number',
    [rosterId],
  );
  const entitlementId = String(found.rows[0].entitlement_id);
  const correct = (name: string) =>
    transact(db, someStaff(), (tx) =>
      correctEntitlement(tx, keys, {
        rosterId,
        entitlementId,
        name,
        reason: '姓名有误',
        onVerified: [],
      }),
    );
  await correct('陈贰');
  await assert.rejects(confirm(report), refusedWith('content_changed'));
  const { contentHash } = await transact(db, someStaff(), (tx) => getRoster(tx, rosterId));
  assert.ok(contentHash !== null);
  await confirm({ ...report, contentHash });
});

test('X1: what was kept of failed and withdrawn rows goes after thirty days', async (t) => {
  t.after(() => setClock(owner, undefined));
  const report = await residents(idList(`孙八,${id()},`, '周九,610,'));
  const { rosterId } = report;
  await transact(db, someStaff(), (tx) => cancelRoster(tx, { rosterId }));
  const sealed = async () => {
    const { rows } = await db.pool.query(
      'select count(cells)::int as n from roster_problem where roster_id = $1',
      [rosterId],
    );
    return rows[0].n;
  };
  const at = await transact(db, someStaff(), async (tx) => tx.now);
  const cleaner = { kind: 'system', id: 'purge_rosters' } as const;
  await purgeRosters(db, cleaner);
  assert.equal(await sealed(), 1);
  await setClock(owner, new Date(at + 31 * 86_400_000).toISOString());
  await purgeRosters(db, cleaner);
  assert.equal(await sealed(), 0);
});
