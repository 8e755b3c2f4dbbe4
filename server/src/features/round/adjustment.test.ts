import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact, type Actor } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenPersons } from '../../given/issuing.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { setClock } from '../../given/voucher.ts';
import { balancesOf } from '../../ledger/post.ts';
import { verify } from '../audit/verify.ts';
import { approvePoolTransfer, preparePoolTransfer } from '../fund/pool-transfer.ts';
import {
  approveAdjustment,
  cancelAdjustment,
  prepareAdjustment,
  type AdjustmentWish,
} from './adjustment.ts';
import { claimVouchers } from './claim.ts';
import { approveRound, closeRound, prepareRound, stopRound } from './round.ts';

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
  await owner.end();
  await closeDb(db);
  await database.drop();
  assert.equal(report.firstBad, null);
});

const rolling = smallPlan.replace(
  'quantities: { retail_10: 100, catering_20: 50 }',
  'quantities: { retail_10: 100, catering_20: 50 }\n    leftovers: roll_over_by_adjustment',
);
const retail = (quantity: number) => [{ kind: 'retail_10', quantity }];
const is = (code: RefusalCode) => (error: unknown) =>
  error instanceof Refusal && error.code === code;

/** A programme with retail money for ten vouchers, and its approved rounds with their stock. */
async function givenRounds(quantities: readonly number[], planText = rolling) {
  await setClock(owner, '2023-08-30T09:00:00+08:00');
  const { programmeId } = await givenProgramme(db, { planText });
  const { fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen: fen(10_000n) });
  const roundIds: string[] = [];
  for (const [index, quantity] of quantities.entries()) {
    const wish = { programmeId, number: index + 1, stock: retail(quantity) };
    const prepared = await transact(db, someStaff(), (tx) => prepareRound(tx, wish));
    await transact(db, someStaff(), (tx) => approveRound(tx, prepared));
    roundIds.push(prepared.roundId);
  }
  const [one = '', two = ''] = roundIds;
  return { programmeId, fundId, one, two };
}

async function prepare(wish: Omit<AdjustmentWish, 'reason'>, by: Actor = someStaff()) {
  const whole = { ...wish, reason: '首轮结余转入' };
  const made = await transact(db, by, (tx) => prepareAdjustment(tx, whole));
  return { adjustmentId: made.adjustmentId, contentHash: made.contentHash.toString('hex') };
}

const approve = (seen: { adjustmentId: string; contentHash: string }, by: Actor = someStaff()) =>
  transact(db, by, (tx) => approveAdjustment(tx, seen));

async function adjust(wish: Omit<AdjustmentWish, 'reason'>): Promise<void> {
  await approve(await prepare(wish));
}

async function claim(roundId: string, personIds: readonly string[]): Promise<string[]> {
  const items = personIds.map((personId) => ({
    roundId,
    kind: 'retail_10',
    personId,
    deviceId: personId,
    captchaNonce: newId(),
  }));
  const outcomes = await transact(db, someStaff(), (tx) => claimVouchers(tx, items));
  return outcomes.map((outcome) => outcome.refused?.code ?? 'won');
}

async function balances(fundId: string): Promise<Record<string, number>> {
  const rows = await transact(db, someStaff(), (tx) => balancesOf(tx, [fundId]));
  return Object.fromEntries(rows.map((row) => [row.kind, Number(row.balanceFen) / 1_000]));
}

test('the residual of a closed round becomes stock of a later one at once', async () => {
  const { programmeId, fundId, one, two } = await givenRounds([5, 5]);
  const [a = '', b = '', ...others] = await givenPersons(db, 9);
  await setClock(owner, '2023-09-01T10:00:00+08:00');
  assert.deepEqual(await claim(one, [a, b]), ['won', 'won']);
  await setClock(owner, '2023-09-01T22:00:00+08:00');
  await transact(db, someStaff(), (tx) => closeRound(tx, { roundId: one }));
  await setClock(owner, '2023-09-08T10:00:00+08:00');
  const codes = await claim(two, others.slice(0, 6));
  assert.deepEqual(codes.slice(4), ['won', 'sold_out']);
  const ends = { sourceRoundId: one, targetRoundId: two };
  await adjust({ programmeId, takes: 'residual', ...ends, stock: retail(3) });
  assert.deepEqual(await claim(two, [others[5] ?? '']), ['won']);
  const { available, committed } = await balances(fundId);
  assert.deepEqual([available, committed], [0, 2]);
});

