import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { newId } from '@huiquan/domain/ids.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact, type Tx } from '../../db/transact.ts';
import { givenPersons } from '../../given/issuing.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenOpenRound } from '../../given/round.ts';
import { setClock } from '../../given/voucher.ts';
import { verify } from '../audit/verify.ts';
import { claimVouchers, type ClaimOutcome } from './claim.ts';
import { closeRound, stopRound } from './round.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 8 });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
after(async () => {
  await setClock(owner, undefined);
  const report = await verify(db);
  assert.equal(report.firstBad, null);
  await owner.end();
  await closeDb(db);
  await database.drop();
});

const stock = [{ kind: 'retail_10', quantity: 5 }];

async function givenRush() {
  await setClock(owner, '2023-09-01T10:00:00+08:00');
  // The fund has more than the round: money taken twice would not show as an empty account.
  const { roundId } = await givenOpenRound(db, { stock, spareFen: 10_000n });
  return { roundId, persons: await givenPersons(db, 3) };
}

function claim(tx: Tx, roundId: string, personId = ''): Promise<readonly ClaimOutcome[]> {
  const passed = { deviceId: personId, captchaNonce: newId() };
  return claimVouchers(tx, [{ roundId, kind: 'retail_10', personId, ...passed }]);
}

/** Runs `act` to its end but commits it only when told; answers when it has its locks. */
async function holding(act: (tx: Tx) => Promise<unknown>) {
  const [reached, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const done = transact(db, someStaff(), async (tx) => {
    await act(tx);
    reached.resolve();
    await release.promise;
  });
  await reached.promise;
  return { commit: () => (release.resolve(), done) };
}

test('a claim that waited while a round was stopped is refused: the stop wins', async () => {
  const { roundId, persons } = await givenRush();
  const stop = await holding((tx) => stopRound(tx, { roundId, reason: '异常' }));
  const claiming = transact(db, someStaff(), (tx) => claim(tx, roundId, persons[0]));
  await sleep(200);
  await stop.commit();
  const [outcome] = await claiming;
  assert.equal(outcome?.refused?.code, 'round_closed');
});

test('what a claim under way has taken does not come back when the round is closed', async () => {
  const { roundId, persons } = await givenRush();
  const claiming = await holding((tx) => claim(tx, roundId, persons[0]));
  await setClock(owner, '2023-09-01T22:00:00+08:00');
  const closing = transact(db, someStaff(), (tx) => closeRound(tx, { roundId }));
  await sleep(200);
  await claiming.commit();
  await closing;
  const { rows } = await owner.query(
    `select t.kind, t.amount_fen::int as fen from transfer t
     where t.reference_id = $1 and t.kind in ('claimed', 'uncommitted') order by t.kind`,
    [roundId],
  );
  assert.deepEqual(rows, [
    { kind: 'claimed', fen: 1_000 },
    { kind: 'uncommitted', fen: 4_000 },
  ]);
});

test('a claim that waited while its round was closed is refused, and takes nothing', async () => {
  const { roundId, persons } = await givenRush();
  await setClock(owner, '2023-09-01T22:00:00+08:00');
  const closing = await holding((tx) => closeRound(tx, { roundId }));
  await setClock(owner, '2023-09-01T21:59:59.999+08:00');
  const claiming = transact(db, someStaff(), (tx) => claim(tx, roundId, persons[0]));
  await sleep(200);
  await closing.commit();
  const [outcome] = await claiming;
  assert.equal(outcome?.refused?.code, 'round_closed');
  const { rows } = await owner.query(
    'select count(*)::int as n from voucher where origin_id = $1',
    [roundId],
  );
  assert.deepEqual(rows, [{ n: 0 }]);
});
