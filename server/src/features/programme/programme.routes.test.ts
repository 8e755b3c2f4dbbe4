import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '@huiquan/domain/ids.ts';
import { smallPlan } from '../../given/programme.ts';
import { type As, testApp, type TestApp } from '../../http/test-app.ts';
import * as contract from './programme.contract.ts';
import { programmeRoutes } from './programme.routes.ts';

let app: TestApp;
let government: string;
let finance: string;
let clerk: As;
let leader: As;
let stranger: As;
before(async () => {
  app = await testApp([{ name: 'programme', routes: () => programmeRoutes }]);
  government = await app.organisation({ kind: 'county_government', name: '县政府' });
  const below = (kind: string) => app.organisation({ parentId: government, kind, name: kind });
  const commerce = await below('commerce_bureau');
  finance = await below('finance_bureau');
  const party = { kind: 'party' };
  clerk = await app.signInStaff('COM', party, commerce);
  leader = await app.signInStaff('FIN', party, finance);
  const elsewhere = await app.organisation({ kind: 'county_government', name: '邻县政府' });
  stranger = await app.signInStaff('COM', party, elsewhere);
  parties = [
    { party: 'commerce', organisationId: commerce },
    { party: 'finance', organisationId: finance },
  ];
});
after(() => app.drop());
let parties: { party: string; organisationId: string }[];

const check = (planText: string, as: As) =>
  app.request(contract.checkPlanRoute, { body: { planText } }, as);

test('a plan is checked without being saved, and the check tells whom it names', async () => {
  const { status, json } = await check(smallPlan, clerk);
  assert.equal(status, 200);
  assert.equal(json.runs, true);
  assert.equal(json.file.name, '乐购活动');
  assert.deepEqual(json.file.parties[0], { party: 'government', name: '乡宁县人民政府' });
  assert.deepEqual(json.file.amendments, []);
  const list = await app.request(contract.listProgrammesRoute, {}, clerk);
  assert.deepEqual(list.json.items, []);
});

test('a plan that cannot be read is told by its line, and names nobody', async () => {
  const { json } = await check(smallPlan.replace('level: county', 'levle: county'), clerk);
  assert.equal(json.runs, false);
  assert.equal(json.file, undefined);
  const named = json.findings.find((one: { message: string }) => one.message.includes('levle'));
  assert.equal(named.line, 6);
});

test('a clerk who may not prepare plans has none checked', async () => {
  assert.equal((await check(smallPlan, leader)).status, 403);
});

async function givenVersions() {
  const prepare = await app.request(
    contract.createProgrammeRoute,
    {
      body: {
        planText: smallPlan,
        organiserId: government,
        code: `p-${newId().slice(-12)}`,
        parties,
      },
    },
    clerk,
  );
  assert.equal(prepare.status, 201, prepare.text);
  const { programmeId, versionId, contentHash } = prepare.json;
  const approved = await app.request(
    contract.approveVersionRoute,
    { params: { versionId }, body: { contentHash } },
    leader,
  );
  assert.equal(approved.status, 200, approved.text);
  const planText = smallPlan
    .replace('face: 40,', 'face: 45,')
    .replace('issued_on: "2023-08-22"', 'issued_on: "2023-08-22", effective_from: "2099-01-01"');
  const next = await app.request(
    contract.prepareVersionRoute,
    { params: { programmeId }, body: { planText, parties } },
    clerk,
  );
  assert.equal(next.status, 201, next.text);
  return { first: String(versionId), second: String(next.json.versionId) };
}

const changesOf = (versionId: string, as: As) =>
  app.request(contract.versionChangesRoute, { params: { versionId } }, as);

test('an approver reads what a version changes and when; the first changes nothing', async () => {
  const { first, second } = await givenVersions();
  const { json } = await changesOf(second, leader);
  assert.deepEqual(json.before, { versionId: first, number: 1 });
  assert.equal(json.takesEffectAt, '2099-01-01T00:00:00+08:00');
  const face = json.changes.find((one: { pointer: string }) => one.pointer === '/kinds/1/face');
  assert.deepEqual([face.place, face.before, face.after], ['券种 › 零售40元券 › 面值', '40', '45']);
  assert.deepEqual(json.desk, { mayPrepare: false, mayApprove: true, approvers: [] });
  assert.equal((await changesOf(second, clerk)).json.desk.mayApprove, false);
  const one = await changesOf(first, leader);
  assert.equal(one.json.before, undefined);
  assert.deepEqual(one.json.changes, []);
});

test('who is no party of a programme learns nothing of its changes', async () => {
  const { second } = await givenVersions();
  assert.equal((await changesOf(second, stranger)).status, 404);
});