test('the residual of a round is spent once: not four of three, nor three twice', async () => {
  const { programmeId, one, two } = await givenRounds([3, 3]);
  await setClock(owner, '2023-09-01T22:00:00+08:00');
  await transact(db, someStaff(), (tx) => closeRound(tx, { roundId: one }));
  const wish = { programmeId, takes: 'residual', sourceRoundId: one, targetRoundId: two } as const;
  await assert.rejects(prepare({ ...wish, stock: retail(4) }), is('insufficient_funds'));
  const twice = [await prepare({ ...wish, stock: retail(3) })];
  twice.push(await prepare({ ...wish, stock: retail(3) }));
  const results = await Promise.allSettled(twice.map((seen) => approve(seen)));
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  const [refused] = results.flatMap((result) => (result.status === 'rejected' ? result : []));
  assert.ok(is('insufficient_funds')(refused?.reason));
});

test('who prepared an adjustment cannot approve it, and nobody another content', async () => {
  const { programmeId, two } = await givenRounds([1, 1]);
  const clerk = someStaff();
  const wish = { programmeId, takes: 'available', targetRoundId: two } as const;
  const seen = await prepare({ ...wish, stock: retail(2) }, clerk);
  await assert.rejects(approve(seen, clerk), is('separation_of_duties'));
  const other = { ...seen, contentHash: '0'.repeat(64) };
  await assert.rejects(approve(other), is('content_changed'));
  await approve(seen);
  await assert.rejects(approve(seen), is('already_decided'));
  const withdrawn = await prepare({ ...wish, stock: retail(1) });
  const cancel = () => transact(db, clerk, (tx) => cancelAdjustment(tx, withdrawn));
  await cancel();
  await assert.rejects(cancel(), is('already_decided'));
  await assert.rejects(approve(withdrawn), is('already_decided'));
});

test('stock does not cross pools but by an approved pool transfer', async () => {
  const { programmeId, fundId, two } = await givenRounds([1, 1]);
  const wish = { programmeId, takes: 'available', targetRoundId: two } as const;
  const stock = [{ kind: 'catering_20', quantity: 1 }];
  await assert.rejects(prepare({ ...wish, stock }), is('insufficient_funds'));
  const catering = await givenFund(db, { programmeId, pool: 'catering', amountFen: fen(0n) });
  const ends = { sourceFundId: fundId, targetFundId: catering.fundId };
  const move = { ...ends, amountFen: fen(2_000n), reason: '餐饮券更受欢迎' };
  const prepared = await transact(db, someStaff(), (tx) => preparePoolTransfer(tx, move));
  await transact(db, someStaff(), (tx) => approvePoolTransfer(tx, prepared));
  await adjust({ ...wish, stock });
  assert.equal((await balances(catering.fundId))['committed'], 2);
});

test('what a live round has not given moves to another, or back; what it gave stays', async () => {
  const { programmeId, fundId, one, two } = await givenRounds([5, 1]);
  const people = await givenPersons(db, 3);
  await setClock(owner, '2023-09-01T10:00:00+08:00');
  const wish = { programmeId, takes: 'stock', sourceRoundId: one } as const;
  const tooMuch = await prepare({ ...wish, stock: retail(4) });
  assert.deepEqual(await claim(one, people), ['won', 'won', 'won']);
  await assert.rejects(approve(tooMuch), is('insufficient_funds'));
  await adjust({ ...wish, targetRoundId: two, stock: retail(1) });
  await adjust({ ...wish, stock: retail(1) });
  await assert.rejects(prepare({ ...wish, stock: retail(1) }), is('insufficient_funds'));
  const { available, committed, outstanding } = await balances(fundId);
  assert.deepEqual([available, committed, outstanding], [5, 2, 3]);
});

test('value that expired comes back into a later round, and not more than expired', async () => {
  const { programmeId, fundId, one, two } = await givenRounds([4, 1]);
  const people = await givenPersons(db, 4);
  await setClock(owner, '2023-09-01T10:00:00+08:00');
  await claim(one, people);
  await setClock(owner, '2023-09-07T23:00:00+08:00');
  const { releaseDue } = await import('../expiry/expiry.ts');
  await releaseDue(db, someStaff());
  const wish = { programmeId, takes: 'expired', targetRoundId: two } as const;
  await assert.rejects(prepare({ ...wish, stock: retail(5) }), is('insufficient_funds'));
  const both = [await prepare({ ...wish, stock: retail(3) })];
  both.push(await prepare({ ...wish, stock: retail(3) }));
  const results = await Promise.allSettled(both.map((seen) => approve(seen)));
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  const after = await balances(fundId);
  assert.deepEqual([after['available'], after['committed'], after['return_due']], [5, 4, 1]);
});

