import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { features } from '../../app.ts';
import { transact } from '../../db/transact.ts';
import { type GivenProgramme, givenProgramme } from '../../given/programme.ts';
import { testApp, type TestApp, type TestStaff } from '../../http/test-app.ts';
import { tasksOf } from '../../tasks.ts';
import { recordDisclosureOfPersonalData } from '../account/personal-data.ts';
import { stopProgrammeRoute } from '../programme/programme.contract.ts';
import { askVerificationRoute, chainRoute, listEventsRoute } from './events.contract.ts';

let t: TestApp;
let data: string;
let programme: GivenProgramme;
let auditor: TestStaff;
let bureau: TestStaff;
let neighbour: TestStaff;

before(async () => {
  data = mkdtempSync(join(tmpdir(), 'huiquan-audit-'));
  t = await testApp(features, { config: { dataFolder: data, headsFolder: join(data, 'heads') } });
  programme = await givenProgramme(t.db);
  const other = await givenProgramme(t.db);
  auditor = await t.signInStaff('AUD', { kind: 'everything' });
  const { programmeId, organiserId } = programme;
  bureau = await t.signInStaff('COM', { kind: 'programme', id: programmeId }, organiserId);
  const far = { kind: 'programme', id: other.programmeId };
  neighbour = await t.signInStaff('COM', far, other.organiserId);
});
after(async () => {
  await t.drop();
  rmSync(data, { recursive: true });
});

const events = (as: TestStaff, query: Record<string, string | number>) =>
  t.request(listEventsRoute, { query }, as);
const kinds = (json: { items: { kind: string }[] }) => json.items.map((one) => one.kind);

test('the time line shows the act just made, by whom, to those whose programme it is', async () => {
  const { programmeId } = programme;
  const body = { reason: '现场核查' };
  const stopped = await t.request(stopProgrammeRoute, { params: { programmeId }, body }, bureau);
  assert.equal(stopped.status, 200, stopped.text);
  const seen = await events(bureau, { programmeId, limit: 1 });
  assert.deepEqual(kinds(seen.json), ['programme.stopped']);
  assert.equal(seen.json.items[0].actorId, bureau.staffId);
  const older = await events(bureau, { programmeId, limit: 1, cursor: seen.json.next });
  assert.notEqual(older.json.items[0].eventId, seen.json.items[0].eventId);
  const own = { subjectKind: 'programme', subjectId: programmeId };
  assert.ok(kinds((await events(auditor, own)).json).includes('programme.stopped'));
  assert.ok(kinds((await events(bureau, own)).json).includes('programme.stopped'));
});

test('a time line out of scope is empty or absent', async () => {
  const { programmeId } = programme;
  assert.equal((await events(neighbour, { programmeId })).status, 404);
  const subject = { subjectKind: 'programme', subjectId: programmeId };
  assert.deepEqual((await events(neighbour, subject)).json.items, []);
  assert.deepEqual((await events(neighbour, {})).json.items, []);
  assert.ok((await events(auditor, {})).json.items.length > 0);
});

test('who was shown personal data, and why, stands in a list of its own', async () => {
  const personId = randomUUID();
  await transact(t.db, { kind: 'staff', id: bureau.staffId }, (tx) =>
    recordDisclosureOfPersonalData(tx, [personId], '居民投诉核实'),
  );
  const { json } = await events(auditor, { about: 'personal_data' });
  const [first] = json.items;
  assert.deepEqual(
    [first.kind, first.subjectId, first.actorId, first.body.reason, first.items],
    ['personal_data.shown', personId, bureau.staffId, '居民投诉核实', 1],
  );
});

test('an auditor has everything proved by a job whose steps he can follow', async () => {
  const asked = await t.request(askVerificationRoute, {}, auditor);
  assert.equal(asked.status, 202, asked.text);
  const again = await t.request(askVerificationRoute, {}, auditor);
  assert.equal(again.json.verificationId, asked.json.verificationId, 'one at a time');
  const waiting = (await t.request(chainRoute, {}, auditor)).json;
  assert.equal(waiting.verification.state, 'waiting');
  await tasksOf(t.context)['verify_all']?.({ verificationId: asked.json.verificationId });
  const { verification, proved, head } = (await t.request(chainRoute, {}, auditor)).json;
  assert.equal(verification.state, 'proved', verification.firstBad);
  assert.equal(verification.stepsDone, verification.steps);
  assert.ok(verification.invariants.length > 10);
  assert.equal(proved.verificationId, verification.verificationId);
  assert.match(head?.hash ?? '', /^([0-9a-f]{64})?$/);
  // Run again by the queue: what ended stays ended.
  await tasksOf(t.context)['verify_all']?.({ verificationId: asked.json.verificationId });
  const still = (await t.request(chainRoute, {}, auditor)).json;
  assert.equal(still.verification.endedAt, verification.endedAt);
});

test('a bureau cannot have the chain proved', async () => {
  assert.equal((await t.request(askVerificationRoute, {}, bureau)).code, 'forbidden');
  assert.equal((await t.request(chainRoute, {}, bureau)).code, 'forbidden');
});
