import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenSettling, type Settling } from '../../given/settlement.ts';
import { record } from '../../events/record.ts';
import { post } from '../../ledger/post.ts';
import { verify } from '../audit/verify.ts';
import { closeDay } from './close-day.ts';
import { closeDays, draftRuns, payStep, settlementClerk } from './jobs.ts';
import { ageingReport, clearDay } from './clearing.ts';
import { approveRun } from './decide-run.ts';
import { holdPayout } from './hold.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let shop: Settling;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 8 });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  shop = await givenSettling(db, owner);
});
after(async () => {
  await closeDb(db);
  await owner.end();
  await database.drop();
});

const refused = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code;
const close = (day: string) => transact(db, settlementClerk, (tx) => closeDay(tx, day));

/** Moves one 分 from available to committed and back; waits before or after the ledger. */
function transferInFlight(pause: { before?: Promise<void>; after?: Promise<void> }) {
  const { fundId } = shop;
  const reference = { kind: 'test', id: 'in-flight' };
  const base = { fundId, amountFen: fen(1n), kind: 'test', reference } as const;
  return transact(db, settlementClerk, async (tx) => {
    const eventId = await record(tx, { kind: 'test.moved', subject: reference });
    await pause.before;
    await post(tx, eventId, [{ ...base, from: 'available', to: 'committed' }]);
    await post(tx, eventId, [{ ...base, from: 'committed', to: 'available' }]);
    await pause.after;
    return eventId;
  });
}
const daysOf = async (eventId: bigint) => {
  const { rows } = await owner.query<{ day: string }>(
    'select distinct day::text as day from transfer where event_id = $1',
    [eventId],
  );
  return rows.map((row) => row.day);
};
const waitFor = async (what: () => Promise<boolean>) => {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail('did not happen');
};
const someoneWaits = async () => {
  const { rows } = await owner.query(
    `select 1 from pg_locks where locktype = 'advisory' and not granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows.length > 0;
};

test('a day that is not over is not closed, nor one twice', async () => {
  await shop.redeem(1);
  await shop.at('2023-09-01T23:59:59.999+08:00');
  await assert.rejects(close('2023-09-01'), refused('state_conflict'));
  await shop.at('2023-09-02T00:00:00+08:00');
  await close('2023-08-31');
  await assert.rejects(close('2023-08-31'), refused('already_decided'));
});

test('closing waits for a transfer in flight, which still belongs to its day', async () => {
  await shop.at('2023-09-02T23:59:59+08:00');
  const { promise, resolve } = Promise.withResolvers<void>();
  const moving = transferInFlight({ after: promise });
  await waitFor(async () => {
    const { rows } = await owner.query(
      `select 1 from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    return rows.length > 0;
  });
  await shop.at('2023-09-03T00:00:01+08:00');
  const closing = close('2023-09-02');
  await waitFor(someoneWaits);
  resolve();
  const [eventId] = await Promise.all([moving, closing]);
  assert.deepEqual(await daysOf(eventId), ['2023-09-02']);
  assert.equal((await verify(db)).firstBad, null);
});

test('a transfer that had not reached the ledger posts to the next day', async () => {
  await shop.at('2023-09-03T23:59:59+08:00');
  const { promise, resolve } = Promise.withResolvers<void>();
  const moving = transferInFlight({ before: promise });
  await new Promise((done) => setTimeout(done, 100));
  await shop.at('2023-09-04T00:00:01+08:00');
  await close('2023-09-03');
  resolve();
  assert.deepEqual(await daysOf(await moving), ['2023-09-04']);
  assert.equal((await verify(db)).firstBad, null);
});

test('every night the days that are over are closed, by one of two servers', async () => {
  await shop.at('2023-09-05T00:30:00+08:00');
  const closed = (await Promise.all([closeDays(db), closeDays(db)])).flat();
  assert.deepEqual(closed.toSorted(), ['2023-09-01', '2023-09-04']);
  assert.deepEqual(await closeDays(db), []);
});

test('every morning yesterday is drafted, for people to approve and see', async () => {
  const { programmeId } = shop.programme;
  const [held] = await shop.redeem(3);
  assert.ok(held);
  const reason = '疑似套现';
  await transact(db, shop.clerk, (tx) =>
    holdPayout(tx, { redemptionId: held.redemptionId, reason }),
  );
  await shop.at('2023-09-06T09:00:00+08:00');
  await shop.redeem(1);
  const runs = (await Promise.all([draftRuns(db), draftRuns(db)])).flat();
  assert.equal(runs.length, 1);
  const report = () =>
    transact(db, shop.clerk, async (tx) =>
      (await ageingReport(tx, { programmeId })).map((row) => [
        row.waitsFor,
        row.days,
        row.redemptionCount,
        row.amountFen,
      ]),
    );
  assert.deepEqual(await report(), [
    ['approval', 5, 1, 4_000n],
    ['approval', 1, 2, 8_000n],
    ['payout_hold', 1, 1, 4_000n],
    ['not_due', 0, 1, 4_000n],
  ]);
  const [run] = runs;
  assert.ok(run);
  await transact(db, shop.boss, (tx) => approveRun(tx, run));
  await payStep(shop.payer);
  await payStep(shop.payer);
  assert.deepEqual(await report(), [
    ['payout_hold', 1, 1, 4_000n],
    ['not_due', 0, 1, 4_000n],
  ]);
  const day = await transact(db, shop.clerk, (tx) =>
    clearDay(tx, { programmeId, day: '2023-09-05' }),
  );
  assert.deepEqual(
    day.map((row) => [row.redemptionCount, row.redeemedFen, row.refundedFen]),
    [[3, 12_000n, 0n]],
  );
  assert.equal((await verify(db)).firstBad, null);
});
