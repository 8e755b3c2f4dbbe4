import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenOrganisation, someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { balancesOf } from '../../ledger/post.ts';
import { getExtension, prepareExtension } from './extension.ts';
import { actScope, currentPlan, partiesOf, requireRunning } from './load-plan.ts';
import { preparePlan } from './prepared-plan.ts';
import {
  approveVersion,
  bringVersionsIntoForce,
  createProgramme,
  getVersion,
  prepareVersion,
  rejectVersion,
} from './programme.ts';
import { decideRestart, prepareRestart, stopProgramme } from './stop.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

const [clerk, leader] = [someStaff(), someStaff()];

function refuses(code: RefusalCode) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

const inForce = (programmeId: string) => transact(db, clerk, (tx) => currentPlan(tx, programmeId));
const approve = (versionId: string, seenHash: Buffer, actor = leader) =>
  transact(db, actor, (tx) => approveVersion(tx, { versionId, seenHash }));
const next = (programmeId: string, sourceText: string) => {
  const prepared = preparePlan({ sourceText, parties: [] });
  return transact(db, clerk, (tx) => prepareVersion(tx, { programmeId, prepared })).then(
    (made) => ({ ...made, hash: prepared.contentHash }),
  );
};

test(
  'a plan approved by a second person is in force, and its confirmed money is ' + 'available',
  async () => {
    const { programmeId } = await givenProgramme(db);
    const current = await inForce(programmeId);
    assert.equal(current.state, 'published');
    assert.equal(current.plan.kinds.length, 3);
    const { fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen: 5_000n });
    const balances = await transact(db, clerk, (tx) => balancesOf(tx, [fundId]));
    assert.equal(balances.find((one) => one.kind === 'available')?.balanceFen, 5_000n);
  },
);

test('each of the four plans becomes a programme', async () => {
  for (const file of ['xiangning-2023', 'shenmu-2023', 'shanxi-union-2020', 'shanxi-union-2025']) {
    const { programmeId, plan } = await givenProgramme(db, { file });
    assert.equal((await inForce(programmeId)).plan.id, plan.id, file);
  }
});

test('nothing runs before the approval', async () => {
  const { programmeId } = await givenProgramme(db, { approved: false });
  await assert.rejects(inForce(programmeId), refuses('programme_not_running'));
});

test('who prepared a version never approves it, not even by raw SQL', async () => {
  const { versionId, preparer } = await givenProgramme(db, { approved: false });
  const { contentHash } = await transact(db, clerk, (tx) => getVersion(tx, versionId));
  await assert.rejects(approve(versionId, contentHash, preparer), refuses('separation_of_duties'));
  const raw = db.pool.query(
    `update programme_version set state = 'approved', approved_by = prepared_by,
       approved_hash = content_hash, effective_from = now() where version_id = $1`,
    [versionId],
  );
  await assert.rejects(raw, /approver_is_not_preparer/);
});

test('what is approved is what was seen', async () => {
  const { versionId } = await givenProgramme(db, { approved: false });
  const other = preparePlan({ sourceText: smallPlan, parties: [] }).contentHash;
  await assert.rejects(approve(versionId, other), refuses('content_changed'));
  const raw = db.pool.query(
    `update programme_version set state = 'approved', approved_by = $2, approved_hash = $3,
       effective_from = now() where version_id = $1`,
    [versionId, leader.id, other],
  );
  await assert.rejects(raw, /approved_what_was_seen/);
});

test('the parties belong to what is approved: another organisation is another content', () => {
  const parties = (organisationId: string) => [{ party: 'finance', organisationId }];
  const hash = (organisationId: string) =>
    preparePlan({ sourceText: smallPlan, parties: parties(organisationId) }).contentHash;
  const [one, other] = [newId(), newId()];
  assert.deepEqual(hash(one), hash(one));
  assert.notDeepEqual(hash(one), hash(other));
});

test('of two approvals at the same time one is told that it is done', async () => {
  const { versionId } = await givenProgramme(db, { approved: false });
  const { contentHash } = await transact(db, clerk, (tx) => getVersion(tx, versionId));
  const outcomes = await Promise.allSettled([
    approve(versionId, contentHash, someStaff()),
    approve(versionId, contentHash, someStaff()),
  ]);
  assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1);
  const refused = outcomes.find((one) => one.status === 'rejected');
  assert.ok(refuses('already_decided')(refused?.reason));
});