test('a plan that returns its leftovers lets no stock roll over', async () => {
  const { programmeId, two } = await givenRounds([1, 1], smallPlan);
  const wish = { programmeId, takes: 'available', targetRoundId: two } as const;
  await assert.rejects(prepare({ ...wish, stock: retail(1) }), is('invalid_rule'));
});

test('ends that do not fit are refused by what is wrong with them', async () => {
  const { programmeId, one, two } = await givenRounds([1, 1]);
  const stock = retail(1);
  const refusals: [Omit<AdjustmentWish, 'programmeId' | 'reason'>, RefusalCode][] = [
    [{ takes: 'available', targetRoundId: newId(), stock }, 'not_found'],
    [{ takes: 'available', stock }, 'invalid_rule'],
    [{ takes: 'available', sourceRoundId: one, targetRoundId: two, stock }, 'invalid_rule'],
    [{ takes: 'stock', sourceRoundId: two, targetRoundId: two, stock }, 'invalid_rule'],
    [{ takes: 'residual', sourceRoundId: one, targetRoundId: two, stock }, 'state_conflict'],
    [{ takes: 'available', targetRoundId: two, stock: [...stock, ...stock] }, 'invalid_rule'],
    [
      { takes: 'available', targetRoundId: two, stock: [{ kind: 'retail_40', quantity: 1 }] },
      'invalid_rule',
    ],
  ];
  for (const [wish, code] of refusals) {
    await assert.rejects(prepare({ programmeId, ...wish }), is(code));
  }
  await setClock(owner, '2023-09-08T22:00:00+08:00');
  const late = { programmeId, takes: 'available', targetRoundId: two, stock } as const;
  await assert.rejects(prepare(late), is('round_closed'));
});

test('40 claims race an adjustment that takes ten of twenty away: exactly ten win', async () => {
  await setClock(owner, '2023-08-30T09:00:00+08:00');
  const { programmeId } = await givenProgramme(db, { planText: rolling });
  const { fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen: fen(20_000n) });
  const prepared = await transact(db, someStaff(), (tx) =>
    prepareRound(tx, { programmeId, number: 1, stock: retail(20) }),
  );
  await transact(db, someStaff(), (tx) => approveRound(tx, prepared));
  const people = await givenPersons(db, 40);
  const wish = { programmeId, takes: 'stock', sourceRoundId: prepared.roundId } as const;
  const seen = await prepare({ ...wish, stock: retail(10) });
  await setClock(owner, '2023-09-01T10:00:00+08:00');
  const [codes, adjusted] = await Promise.all([
    Promise.all(people.map((person) => claim(prepared.roundId, [person]))),
    approve(seen).then(
      () => true,
      (error) => !is('insufficient_funds')(error),
    ),
  ]);
  const won = codes.flat().filter((code) => code === 'won').length;
  assert.equal(won, adjusted ? 10 : 20);
  const { available = 0, committed, outstanding } = await balances(fundId);
  assert.deepEqual([available, committed, outstanding], [20 - won, 0, won]);
});

test('a claim that waited for an adjustment wins what it brought', async () => {
  const { programmeId, one } = await givenRounds([1]);
  const [first = '', second = ''] = await givenPersons(db, 2);
  const seen = await prepare({
    programmeId,
    takes: 'available',
    targetRoundId: one,
    stock: retail(1),
  });
  await setClock(owner, '2023-09-01T10:00:00+08:00');
  const [reached, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const adjusting = transact(db, someStaff(), async (tx) => {
    await approveAdjustment(tx, seen);
    reached.resolve();
    await release.promise;
  });
  await reached.promise;
  const claiming = claim(one, [first, second]);
  release.resolve();
  await adjusting;
  assert.deepEqual(await claiming, ['won', 'won']);
  await transact(db, someStaff(), (tx) => stopRound(tx, { roundId: one, reason: '演练' }));
});
