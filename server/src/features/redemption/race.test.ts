import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { yuan } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { givenMerchant } from '../../given/merchant.ts';
import {
  givenCode,
  givenRedemption,
  givenShopping,
  givenTry,
  type Shopping,
} from '../../given/redemption.ts';
import { transact } from '../../db/transact.ts';
import { issuePaymentCodes } from '../wallet/payment-code.ts';
import type { RaceOrder } from './test-race.ts';

const run = promisify(execFile);
let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let shopping: Shopping;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 20 });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  shopping = await givenShopping(db);
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

async function process(order: RaceOrder): Promise<Record<string, number>> {
  const worker = fileURLToPath(new URL('test-race.ts', import.meta.url));
  const env = { ...globalThis.process.env, HUIQUAN_RACE: JSON.stringify(order) };
  const { stdout } = await run(globalThis.process.execPath, [worker], { env });
  return JSON.parse(stdout) as Record<string, number>;
}

/** `count` more tills in the merchant's shop. */
async function moreTills(count: number): Promise<readonly string[]> {
  const { rows } = await owner.query<{ terminal_id: string }>(
    `insert into terminal (terminal_id, shop_id, label, secret, key_id, state, bound_at)
     select new_id(), $1, '收银台', '', 1, 'bound', now() from generate_series(1, $2)
     returning terminal_id`,
    [shopping.merchant.shopId, count],
  );
  return rows.map((row) => row.terminal_id);
}

test('1,000 vouchers, 50 redeemers, two server processes: 1,000 redemptions', async () => {
  const { keys } = shopping;
  const { cashierId } = shopping.merchant;
  const vouchers = await shopping.wallets(1_000);
  const requests = vouchers.map(({ personId }) => ({
    personId,
    sessionId: newId(),
    requestId: newId(),
  }));
  const tills = await moreTills(500);
  const redeemers = Array.from({ length: 50 }, (_, n) => tills.slice(n * 10, n * 10 + 10));
  const issued = await transact(db, { kind: 'system', id: 'test' }, (tx) =>
    issuePaymentCodes(tx, keys, requests),
  );
  const codes = issued.map((one) => ('refused' in one ? assert.fail() : one.digits));
  const order = { appUrl: database.appUrl, codes, cashierId };
  const halves = [redeemers.slice(0, 25), redeemers.slice(25)];
  const counts = await Promise.all(halves.map((half) => process({ ...order, redeemers: half })));
  const total = (name: string) => counts.reduce((sum, one) => sum + (one[name] ?? 0), 0);
  assert.equal(total('tried'), 1_000);
  const { rows } = await owner.query(
    `select count(*)::int as redemptions, count(distinct voucher_id)::int as vouchers
     from redemption where voucher_id = any($1)`,
    [vouchers.map((one) => one.voucherId)],
  );
  assert.deepEqual(rows, [{ redemptions: 1_000, vouchers: 1_000 }]);
  assert.equal(total('code_used'), 49_000);
});

/** Fifty who skip every check of the program and only meet the table. */
async function insertFifty(client: TestDatabase, voucher: { personId: string; voucherId: string }) {
  const pool = new pg.Pool({ connectionString: client.migratorUrl, max: 10 });
  const { merchant, fundId, programme } = shopping;
  const insert = () =>
    pool.query(
      `insert into redemption (person_id, redemption_id, voucher_id, programme_id, fund_id,
         merchant_id, shop_id, terminal_id, cashier_id, order_fen, deduction_fen, cash_fen, state,
         payment, tried_at, void_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 18000, 4000, 14000, 'tried', 'merchant', now(),
         now() + interval '45 seconds')`,
      [
        voucher.personId,
        newId(),
        voucher.voucherId,
        programme.programmeId,
        fundId,
        merchant.merchantId,
        merchant.shopId,
        merchant.terminalId,
        merchant.cashierId,
      ],
    );
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, insert));
  await pool.end();
  return outcomes.filter((one) => one.status === 'fulfilled').length;
}

test('the index alone stops a second redemption, and without it fifty go through', async () => {
  const [kept, control] = await shopping.wallets(2);
  assert.ok(kept && control);
  assert.equal(await insertFifty(database, kept), 1);
  await owner.query('drop index one_active_redemption_per_voucher');
  assert.equal(await insertFifty(database, control), 50);
  await owner.query('delete from redemption where voucher_id = any($1)', [
    [kept.voucherId, control.voucherId],
  ]);
  await owner.query(`create unique index one_active_redemption_per_voucher
    on redemption (person_id, voucher_id, ended_id) nulls not distinct`);
});

