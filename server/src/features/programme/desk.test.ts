import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { givenOrganisation } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { testApp, type TestApp, type TestStaff } from '../../http/test-app.ts';
import { programmeDeskRoute } from './desk.contract.ts';
import { deskRoutes } from './desk.routes.ts';

let app: TestApp;
before(async () => {
  app = await testApp([{ name: 'desk', routes: () => deskRoutes }]);
});
after(() => app.drop());

async function deskOf(programmeId: string, as: TestStaff) {
  const told = await app.request(programmeDeskRoute, { params: { programmeId } }, as);
  assert.equal(told.status, 200, told.text);
  const { roster, batch } = told.json;
  return [roster.mayPrepare, roster.mayApprove, batch.mayPrepare, batch.mayApprove];
}

test('a branch union begins lists and batches, the union above it approves them', async () => {
  const { programmeId, parties } = await givenProgramme(app.db, { file: 'shanxi-union-2020' });
  const higher = parties['higher_union'] ?? '';
  const branch = parties['branch_union'] ?? '';
  const clerk = await app.signInStaff('BUC', { kind: 'organisation', id: branch }, branch);
  assert.deepEqual(await deskOf(programmeId, clerk), [true, false, true, false]);
  const union = await app.signInStaff('UNI', { kind: 'organisation', id: higher }, higher);
  assert.deepEqual(await deskOf(programmeId, union), [false, true, false, true]);
});

test('where the plan names nobody, who has the function in the programme may begin', async () => {
  const { programmeId, parties } = await givenProgramme(app.db);
  const scope = { kind: 'programme', id: programmeId };
  const bureau = await app.signInStaff('COM', scope, parties['commerce']);
  assert.deepEqual(await deskOf(programmeId, bureau), [true, true, true, false]);
  const elsewhere = await givenOrganisation(app.db, { kind: 'commerce_bureau' });
  const other = await givenProgramme(app.db);
  const theirs = { kind: 'programme', id: other.programmeId };
  const stranger = await app.signInStaff('COM', theirs, elsewhere);
  assert.deepEqual(await deskOf(programmeId, stranger), [false, false, false, false]);
});

test('paying and closing are told to whom the plan names, wherever it stands', async () => {
  const { programmeId, parties } = await givenProgramme(app.db, { file: 'shanxi-union-2020' });
  const told = async (party: string) => {
    const id = parties[party] ?? '';
    const union = await app.signInStaff('UNI', { kind: 'organisation', id }, id);
    const { json } = await app.request(programmeDeskRoute, { params: { programmeId } }, union);
    const { settlement, closing } = json;
    return [settlement.mayApprove, closing.mayApprove, settlement.mayPrepare, closing.mayPrepare];
  };
  assert.deepEqual(await told('provincial_union'), [true, true, false, false]);
  assert.deepEqual(await told('higher_union'), [false, false, false, false]);
});
