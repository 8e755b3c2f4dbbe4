import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '@huiquan/domain/ids.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { givenProgramme } from '../../given/programme.ts';
import { givenRedemption, givenShopping, type Shopping } from '../../given/redemption.ts';
import { testApp, type TestApp, type TestResident } from '../../http/test-app.ts';
import {
  answerComplaintRoute,
  countComplaintsRoute,
  fileComplaintRoute,
  listComplaintsRoute,
  listOwnComplaintsRoute,
} from './complaint.contract.ts';

let app: TestApp;
let shopping: Shopping;
let programmeId: string;
before(async () => {
  app = await testApp(features);
  shopping = await givenShopping(app.db);
  ({ programmeId } = shopping.programme);
});
after(() => app.drop());

const text = '店家说用券要加价两元，\n电话 13912345678';
const file = (me: TestResident, body: Record<string, unknown> = {}) =>
  app.request(fileComplaintRoute, { body: { programmeId, kind: 'price', text, ...body } }, me);
const clerkOf = (id: string) => app.signInStaff('COM', { kind: 'programme', id });
const list = (state: 'open' | 'answered', as: Awaited<ReturnType<typeof clerkOf>>) =>
  app.request(listComplaintsRoute, { params: { programmeId }, query: { state } }, as);
const answer = (complaintId: string, as: Awaited<ReturnType<typeof clerkOf>>) => {
  const body = { decision: 'upheld', text: '已责令改正，退还两元。' };
  return app.request(answerComplaintRoute, { params: { complaintId }, body }, as);
};

async function buyer() {
  const [voucher] = await shopping.wallets(1);
  const personId = voucher?.personId ?? assert.fail('no voucher');
  const paid = await givenRedemption(app.db, { ...shopping, personId, orderFen: 18_000n });
  return { me: await app.signInResident(personId), redemptionId: paid.redemptionId };
}

test('who complains about a payment reads what the bureau answered', async () => {
  const { me, redemptionId } = await buyer();
  const filed = await file(me, { redemptionId });
  assert.equal(filed.status, 201);
  const { complaintId } = filed.json;
  const clerk = await app.signInStaff(
    'COM',
    { kind: 'programme', id: programmeId },
    shopping.programme.parties['commerce'],
  );
  const open = await list('open', clerk);
  const seen = open.json.items.find(
    (one: { complaintId: string }) => one.complaintId === complaintId,
  );
  assert.deepEqual(
    [seen.text, seen.redemptionId, seen.phone, seen.isLate, seen.answer],
    [text, redemptionId, '138****0000', false, undefined],
  );
  assert.equal(typeof seen.shopName, 'string');
  assert.equal((await answer(complaintId, clerk)).status, 200);
  const own = await app.request(listOwnComplaintsRoute, {}, me);
  const { answer: told, programmeTitle } = own.json.items[0];
  assert.deepEqual([told.decision, told.text], ['upheld', '已责令改正，退还两元。']);
  assert.ok(told.by.length > 0 && programmeTitle.length > 0);
  const answered = await list('answered', clerk);
  assert.equal(answered.json.items[0].complaintId, complaintId);
});

test('what is complained about and answered lies sealed, and no event repeats it', async () => {
  const me = await app.signInResident();
  const { complaintId } = (await file(me)).json;
  await answer(complaintId, await clerkOf(programmeId));
  const { rows } = await app.sql(
    'select envelope || answer_envelope as sealed from complaint where complaint_id = $1',
    [complaintId],
  );
  const sealed: unknown = rows[0].sealed;
  assert.ok(Buffer.isBuffer(sealed) && sealed.length > 0);
  assert.ok(!sealed.includes('13912345678'));
  assert.ok(!sealed.includes('责令'));
  const events = await app.sql(
    `select kind, body::text from event where subject_id = $1 order by event_id`,
    [complaintId],
  );
  assert.deepEqual(
    events.rows.map((one: { kind: string }) => one.kind),
    ['complaint.filed', 'complaint.answered'],
  );
  assert.ok(events.rows.every((one: { body: string }) => !one.body.includes('元')));
});

test('nobody complains about another person’s payment, or about what does not exist', async () => {
  const { redemptionId } = await buyer();
  const stranger = await app.signInResident();
  const other = await givenProgramme(app.db);
  const { me } = await buyer();
  const refused = [
    await file(stranger, { redemptionId }),
    await file(me, { redemptionId: newId() }),
    await file(me, { shopId: newId() }),
    await file(me, { programmeId: newId() }),
    await file(me, { programmeId: other.programmeId, redemptionId }),
  ];
  assert.deepEqual(
    refused.map(({ code }) => code),
    Array.from({ length: 5 }, () => 'not_found'),
  );
});

