import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { testApp, type TestApp, type TestResident } from '../../http/test-app.ts';
import { claimRoute } from './round.contract.ts';
import { approveRound, prepareRound } from './round.ts';

let t: TestApp;
let roundId: string;

before(async () => {
  // One claim at a time; two may wait for it.
  const groupRules = { itemsMax: 1, inFlightMax: 1, waitingMax: 2, transactionsMax: 1 };
  t = await testApp(features, { groupRules });
  await t.setClock(instant(Date.parse('2023-08-30T09:00:00+08:00')));
  const { programmeId } = await givenProgramme(t.db);
  await givenFund(t.db, { programmeId, pool: 'retail', amountFen: fen(100_000n) });
  const stock = [{ kind: 'retail_10', quantity: 10 }];
  const prepared = await transact(t.db, someStaff(), (tx) =>
    prepareRound(tx, { programmeId, number: 1, stock }),
  );
  ({ roundId } = prepared);
  await transact(t.db, someStaff(), (tx) => approveRound(tx, prepared));
  await t.setClock(instant(Date.parse('2023-09-01T10:01:00+08:00')));
});
after(() => t.drop());

const claim = (as: TestResident) =>
  t.request(claimRoute, { params: { roundId }, body: { kind: 'retail_10' } }, as);

/** Keeps every claim waiting for the stock's row until it is told to let go. */
async function holdStock() {
  const holder = new pg.Client({ connectionString: t.database.migratorUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from round_stock where round_id = $1 for update', [roundId]);
  const isReached = async () => {
    const { rows } = await t.sql(
      `select from pg_locks l join pg_stat_activity a using (pid)
       where not l.granted and a.datname = current_database()`,
    );
    return rows.length > 0;
  };
  return {
    /** Resolves once a claim stands before the row. */
    reached: async () => {
      while (!(await isReached())) await delay(20);
    },
    letGo: async () => {
      await holder.query('commit');
      await holder.end();
    },
  };
}

test('past its capacity a claim hears 503 and when to come again', async () => {
  const residents = await Promise.all(Array.from({ length: 5 }, () => t.signInResident()));
  const [first, ...others] = residents;
  assert.ok(first);
  const stock = await holdStock();
  const ahead = claim(first);
  await stock.reached();
  // One is judged, two wait for it: of four more, two find no place, and hear so at once.
  let turnedAway = 0;
  const rest = others.map(async (one) => {
    const answer = await claim(one);
    if (answer.status === 503) turnedAway += 1;
    return answer;
  });
  while (turnedAway < 2) await delay(20);
  await stock.letGo();
  const answers = await Promise.all([ahead, ...rest]);
  assert.deepEqual(answers.map((answer) => answer.status).toSorted(), [201, 201, 201, 503, 503]);
  for (const answer of answers.filter((one) => one.status === 503)) {
    assert.equal(answer.code, 'busy');
    assert.equal(answer.headers['retry-after'], '1');
  }
});

test('who is signed out while the claim waits gets nothing', async () => {
  const [first, second] = [await t.signInResident(), await t.signInResident()];
  const stock = await holdStock();
  const ahead = claim(first);
  await stock.reached();
  const behind = claim(second);
  // Past the door by then: what is left to stop it is the group's own look at the session.
  await delay(500);
  await t.sql('update session set ended_at = business_now() where resident_account_id = $1', [
    second.accountId,
  ]);
  await stock.letGo();
  assert.equal((await ahead).status, 201);
  const answer = await behind;
  assert.deepEqual([answer.status, answer.code], [401, 'session_ended']);
});