test(
  'a text that is no plan is refused with its places; a plan with errors is not ' + 'approved',
  async () => {
    const broken = () => preparePlan({ sourceText: 'format: 1\nid: x\n', parties: [] });
    assert.throws(broken, refuses('plan_invalid'));
    const planText = smallPlan.replace('face: 40,', 'face: 0,');
    const { versionId, organiserId } = await givenProgramme(db, { planText, approved: false });
    const { contentHash, findings } = await transact(db, clerk, (tx) => getVersion(tx, versionId));
    assert.ok(findings.some((one) => one.code === 'face_zero' && one.severity === 'error'));
    await assert.rejects(approve(versionId, contentHash), refuses('plan_has_errors'));
    const prepared = preparePlan({ sourceText: smallPlan, parties: [] });
    const code = newId();
    const create = () =>
      transact(db, clerk, (tx) => createProgramme(tx, { prepared, organiserId, code }));
    await create();
    await assert.rejects(create(), refuses('state_conflict'));
  },
);

test('a party the plan does not know, or that is no organisation, is refused', async () => {
  const organiserId = await givenOrganisation(db);
  const create = (party: string, organisationId: string) => {
    const prepared = preparePlan({ sourceText: smallPlan, parties: [{ party, organisationId }] });
    return transact(db, clerk, (tx) =>
      createProgramme(tx, { prepared, organiserId, code: newId() }),
    );
  };
  await assert.rejects(create('police', organiserId), refuses('invalid_rule'));
  await assert.rejects(create('finance', newId()), refuses('not_found'));
});

test('the later document wins; a rejected one changes nothing; one waits at a time', async () => {
  const { programmeId, versionId } = await givenProgramme(db);
  const second = await next(programmeId, smallPlan.replace('face: 40,', 'face: 30,'));
  await assert.rejects(next(programmeId, smallPlan), refuses('state_conflict'));
  const reject = { versionId: second.versionId, reason: '面值不同意' };
  await transact(db, leader, (tx) => rejectVersion(tx, reject));
  assert.equal((await inForce(programmeId)).versionId, versionId);
  await assert.rejects(approve(second.versionId, second.hash), refuses('already_decided'));
  const third = await next(programmeId, smallPlan.replace('face: 40,', 'face: 20,'));
  assert.equal(third.number, 3);
  await approve(third.versionId, third.hash);
  assert.equal((await inForce(programmeId)).versionId, third.versionId);
  const first = await transact(db, clerk, (tx) => getVersion(tx, versionId));
  assert.equal(first.state, 'superseded');
});

test(
  'a document that takes effect later is in force from the first instant of its ' + 'day',
  async () => {
    const clock = (text: string) =>
      owner.query(
        `insert into clock_override (now_at) values ($1)
       on conflict (only_row) do update set now_at = excluded.now_at`,
        [text],
      );
    await clock('2025-06-01T10:00:00+08:00');
    const { programmeId, versionId } = await givenProgramme(db);
    const later = smallPlan.replace(
      'issued_on: "2023-08-22"',
      'issued_on: "2025-06-01", effective_from: "2025-06-20"',
    );
    const second = await next(programmeId, later);
    const { effectiveFrom } = await approve(second.versionId, second.hash);
    assert.equal(instantText(effectiveFrom), '2025-06-20T00:00:00+08:00');
    await clock('2025-06-19T23:59:59.999+08:00');
    assert.equal((await inForce(programmeId)).versionId, versionId);
    await clock('2025-06-20T00:00:00+08:00');
    assert.equal((await inForce(programmeId)).versionId, second.versionId);
    assert.equal(await transact(db, clerk, bringVersionsIntoForce), 1);
    assert.equal((await inForce(programmeId)).versionId, second.versionId);
    assert.equal(await transact(db, clerk, bringVersionsIntoForce), 0);
    await owner.query('delete from clock_override');
  },
);