test('a programme that is still a draft cannot be complained about', async () => {
  const { programmeId: id } = await givenProgramme(app.db);
  await app.sql(`update programme set state = 'draft' where programme_id = $1`, [id]);
  const { code } = await file(await app.signInResident(), { programmeId: id });
  assert.equal(code, 'not_found');
});

test('who could not prove his name may still complain', async () => {
  const me = await app.signInResident();
  await app.sql(
    `update resident_account set person_id = null, verified_at = null, name_index = null
     where resident_account_id = $1`,
    [me.accountId],
  );
  assert.equal((await file(me, { kind: 'claim' })).status, 201);
  const own = await app.request(listOwnComplaintsRoute, {}, me);
  assert.equal(own.json.items.length, 1);
});

test('ten complaints a day are heard, the eleventh waits for the next', async () => {
  const me = await app.signInResident();
  for (let n = 0; n < 10; n += 1) assert.equal((await file(me)).status, 201);
  const { status, code } = await file(me);
  assert.deepEqual([status, code], [429, 'too_many_attempts']);
  const page = await app.request(listOwnComplaintsRoute, { query: { limit: 6 } }, me);
  const query = { limit: 6, cursor: page.json.next };
  const rest = await app.request(listOwnComplaintsRoute, { query }, me);
  assert.deepEqual([page.json.items.length, rest.json.items.length], [6, 4]);
});

test('only who has the programme in hand reads and answers its complaints', async () => {
  const me = await app.signInResident();
  const { complaintId } = (await file(me)).json;
  const elsewhere = await clerkOf((await givenProgramme(app.db)).programmeId);
  const auditor = await app.signInStaff('AUD', { kind: 'everything' });
  const owner = await app.signInStaff('MOW', { kind: 'merchant', id: newId() });
  assert.equal((await list('open', elsewhere)).code, 'not_found');
  assert.equal((await answer(complaintId, elsewhere)).code, 'not_found');
  assert.equal((await list('open', auditor)).status, 200);
  assert.equal((await answer(complaintId, auditor)).code, 'read_only');
  assert.equal((await list('open', owner)).code, 'forbidden');
  const asResident = { params: { programmeId }, query: { state: 'open' } };
  assert.equal((await app.request(listComplaintsRoute, asResident, me)).code, 'not_found');
  const stranger = await app.signInResident();
  assert.deepEqual((await app.request(listOwnComplaintsRoute, {}, stranger)).json.items, []);
});

test('of two clerks who answer at the same time one is told that it is done', async () => {
  const { complaintId } = (await file(await app.signInResident())).json;
  const clerks = [await clerkOf(programmeId), await clerkOf(programmeId)];
  const codes = await Promise.all(clerks.map(async (as) => (await answer(complaintId, as)).code));
  assert.deepEqual(
    codes.toSorted((a, b) => String(a).localeCompare(String(b))),
    ['already_decided', undefined],
  );
});

test('after seven days an open complaint is late, stands first and is counted', async () => {
  const [before, clerk] = [await app.signInResident(), await clerkOf(programmeId)];
  const counts = async (as = clerk) =>
    (await app.request(countComplaintsRoute, { params: { programmeId } }, as)).json;
  const { openCount } = await counts();
  const { complaintId, dueAt } = (await file(before)).json;
  assert.deepEqual(await counts(), { openCount: openCount + 1, lateCount: 0 });
  await app.setClock(instant(Date.parse(dueAt) + 1));
  const fresh = (await file(await app.signInResident())).json.complaintId;
  const { items } = (await list('open', await clerkOf(programmeId))).json;
  type Seen = { readonly complaintId: string; readonly isLate: boolean };
  const lateness = items.map((one: Seen) => one.isLate);
  assert.equal(items.find((one: Seen) => one.complaintId === complaintId).isLate, true);
  assert.deepEqual([items.at(-1).complaintId, items.at(-1).isLate], [fresh, false]);
  assert.deepEqual(lateness, lateness.toSorted().toReversed());
  const now = await counts(await clerkOf(programmeId));
  assert.deepEqual(now, { openCount: openCount + 2, lateCount: openCount + 1 });
  const foreign = await clerkOf((await givenProgramme(app.db)).programmeId);
  assert.equal((await counts(foreign)).code, 'not_found');
  await app.setClock(undefined);
});
