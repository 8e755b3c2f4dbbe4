import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { newId } from '@huiquan/domain/ids.ts';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact, type Tx } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import {
  givenApprovedBatch,
  givenIssuedBatch,
  givenPersons,
  givenRoster,
} from '../../given/issuing.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { setClock } from '../../given/voucher.ts';
import { balancesOf } from '../../ledger/post.ts';
import { verify } from '../audit/verify.ts';
import { listRefusals, prepareBatch, startIssue } from './batch.ts';
import { forecastIssue } from './forecast.ts';
import { returnUnbound } from './leftovers.ts';
import { approveRecall, getRecall, prepareRecall, rejectRecall, runRecall } from './recall.ts';
import type { KnownAs } from './bind.ts';
import { bindAndIssue, runIssue } from './run.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
beforeEach(() => setClock(owner, '2023-09-01T10:00:00+08'));
afterEach(async () => {
  const report = await verify(db);
  assert.equal(report.firstBad, null);
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

const staff = <T>(work: (tx: Tx) => Promise<T>) => transact(db, someStaff(), work);
const is = (code: RefusalCode) => (error: unknown) =>
  error instanceof Refusal && error.code === code;

async function balance(fundId: string, kind: string): Promise<bigint> {
  const rows = await staff((tx) => balancesOf(tx, [fundId]));
  return rows.find((row) => row.kind === kind)?.balanceFen ?? 0n;
}

async function vouchersOf(personId: string): Promise<number> {
  const { rows } = await owner.query<{ n: number }>(
    `select count(*)::int as n from voucher where person_id = $1 and state <> 'void'`,
    [personId],
  );
  return rows[0]?.n ?? -1;
}

const capped = (clause: string) => `${smallPlan}
benefits:
  - { id: voucher, benefit: voucher, name: 消费券, per: member, period: year, max_amount: 300,
      effective_from: "2023-01-01", clause: "${clause}" }
`;

async function givenFunded(planText = smallPlan, amountFen = 200_000n) {
  const { programmeId, organiserId: organisationId } = await givenProgramme(db, { planText });
  const { fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen });
  return { programmeId, organisationId, fundId };
}

test('SX25 一: 200元 in one programme and 200元 in another are over 300元 a year', async () => {
  const planText = capped(`一 ${newId()}`);
  const first = await givenFunded(planText);
  const second = await givenFunded(planText);
  const [both = '', other = ''] = await givenPersons(db, 2);
  const earlier = await givenRoster(db, { ...first, persons: [both] });
  const earlierBatch = await givenIssuedBatch(db, earlier.rosterId);
  const later = await givenRoster(db, { ...second, persons: [both, other] });
  const { rosterId } = later;
  const forecast = await staff((tx) => forecastIssue(tx, { rosterId, mode: 'read' }));
  assert.deepEqual(forecast.refusals, [{ code: 'cap_exceeded', count: 1 }]);
  const batchId = await givenIssuedBatch(db, rosterId);
  assert.equal(await vouchersOf(both), 5);
  assert.equal(await vouchersOf(other), 5);
  const [refused] = await staff((tx) => listRefusals(tx, { batchId, size: 10 }));
  assert.equal(refused?.code, 'cap_exceeded');
  assert.match(String(refused?.details['clause']), /^一/);
  assert.equal(await balance(second.fundId, 'available'), 180_000n);

  // A recall gives the cap back: the member may be issued the other programme's vouchers.
  const { recallId } = await staff((tx) =>
    prepareRecall(tx, { batchId: earlierBatch, reason: '误发' }),
  );
  await staff((tx) => approveRecall(tx, { recallId }));
  await runRecall(db, someStaff(), recallId);
  const third = await givenRoster(db, { ...second, persons: [both], source: 'enterprise' });
  await givenIssuedBatch(db, third.rosterId);
  assert.equal(await vouchersOf(both), 5);
});

test('in the next year the cap begins anew, at midnight of Shanghai', async () => {
  const planText = capped(`一 ${newId()}`)
    .replace(/dates: .*/, 'dates: { from: "2023-09-01", to: "2024-01-31" }')
    .replace(/validity: .*/, 'validity: { until_programme_end: true }');
  const programme = await givenFunded(planText);
  const persons = await givenPersons(db, 1);
  const [person = ''] = persons;
  const first = await givenRoster(db, { ...programme, persons });
  await givenIssuedBatch(db, first.rosterId);
  await setClock(owner, '2023-12-31T23:59:59.999+08');
  const second = await givenRoster(db, { ...programme, persons, source: 'enterprise' });
  await givenIssuedBatch(db, second.rosterId);
  assert.equal(await vouchersOf(person), 5);
  await setClock(owner, '2024-01-01T00:00:00+08');
  const third = await givenRoster(db, { ...programme, persons, source: 'second_enterprise' });
  await givenIssuedBatch(db, third.rosterId);
  assert.equal(await vouchersOf(person), 10);
});

test('a row above the plan or of another face stops the whole roster', async () => {
  const programme = await givenFunded();
  const six = await givenRoster(db, { ...programme, persons: 1, voucherCount: 6 });
  await assert.rejects(
    staff((tx) => prepareBatch(tx, { rosterId: six.rosterId })),
    is('cap_exceeded'),
  );
  const odd = await givenRoster(db, { ...programme, persons: 1, faceFen: 3_000n });
  await assert.rejects(
    staff((tx) => prepareBatch(tx, { rosterId: odd.rosterId })),
    is('invalid_rule'),
  );
});

const registered = `${smallPlan}
registration: { deadline: "2023-09-20 18:00", issue_until: "2023-09-20 24:00" }
`;

async function givenWaiting() {
  const programme = await givenFunded(registered);
  const persons = await givenPersons(db, 3);
  const { rosterId } = await givenRoster(db, { ...programme, persons, rows: 'waiting' });
  // As SX20's lists: no identity number, phone and name only.
  await owner.query(
    `update entitlement set identity_index = null, phone_index = uuid_send(entitlement_id),
       name_index = uuid_send(entitlement_id) where roster_id = $1`,
    [rosterId],
  );
  const { rows } = await owner.query<{ name_index: Buffer }>(
    'select name_index from entitlement where roster_id = $1 order by row_number',
    [rosterId],
  );
  const known = persons.map((personId, n) => {
    const index = rows[n]?.name_index ?? Buffer.alloc(0);
    return { personId, identityIndex: null, phoneIndex: index, nameIndex: index };
  });
  const batchId = await givenApprovedBatch(db, rosterId);
  return { ...programme, batchId, known };
}

const bind = (known: Omit<KnownAs, 'actor'>) =>
  staff((tx) => bindAndIssue(tx, [{ ...known, actor: tx.actor }]));

test('SX20: who registers before the deadline finds the vouchers, later nobody', async () => {
  const { batchId, known, fundId } = await givenWaiting();
  await staff((tx) => startIssue(tx, { batchId }));
  await runIssue(db, someStaff(), batchId);
  const [early, last, late] = known;
  assert.ok(early && last && late);
  await bind(early);
  await setClock(owner, '2023-09-20T17:59:59.999+08');
  await bind(last);
  await bind(last);
  await setClock(owner, '2023-09-20T18:00:00+08');
  await bind(late);
  const counts: number[] = [];
  for (const one of known) counts.push(await vouchersOf(one.personId));
  assert.deepEqual(counts, [5, 5, 0]);
  await setClock(owner, '2023-09-20T23:59:59.999+08');
  assert.equal(await returnUnbound(db, someStaff()), 0);
  await setClock(owner, '2023-09-21T00:00:00+08');
  assert.equal(await returnUnbound(db, someStaff()), 1);
  assert.equal(await returnUnbound(db, someStaff()), 0);
  assert.deepEqual(
    [await balance(fundId, 'committed'), await balance(fundId, 'available')],
    [0n, 160_000n],
  );
});

test('a batch is started before 24:00 of the issue cut-off and not at it', async () => {
  const { batchId } = await givenWaiting();
  await setClock(owner, '2023-09-21T00:00:00+08');
  await assert.rejects(
    staff((tx) => startIssue(tx, { batchId })),
    is('registration_closed'),
  );
  await setClock(owner, '2023-09-20T23:59:59.999+08');
  await staff((tx) => startIssue(tx, { batchId }));
});

test('name alone or phone alone does not find the vouchers of somebody else', async () => {
  const { batchId, known } = await givenWaiting();
  await staff((tx) => startIssue(tx, { batchId }));
  const [one, other] = known;
  assert.ok(one && other);
  await bind({ ...one, phoneIndex: other.phoneIndex });
  assert.equal(await vouchersOf(one.personId), 0);
});

test('a recall declined, or by one person alone, takes nothing back', async () => {
  const programme = await givenFunded();
  const { rosterId, personIds } = await givenRoster(db, { ...programme, persons: 1 });
  const batchId = await givenIssuedBatch(db, rosterId);
  const clerk = someStaff();
  const asked = { batchId, reason: '误发' };
  const { recallId } = await transact(db, clerk, (tx) => prepareRecall(tx, asked));
  await assert.rejects(
    transact(db, clerk, (tx) => approveRecall(tx, { recallId })),
    is('separation_of_duties'),
  );
  await assert.rejects(
    staff((tx) => prepareRecall(tx, asked)),
    is('state_conflict'),
  );
  await runRecall(db, someStaff(), recallId);
  await staff((tx) => rejectRecall(tx, { recallId }));
  await runRecall(db, someStaff(), recallId);
  assert.equal(await vouchersOf(personIds[0] ?? ''), 5);
  assert.equal((await staff((tx) => getRecall(tx, recallId))).state, 'rejected');
});

test('after the end a recall gives its money to be returned, not to be spent again', async () => {
  const planText = smallPlan.replace(/validity: .*/, 'validity: { until_programme_end: true }');
  const programme = await givenFunded(planText);
  const { rosterId } = await givenRoster(db, { ...programme, persons: 2 });
  const batchId = await givenIssuedBatch(db, rosterId);
  const { recallId } = await staff((tx) => prepareRecall(tx, { batchId, reason: '误发' }));
  await staff((tx) => approveRecall(tx, { recallId }));
  await setClock(owner, '2023-12-09T00:00:00+08');
  await runRecall(db, someStaff(), recallId);
  assert.deepEqual(
    [await balance(programme.fundId, 'outstanding'), await balance(programme.fundId, 'return_due')],
    [0n, 40_000n],
  );
});