test('an extension moves days and nothing else, and names what it moves', async () => {
  const { programmeId, versionId } = await givenProgramme(db);
  const extend = (sourceText: string) => {
    const prepared = preparePlan({ sourceText, parties: [] });
    return transact(db, clerk, (tx) => prepareExtension(tx, { programmeId, prepared })).then(
      (made) => ({ ...made, hash: prepared.contentHash }),
    );
  };
  const longer = smallPlan.replace(
    'to: "2023-12-08", redeem_until: "2023-12-14 23:00"',
    'to: "2023-12-31", redeem_until: "2024-01-04 23:00"',
  );
  const dearer = longer.replace('face: 40,', 'face: 50,');
  await assert.rejects(extend(dearer), refuses('invalid_rule'));
  await assert.rejects(extend(smallPlan), refuses('invalid_rule'));
  const made = await extend(longer);
  await assert.rejects(approve(made.versionId, made.hash), refuses('state_conflict'));
  const extension = await transact(db, clerk, (tx) => getExtension(tx, made.versionId));
  assert.equal(extension.extendsVersionId, versionId);
  assert.equal(instantText(extension.before.redeemUntil), '2023-12-14T23:00:00+08:00');
  assert.equal(instantText(extension.after.redeemUntil), '2024-01-04T23:00:00+08:00');
  await transact(db, leader, (tx) =>
    approveVersion(tx, { versionId: made.versionId, seenHash: made.hash, as: 'extension' }),
  );
  assert.equal((await inForce(programmeId)).versionId, made.versionId);
});

test('one person stops a programme at once; two start it again', async () => {
  const { programmeId } = await givenProgramme(db);
  const reason = '商户套现';
  await transact(db, clerk, (tx) => stopProgramme(tx, { programmeId, reason }));
  const stopped = await inForce(programmeId);
  assert.throws(() => requireRunning(stopped), refuses('programme_not_running'));
  const propose = () =>
    transact(db, clerk, (tx) => prepareRestart(tx, { programmeId, reason: '已整改' }));
  const { restartId } = await propose();
  await assert.rejects(propose(), refuses('state_conflict'));
  const decide = (actor = leader) =>
    transact(db, actor, (tx) => decideRestart(tx, { restartId, decision: 'approved' }));
  await assert.rejects(decide(clerk), refuses('separation_of_duties'));
  assert.equal((await inForce(programmeId)).state, 'stopped');
  await decide();
  assert.equal((await inForce(programmeId)).state, 'published');
  await assert.rejects(decide(), refuses('already_decided'));
  await assert.rejects(propose(), refuses('state_conflict'));
});

test('parties of a published programme are not taken away', async () => {
  const { programmeId } = await givenProgramme(db);
  const raw = db.pool.query('delete from programme_party where programme_id = $1', [programmeId]);
  await assert.rejects(raw, /parties of a published programme/);
  const parties = await transact(db, clerk, (tx) => partiesOf(tx, programmeId));
  assert.equal(parties.length, 3);
});

test(
  'the plan names who acts: its parties, and of branches only the owner and those ' + 'above',
  async () => {
    const province = await givenOrganisation(db, { name: '省总工会', kind: 'province_union' });
    const below = (name: string, kind: 'county_union' | 'branch_union', parentId: string) =>
      givenOrganisation(db, { name, kind, parentId });
    const [county, other] = [
      await below('乡宁县总工会', 'county_union', province),
      await below('神木市总工会', 'county_union', province),
    ];
    const branch = await below('一厂工会', 'branch_union', county);
    const planText = smallPlan
      .replace('roles: [executor]', 'roles: [union]')
      .replace(
        'approvals: []',
        'approvals: [{ act: confirm_roster, prepared_by: [government], approved_by: [commerce] }]',
      );
    const parties = { commerce: county };
    const { programmeId } = await givenProgramme(db, { planText, organiserId: province, parties });
    await owner.query('insert into programme_party values ($1, $2, $3)', [
      programmeId,
      'commerce',
      other,
    ]);
    const { rows } = await owner.query('select path from organisation where organisation_id = $1', [
      branch,
    ]);
    const named = await transact(db, clerk, (tx) =>
      actScope(tx, {
        programmeId,
        act: 'confirm_roster',
        side: 'approve',
        ownerPath: rows[0].path,
      }),
    );
    assert.deepEqual(named.namedOrganisationIds, [county]);
    const silent = await transact(db, clerk, (tx) =>
      actScope(tx, { programmeId, act: 'issue_batch', side: 'approve' }),
    );
    assert.equal(silent.namedOrganisationIds, undefined);
  },
);
