import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instant, instantFromText } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenApprovedBatch, givenRoster } from '../../given/issuing.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { givenVouchers } from '../../given/voucher.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import { roundsOf, tasksOf } from '../../tasks.ts';
import { startIssue } from './batch.ts';
import { approveRecall, prepareRecall } from './recall.ts';

let t: TestApp;
/** The phone of everybody whom the tests sign in. */
const phone = '13800000000';
const at = (text: string) => t.setClock(instantFromText(`${text}+08:00`) ?? instant(0));

before(async () => {
  t = await testApp(features);
  await at('2023-09-01T10:00:00');
});
after(() => t.drop());

const delivered = (word: string) =>
  t.sandboxes.sms.outbox(phone).filter((one) => one.text.includes(word));
const run = async (name: string, payload = {}) => tasksOf(t.context)[name]?.(payload);

async function givenMoney(planText = smallPlan) {
  const { programmeId, organiserId } = await givenProgramme(t.db, { planText });
  await givenFund(t.db, { programmeId, pool: 'retail', amountFen: 1_000_000n, keys: t.keys });
  return { programmeId, organisationId: organiserId };
}

async function givenPacks(count: number, planText?: string) {
  const programme = await givenMoney(planText);
  const persons: string[] = [];
  for (let n = 0; n < count; n += 1) persons.push((await t.signInResident()).personId);
  return givenVouchers(t.db, { ...programme, persons });
}

/** The event of the newest job that tells people what they received. */
async function eventToTell(): Promise<string> {
  const { rows } = await t.sql(
    `select j.payload->>'eventId' as id from graphile_worker._private_jobs j
     join graphile_worker._private_tasks k on k.id = j.task_id
     where k.identifier = 'tell_issued' order by j.id desc limit 1`,
  );
  return String(rows[0]?.id);
}

test('everyone who received a pack is told once, however often the job runs', async () => {
  await givenPacks(2);
  const eventId = await eventToTell();
  await run('tell_issued', { eventId });
  await run('tell_issued', { eventId });
  const told = delivered('您收到');
  assert.equal(told.length, 2);
  assert.ok(told.every((one) => one.text.includes('5张') && one.text.includes('200')));
  assert.ok(told.every((one) => one.text.includes('2023-09-07 23:00')));
});

test('who wants no messages receives vouchers without one', async () => {
  await givenPacks(2);
  const eventId = await eventToTell();
  const before = delivered('您收到').length;
  await t.sql(
    `update consent set answer = 'refused' where purpose = 'messages' and resident_account_id in (
       select resident_account_id from resident_account order by created_at desc, person_id desc
       limit 1)`,
  );
  await run('tell_issued', { eventId });
  assert.equal(delivered('您收到').length, before + 1);
});

test('while the provider is down the job fails and comes back; then all are told', async () => {
  await givenPacks(1);
  const eventId = await eventToTell();
  const before = delivered('您收到').length;
  t.sandboxes.sms.become({ kind: 'down' });
  await assert.rejects(run('tell_issued', { eventId }), /1 of 1 notices not taken/);
  t.sandboxes.sms.become({ kind: 'deliver' });
  await run('tell_issued', { eventId });
  assert.equal(delivered('您收到').length, before + 1);
});

test('who has vouchers that end on the day after next is reminded on that day, once', async () => {
  await at('2023-09-04T09:00:00');
  assert.equal(await run('remind_expiring'), 0);
  await at('2023-09-05T09:00:00');
  assert.equal(await run('remind_expiring'), 4, 'all but who wants no messages');
  assert.equal(delivered('到期').length, 4);
  await run('remind_expiring');
  assert.equal(delivered('到期').length, 4);
  await at('2023-09-06T09:00:00');
  assert.equal(await run('remind_expiring'), 0);
});

test('a voucher that ends at 24:00 is reminded as of that day, not of the next', async () => {
  await at('2023-09-20T10:00:00');
  const untilMidnight = smallPlan
    .replace(/dates: .*/, 'dates: { from: "2023-09-01", to: "2023-09-30" }')
    .replace(/calendar: .*/, 'calendar: { moments: ["2023-09-22 10:00"] }')
    .replace(/validity: .*/, 'validity: { until_programme_end: true }');
  await givenPacks(1, untilMidnight);
  await at('2023-09-27T09:00:00');
  assert.equal(await run('remind_expiring'), 0);
  await at('2023-09-28T09:00:00');
  assert.equal(await run('remind_expiring'), 1);
  assert.match(delivered('到期').at(-1)?.text ?? '', /2023-09-30 24:00/);
});

test('an issue whose worker was killed goes on, and ends with exactly its packs', async () => {
  const programme = await givenMoney();
  const { rosterId } = await givenRoster(t.db, { ...programme, persons: 3 });
  const batchId = await givenApprovedBatch(t.db, rosterId);
  await transact(t.db, someStaff(), (tx) => startIssue(tx, { batchId }));
  const resume = async () => roundsOf(t.context)['resume_issuing']?.task({});
  await resume();
  await resume();
  const { rows } = await t.sql(
    `select b.state, count(v.voucher_id)::int as n from issue_batch b
     left join voucher v using (batch_id) where b.batch_id = $1 group by b.state`,
    [batchId],
  );
  assert.deepEqual(rows, [{ state: 'issued', n: 15 }]);
});

test('a recall whose worker was killed goes on by itself too', async () => {
  const { batchId } = await givenPacks(2);
  const wish = { batchId, reason: '名单有误' };
  const { recallId } = await transact(t.db, someStaff(), (tx) => prepareRecall(tx, wish));
  await transact(t.db, someStaff(), (tx) => approveRecall(tx, { recallId }));
  await roundsOf(t.context)['resume_issuing']?.task({});
  const { rows } = await t.sql(
    'select state, count(*)::int as n from voucher where batch_id = $1 group by state',
    [batchId],
  );
  assert.deepEqual(rows, [{ state: 'void', n: 10 }]);
});

test('who was issued a pack before its record took its shape is told alike', async () => {
  await givenPacks(1);
  const { rows } = await t.sql(
    `insert into event
       (at, actor_kind, actor_id, kind, subject_kind, subject_id, body, items)
     select min(v.issued_at), 'system', 'issue_batch', 'voucher.told', 'issue_batch', 'before',
       '{}', jsonb_build_array(jsonb_build_array(v.person_id,
         jsonb_agg(v.voucher_id order by v.n), v.kind, 1, v.fund_id, v.face_fen, 0,
         (extract(epoch from v.valid_to) * 1000)::bigint))
     from voucher v where v.issue_event_id = $1
     group by v.person_id, v.kind, v.fund_id, v.face_fen, v.valid_to returning event_id`,
    [await eventToTell()],
  );
  const before = delivered('您收到').length;
  await run('tell_issued', { eventId: String(rows[0]?.event_id) });
  const [told, ...others] = delivered('您收到').slice(before);
  assert.equal(others.length, 0);
  assert.match(told?.text ?? '', /5张.*200\.00元.*2023-10-05 23:00/);
});
