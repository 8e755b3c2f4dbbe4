import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../db/pool.ts';
import { ownDatabase } from '../given/own-server.ts';
import type { TestDatabase } from '../db/test-database.ts';
import { transact, type Actor } from '../db/transact.ts';
import { record } from '../events/record.ts';
import { seal } from '../events/seal.ts';
import { verifyChain } from '../events/verify-chain.ts';
import { balancesOf, lockAvailable, post } from './post.ts';

const actor: Actor = { kind: 'system', id: 'test' };
let database: TestDatabase;
let db: Db;
let owner: pg.Client;

before(async () => {
  database = await ownDatabase({ unverified: 'posts money that no funder ordered' });
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

async function givenFund(pool = 'retail'): Promise<string> {
  const [organisation, programme, fund] = [newId(), newId(), newId()];
  await owner.query(
    `insert into organisation (organisation_id, kind, name, path, created_at)
     values ($1::uuid, 'finance_bureau', '财政局', '/' || $1::text || '/', now())`,
    [organisation],
  );
  await owner.query(
    `insert into programme (programme_id, code, title, organiser_id, state, created_at)
     values ($1, $2, '测试', $3, 'published', now())`,
    [programme, programme, organisation],
  );
  await owner.query(
    `insert into fund (fund_id, programme_id, pool, funder_id, source_class, position, created_at)
     values ($1, $2, $3, $4, 'fiscal', 1, now())`,
    [fund, programme, pool, organisation],
  );
  return fund;
}

const act = { kind: 'test.moved', subject: { kind: 'fund', id: 'x' } };
const reference = { kind: 'test', id: '1' };

function move(fundId: string, from: 'funder' | 'available', amount: bigint) {
  const to = from === 'funder' ? ('available' as const) : ('committed' as const);
  const amountFen = fen(amount);
  return transact(db, actor, async (tx) =>
    post(tx, await record(tx, act), [{ fundId, from, to, amountFen, kind: 'test', reference }]),
  );
}

test('money confirmed for a fund stands in available and everything sums to zero', async () => {
  const fundId = await givenFund();
  await move(fundId, 'funder', 10_000n);
  await move(fundId, 'available', 4_000n);
  const balances = await transact(db, actor, (tx) => balancesOf(tx, [fundId]));
  assert.deepEqual(balances.map((b) => [b.kind, b.balanceFen]).toSorted(), [
    ['available', 6_000n],
    ['committed', 4_000n],
    ['funder', -10_000n],
  ]);
});

test('one 分 more than is available is refused and moves nothing', async () => {
  const fundId = await givenFund();
  await move(fundId, 'funder', 100n);
  await assert.rejects(
    move(fundId, 'available', 101n),
    (error) => error instanceof Refusal && error.code === 'insufficient_funds',
  );
  const balances = await transact(db, actor, (tx) => balancesOf(tx, [fundId]));
  assert.equal(balances.find((b) => b.kind === 'available')?.balanceFen, 100n);
});

test('what a fund has available is held for whoever decides by it', async () => {
  const fundId = await givenFund();
  await move(fundId, 'funder', 1_000n);
  let competing: Promise<void> | undefined;
  const seen = await transact(db, actor, async (tx) => {
    const before = await lockAvailable(tx, [fundId]);
    competing = move(fundId, 'available', 1_000n);
    await delay(50);
    return { before, after: await lockAvailable(tx, [fundId]) };
  });
  await competing;
  assert.deepEqual([seen.before.get(fundId), seen.after.get(fundId)], [1_000n, 1_000n]);
});

test('twenty at once cannot spend more than a fund has', async () => {
  const fundId = await givenFund();
  await move(fundId, 'funder', 1_000n);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () => move(fundId, 'available', 100n)),
  );
  assert.equal(outcomes.filter((o) => o.status === 'fulfilled').length, 10);
  const balances = await transact(db, actor, (tx) => balancesOf(tx, [fundId]));
  assert.equal(balances.find((b) => b.kind === 'available')?.balanceFen, 0n);
});

test(
  'transfers are facts: neither the server nor the owner of the schema may change ' + 'one',
  async () => {
    const fundId = await givenFund();
    await move(fundId, 'funder', 100n);
    await assert.rejects(db.pool.query('update transfer set amount_fen = 1'), /permission denied/);
    await assert.rejects(db.pool.query('delete from transfer'), /permission denied/);
    await assert.rejects(owner.query('update transfer set amount_fen = 1'), /are facts/);
  },
);

test('a transfer from one fund to another is refused by the database itself', async () => {
  const [first, second] = [await givenFund('retail'), await givenFund('car')];
  await move(first, 'funder', 100n);
  const crossing = transact(db, actor, async (tx) =>
    post(tx, await record(tx, act), [
      {
        fundId: first,
        toFundId: second,
        from: 'available',
        to: 'available',
        amountFen: fen(1n),
        kind: 'test',
        reference,
      },
    ]),
  );
  await assert.rejects(crossing, /crosses funds/);
});

test(
  'money moved by hand in the database is found, although the balances were mended ' + 'too',
  async () => {
    const fundId = await givenFund();
    await move(fundId, 'funder', 500n);
    for (
      let tries = 0;
      tries < 100 && (await transact(db, actor, verifyChain)).unsealed > 0;
      tries += 1
    ) {
      await seal(db);
      await delay(20);
    }
    assert.equal((await transact(db, actor, verifyChain)).firstBad, undefined);
    await owner.query('alter table transfer disable trigger user');
    await owner.query(
      `update transfer set amount_fen = 900 where target_id in
       (select account_id from account where fund_id = $1)`,
      [fundId],
    );
    await owner.query('alter table transfer enable trigger user');
    await owner.query(
      `update account_balance b set balance_fen = 900 from account a
     where a.account_id = b.account_id and a.fund_id = $1`,
      [fundId],
    );
    assert.match((await transact(db, actor, verifyChain)).firstBad ?? '', /^event \d+ /);
  },
);

test('no transfer refers to an account or an event that does not exist', async () => {
  const fundId = await givenFund();
  await move(fundId, 'funder', 100n);
  const columns = ['source_id', 'target_id', 'event_id'];
  for (const column of columns) {
    const list = columns.map((name) => (name === column ? '-1' : name)).join(', ');
    const write = owner.query(
      `insert into transfer (amount_fen, kind, reference_kind, reference_id, at,
         ${columns.join(', ')})
       select amount_fen, kind, reference_kind, reference_id, at, ${list} from transfer limit 1`,
    );
    await assert.rejects(write, /refer to nothing/, column);
  }
  await assert.rejects(owner.query('delete from account'), /are facts/);
});

test('a closed accounting day takes no more transfers', async () => {
  const fundId = await givenFund();
  await owner.query(
    `insert into clock_override (now_at) values ('2023-09-01T10:00:00+08')
     on conflict (only_row) do update set now_at = excluded.now_at`,
  );
  await transact(db, actor, async (tx) => {
    const eventId = await record(tx, act);
    await tx.client.query(
      `insert into closed_day (day, closed_at, event_id) values ('2023-09-01', now(), $1)`,
      [eventId],
    );
  });
  await assert.rejects(move(fundId, 'funder', 100n), (error) => error instanceof Refusal);
  await owner.query('delete from clock_override');
});

test('no amount of zero, below zero or beyond the cap gets into the ledger', async () => {
  const fundId = await givenFund();
  await assert.rejects(move(fundId, 'funder', -1n), /amount_is_positive/);
  await assert.rejects(move(fundId, 'funder', 9_007_199_254_740_992n), /amount_is_positive/);
});