test('no redemption refers to something that does not exist', async () => {
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  await givenRedemption(db, { ...shopping, ...voucher, orderFen: 18_000n });
  const columns = [
    'programme_id',
    'fund_id',
    'merchant_id',
    'shop_id',
    'terminal_id',
    'voucher_id',
  ];
  for (const column of columns) {
    const list = columns.map((name) => (name === column ? 'gen_random_uuid()' : name)).join(', ');
    const write = owner.query(
      `insert into redemption (person_id, redemption_id, cashier_id, order_fen,
         deduction_fen, cash_fen, state, payment, tried_at, void_at, ${columns.join(', ')})
       select person_id, gen_random_uuid(), cashier_id, order_fen, deduction_fen,
         cash_fen, 'voided', payment, tried_at, void_at, ${list}
       from redemption where voucher_id = $1 limit 1`,
      [voucher.voucherId],
    );
    await assert.rejects(write, /refers? to nothing/, column);
  }
  for (const table of ['merchant', 'shop', 'terminal', 'voucher']) {
    await assert.rejects(owner.query(`delete from ${table}`), /never deleted|foreign key/, table);
  }
  const change = (to: string) =>
    owner.query(`update redemption set ${to} where voucher_id = $1`, [voucher.voucherId]);
  await assert.rejects(change('commit_event_id = -1'), /refer to nothing/);
  await assert.rejects(change('voucher_id = gen_random_uuid()'), /keeps its voucher/);
});

test('no payment code stands for a person who does not exist', async () => {
  const write = owner.query(
    `insert into payment_code (code_hash, person_id, session_id, created_at, expires_at)
     values ('', gen_random_uuid(), gen_random_uuid(), now(), now())`,
  );
  await assert.rejects(write, /does not exist/);
});

test('fifty scans of one code at once: one try, forty-nine times used', async () => {
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  const { digits: code } = await givenCode(db, { personId: voucher.personId, keys: shopping.keys });
  const { programmeId } = shopping.programme;
  const given = { programmeId, category: 'retail', keys: shopping.keys };
  const tills = await Promise.all(Array.from({ length: 50 }, () => givenMerchant(db, given)));
  const outcomes = await Promise.all(
    tills.map((merchant) => givenTry(db, { ...shopping, merchant, code, orderFen: yuan(180) })),
  );
  assert.equal(outcomes.filter((one) => one.refused === undefined).length, 1);
  assert.equal(outcomes.filter((one) => one.refused === 'code_used').length, 49);
});

test('both live codes of one person at two tills at once: one voucher, one try', async () => {
  for (const [voucher] of await Promise.all(
    Array.from({ length: 10 }, () => shopping.wallets(1)),
  )) {
    assert.ok(voucher);
    const given = { personId: voucher.personId, keys: shopping.keys };
    const codes = [await givenCode(db, given), await givenCode(db, given)];
    const outcomes = await Promise.all(
      codes.map(({ digits: code }) => givenTry(db, { ...shopping, code, orderFen: yuan(180) })),
    );
    assert.equal(outcomes.filter((one) => one.refused === undefined).length, 1);
    assert.equal(outcomes.filter((one) => one.refused === 'code_used').length, 1);
  }
});

test('a suspension and a redemption come in one order or the other, never both', async () => {
  const { programmeId } = shopping.programme;
  const { keys } = shopping;
  for (const voucher of await shopping.wallets(10)) {
    const merchant = await givenMerchant(db, { programmeId, category: 'retail', keys });
    const { digits: code } = await givenCode(db, { personId: voucher.personId, keys });
    const suspend = transact(db, { kind: 'staff', id: newId() }, async (tx) => {
      await tx.client.query('select lock_merchant($1)', [merchant.merchantId]);
      await tx.client.query(`update merchant set state = 'suspended' where merchant_id = $1`, [
        merchant.merchantId,
      ]);
      const { rows } = await tx.client.query<{ n: number }>(
        'select count(*)::int as n from redemption where merchant_id = $1',
        [merchant.merchantId],
      );
      return rows[0]?.n;
    });
    const [seen, outcome] = await Promise.all([
      suspend,
      givenTry(db, { ...shopping, merchant, code, orderFen: yuan(180) }),
    ]);
    // A redemption that the suspension did not see must have been refused by it.
    assert.equal(outcome.refused === undefined, seen === 1);
  }
});
