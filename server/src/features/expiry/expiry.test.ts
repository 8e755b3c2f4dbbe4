import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Instant, instantFromText } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact, type Tx } from '../../db/transact.ts';
import { record } from '../../events/record.ts';
import { givenFund } from '../../given/fund.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { givenVouchers, setClock } from '../../given/voucher.ts';
import { balancesOf, post } from '../../ledger/post.ts';
import { verify } from '../audit/verify.ts';
import {
  expiryTransfers,
  holdVouchers,
  movedVoucher,
  releaseVouchers,
  type VoucherRef,
} from '../voucher/voucher.ts';
import { releaseDue, releaseExpired } from './expiry.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let fundId: string;
let refs: readonly VoucherRef[];
let validTo: Instant;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  const found = instantFromText('2023-09-07T23:00:00+08:00');
  assert.ok(found !== undefined);
  validTo = found;
});
beforeEach(async () => {
  await setClock(owner, '2023-09-01T10:00:00+08');
  const { programmeId, organiserId: organisationId } = await givenProgramme(db);
  ({ fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen: 40_000n }));
  ({ vouchers: refs } = await givenVouchers(db, { programmeId, organisationId, persons: 2 }));
});
afterEach(async () => {
  const report = await verify(db);
  assert.equal(report.firstBad, null);
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

const staff = <T>(work: (tx: Tx) => Promise<T>) => transact(db, someStaff(), work);
const release = () => staff((tx) => releaseExpired(tx, { fundId, validTo }));

async function balance(kind: string): Promise<bigint> {
  const rows = await staff((tx) => balancesOf(tx, [fundId]));
  return rows.find((row) => row.kind === kind)?.balanceFen ?? 0n;
}

/** A try as the till makes it: the act names the moves. */
async function hold(tx: Tx, ref: VoucherRef): Promise<void> {
  const [move] = await holdVouchers(tx, [ref]);
  movedVoucher(move);
  const moves = [[ref.personId, ref.voucherId, 'unused', 'held']];
  const subject = { kind: 'voucher', id: ref.voucherId };
  await record(tx, { kind: 'test.tried', subject, body: { moves } });
  await tx.client.query(
    `insert into merchant (merchant_id, uscc, name, region_code, industry, above_quota, key_id,
       state, created_at)
     values ($1::uuid, $1::uuid::text, '店', '141029', 'retail', true, 1, 'active', now())
     on conflict do nothing`,
    [fundId],
  );
  await tx.client.query(
    `insert into shop (shop_id, merchant_id, name, address, region_code, state, created_at)
     values ($1, $1, '店', '街', '141029', 'open', now()) on conflict do nothing`,
    [fundId],
  );
  await tx.client.query(
    `insert into terminal (terminal_id, shop_id, label, secret, key_id, state, bound_at)
     values ($1, $1, '一号', '\\x00', 1, 'bound', now()) on conflict do nothing`,
    [fundId],
  );
  await tx.client.query(
    `insert into redemption (person_id, redemption_id, voucher_id, programme_id, fund_id,
       merchant_id, shop_id, terminal_id, order_fen, deduction_fen, cash_fen, state, payment,
       tried_at, void_at)
     select v.person_id, v.voucher_id, v.voucher_id, v.programme_id, v.fund_id, v.fund_id,
       v.fund_id, v.fund_id, v.face_fen, v.face_fen, 0, 'tried', 'merchant', business_now(),
       business_now() + interval '45 seconds'
     from voucher v where v.voucher_id = $1`,
    [ref.voucherId],
  );
}

/** The try is cancelled, as the till does it. */
async function cancel(tx: Tx, ref: VoucherRef): Promise<void> {
  const [move] = await releaseVouchers(tx, [ref]);
  const moves = [[ref.personId, ref.voucherId, 'held', 'unused']];
  const subject = { kind: 'voucher', id: ref.voucherId };
  const eventId = await record(tx, { kind: 'test.cancelled', subject, body: { moves } });
  await tx.client.query(`update redemption set state = 'cancelled' where redemption_id = $1`, [
    ref.voucherId,
  ]);
  await post(
    tx,
    eventId,
    expiryTransfers([movedVoucher(move)], { kind: 'redemption', id: ref.voucherId }),
  );
}

test('an end is released from its first instant on, in one transfer, once', async () => {
  await setClock(owner, '2023-09-07T22:59:59.999+08');
  await assert.rejects(release(), (e) => e instanceof Refusal && e.code === 'state_conflict');
  await setClock(owner, '2023-09-07T23:00:00+08');
  assert.deepEqual(await release(), { voucherCount: 10, amountFen: 40_000n });
  assert.equal(await release(), undefined);
  assert.deepEqual([await balance('outstanding'), await balance('return_due')], [0n, 40_000n]);
  const { rows } = await owner.query(
    `select 1 from transfer t join account a on a.account_id = t.source_id
     where a.fund_id = $1 and t.kind = 'expired'`,
    [fundId],
  );
  assert.equal(rows.length, 1);
});

test('a voucher whose end is released is refused even by a clock that goes back', async () => {
  const [ref] = refs;
  assert.ok(ref);
  await setClock(owner, '2023-09-07T23:00:00+08');
  await release();
  await setClock(owner, '2023-09-07T22:00:00+08');
  const [move] = await staff((tx) => holdVouchers(tx, [ref]));
  assert.equal(move?.refused, 'voucher_expired');
});

test('a try over the end is left out, and its value follows when it is cancelled', async () => {
  const [ref] = refs;
  assert.ok(ref);
  await setClock(owner, '2023-09-07T22:59:59.999+08');
  await staff((tx) => hold(tx, ref));
  await setClock(owner, '2023-09-07T23:00:10+08');
  assert.equal((await release())?.amountFen, 36_000n);
  assert.equal(await balance('outstanding'), 4_000n);
  await staff((tx) => cancel(tx, ref));
  assert.deepEqual([await balance('outstanding'), await balance('return_due')], [0n, 40_000n]);
});

test('the release waits for a try under way and does not count its voucher', async () => {
  const [ref] = refs;
  assert.ok(ref);
  await setClock(owner, '2023-09-07T22:59:59.999+08');
  const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
  const { promise: tried, resolve: isTried } = Promise.withResolvers<undefined>();
  const trying = staff(async (tx) => {
    await hold(tx, ref);
    isTried(undefined);
    await gate;
  });
  await tried;
  await setClock(owner, '2023-09-07T23:00:00+08');
  const second = openDb({ url: database.appUrl });
  let isReleased = false;
  const releasing = transact(second, someStaff(), (tx) =>
    releaseExpired(tx, { fundId, validTo }),
  ).then((value) => ((isReleased = true), value));
  await delay(200);
  assert.equal(isReleased, false);
  open(undefined);
  await trying;
  assert.equal((await releasing)?.voucherCount, 9);
  await staff((tx) => cancel(tx, ref));
  await closeDb(second);
});

test('two processes that release what is due release each end once', async () => {
  await setClock(owner, '2023-12-31T00:00:00+08');
  const second = openDb({ url: database.appUrl });
  const actor = someStaff();
  const counts = await Promise.all([releaseDue(db, actor), releaseDue(second, actor)]);
  assert.equal(await balance('return_due'), 40_000n);
  assert.ok(counts[0] + counts[1] >= 1);
  assert.equal(await releaseDue(db, actor), 0);
  await closeDb(second);
});
