import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import { fen, yuan, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instant, instantText } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { smallPlan } from '../../given/programme.ts';
import {
  givenCode,
  givenRedemption,
  givenShopping,
  givenTry,
  tillActor,
  type Shopping,
} from '../../given/redemption.ts';
import { setClock } from '../../given/voucher.ts';
import { balancesOf } from '../../ledger/post.ts';
import { verify } from '../audit/verify.ts';
import type { Redemption } from './decide.ts';
import { refundRedemption, reverseRedemption, type Refunder } from './refund.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
const shops = new Map<string, Shopping>();

const policies = ['restore_if_valid', 'restore_next_day', 'forfeit', 'pro_rata'] as const;
const order = yuan(180);

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  for (const policy of policies) {
    const planText = smallPlan.replace('policy: restore_if_valid', `policy: ${policy}`);
    shops.set(policy, await givenShopping(db, { planText }));
  }
});
after(async () => {
  const report = await verify(db);
  await owner.end();
  await closeDb(db);
  await database.drop();
  assert.equal(report.firstBad, null);
});

function shopOf(policy: (typeof policies)[number]): Shopping {
  return shops.get(policy) ?? assert.fail();
}

async function sold(shop: Shopping, orderFen: Fen = order) {
  const [voucher] = await shop.wallets(1);
  assert.ok(voucher);
  const { personId } = voucher;
  const redemption = await givenRedemption(db, { ...shop, personId, orderFen });
  return { voucher, redemption, redemptionId: redemption.redemptionId };
}

function till({ merchant }: Shopping): Refunder {
  return { kind: 'till', shopId: merchant.shopId, cashierId: merchant.cashierId };
}

function refund(shop: Shopping, redemptionId: string, changes: object = {}) {
  const input = { redemptionId, refundNo: newId(), amountFen: order, by: till(shop), ...changes };
  return transact(db, tillActor(shop.merchant), (tx) => refundRedemption(tx, input));
}

function reverse(shop: Shopping, redemptionId: string, changes: object = {}) {
  const input = { redemptionId, orderFen: order, by: till(shop), ...changes };
  return transact(db, tillActor(shop.merchant), (tx) => reverseRedemption(tx, input));
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : Promise.reject(error)),
  );

async function stateOf(voucherId: string) {
  const { rows } = await owner.query(
    'select state, valid_to, usable_from from voucher where voucher_id = $1',
    [voucherId],
  );
  return rows[0];
}

async function book(shop: Shopping) {
  const rows = await transact(db, tillActor(shop.merchant), (tx) => balancesOf(tx, [shop.fundId]));
  const sums: Record<string, bigint> = {};
  for (const { kind, balanceFen } of rows) sums[kind] = (sums[kind] ?? 0n) + balanceFen;
  return sums;
}

test('restore if valid: a whole refund gives the voucher back with its original end', async () => {
  const shop = shopOf('restore_if_valid');
  const { voucher, redemptionId } = await sold(shop);
  const before = await book(shop);
  const back = await refund(shop, redemptionId);
  assert.deepEqual(
    [back.outcome, back.voucherFen, back.cashFen, back.usableFrom],
    ['restored', 4_000n, 14_000n, null],
  );
  const after = await book(shop);
  assert.equal((after['payable'] ?? 0n) - (before['payable'] ?? 0n), -4_000n);
  assert.equal((after['outstanding'] ?? 0n) - (before['outstanding'] ?? 0n), 4_000n);
  const state = await stateOf(voucher.voucherId);
  assert.equal(state.state, 'unused');
  assert.equal(state.valid_to.getTime(), voucher.validTo);
  await givenRedemption(db, { ...shop, personId: voucher.personId, orderFen: order });
});

test('restore if valid: after its end the value goes to the fund, not the wallet', async () => {
  const shop = shopOf('restore_if_valid');
  const start = instant(Date.UTC(2023, 8, 1, 4));
  await setClock(owner, instantText(start));
  const { voucher, redemptionId } = await sold(shop);
  const before = await book(shop);
  await setClock(owner, instantText(voucher.validTo));
  const back = await refund(shop, redemptionId);
  await setClock(owner, undefined);
  assert.equal(back.outcome, 'available');
  const after = await book(shop);
  assert.equal((after['available'] ?? 0n) - (before['available'] ?? 0n), 4_000n);
  assert.equal((await stateOf(voucher.voucherId)).state, 'used');
});

test('restore next day: the voucher rests until 00:00', async () => {
  const shop = shopOf('restore_next_day');
  await setClock(owner, '2023-09-01T12:00:00+08:00');
  const [voucher] = await shop.wallets(1, { validTo: instant(Date.UTC(2023, 8, 7, 15)) });
  assert.ok(voucher);
  const { personId } = voucher;
  const { redemptionId } = await givenRedemption(db, { ...shop, personId, orderFen: order });
  const back = await refund(shop, redemptionId);
  assert.equal(back.outcome, 'restored');
  const scan = async () => {
    const { digits: code } = await givenCode(db, { personId, keys: shop.keys });
    const outcome = await givenTry(db, { ...shop, code, orderFen: order });
    return outcome.refused ?? 'tried';
  };
  await setClock(owner, '2023-09-01T23:59:59.999+08:00');
  assert.equal(await scan(), 'voucher_not_started');
  await setClock(owner, '2023-09-02T00:00:00+08:00');
  assert.equal(await scan(), 'tried');
  await setClock(owner, undefined);
});

test('forfeit and pro rata: the voucher stays used and its value returns to the fund', async () => {
  for (const policy of ['forfeit', 'pro_rata'] as const) {
    const shop = shopOf(policy);
    const { voucher, redemptionId } = await sold(shop);
    const back = await refund(shop, redemptionId);
    assert.deepEqual([back.outcome, back.voucherFen, back.cashFen], ['available', 4_000n, 14_000n]);
    assert.equal((await stateOf(voucher.voucherId)).state, 'used');
    assert.equal(
      await codeOf(refund(shop, redemptionId, { amountFen: fen(1n) })),
      'already_reversed',
    );
  }
});

test('the same refund number is the same refund; with another amount it is refused', async () => {
  const shop = shopOf('pro_rata');
  const { redemptionId } = await sold(shop);
  const part = { refundNo: 'R-1', amountFen: yuan(90) };
  const first = await refund(shop, redemptionId, part);
  const again = await refund(shop, redemptionId, part);
  assert.equal(again.refundId, first.refundId);
  const other = refund(shop, redemptionId, { ...part, amountFen: yuan(91) });
  assert.equal(await codeOf(other), 'amount_changed');
  const more = refund(shop, redemptionId, { amountFen: fen(9_001n) });
  assert.equal(await codeOf(more), 'refund_exceeds');
  const twice = await Promise.all(
    ['R-2', 'R-3'].map((refundNo) =>
      codeOf(refund(shop, redemptionId, { refundNo, amountFen: yuan(90) })),
    ),
  );
  assert.deepEqual(twice.toSorted(), ['already_reversed', 'done']);
});

test('the till undoes its own commit the same day, once, and only the whole of it', async () => {
  const shop = shopOf('forfeit');
  const before = await book(shop);
  const { voucher, redemptionId } = await sold(shop);
  assert.equal(await codeOf(reverse(shop, redemptionId, { orderFen: yuan(90) })), 'amount_changed');
  const stranger = { kind: 'till', shopId: newId(), cashierId: shop.merchant.cashierId };
  assert.equal(await codeOf(reverse(shop, redemptionId, { by: stranger })), 'not_found');
  const colleague = { ...till(shop), cashierId: newId() };
  assert.equal(await codeOf(reverse(shop, redemptionId, { by: colleague })), 'forbidden');
  const twice = await Promise.all([1, 2].map(() => codeOf(reverse(shop, redemptionId))));
  assert.deepEqual(twice.toSorted(), ['already_reversed', 'done']);
  assert.equal((await stateOf(voucher.voucherId)).state, 'unused');
  const after = await book(shop);
  assert.equal(after['payable'], before['payable'] ?? 0n);
  assert.equal((after['outstanding'] ?? 0n) - (before['outstanding'] ?? 0n), 4_000n);
});

test('the next day the cashier may no longer undo it, the owner still may', async () => {
  const shop = shopOf('restore_if_valid');
  await setClock(owner, '2023-09-01T23:59:59.999+08:00');
  const { redemptionId } = await sold(shop);
  await setClock(owner, '2023-09-02T00:00:00+08:00');
  assert.equal(await codeOf(reverse(shop, redemptionId)), 'reversal_window');
  const other = { kind: 'owner', merchantId: newId() };
  assert.equal(await codeOf(reverse(shop, redemptionId, { by: other })), 'not_found');
  const by = { kind: 'owner', merchantId: shop.merchant.merchantId };
  assert.equal(await codeOf(reverse(shop, redemptionId, { by })), 'done');
  await setClock(owner, undefined);
});

/** The redemption's line in a run that is going to be paid. */
async function givenLine(shop: Shopping, redemption: Redemption): Promise<void> {
  const { merchantId, fundId, personId, redemptionId } = redemption;
  const [runId, payoutId] = [newId(), newId()];
  await owner.query(
    `insert into settlement_run (run_id, programme_id, number, cut_off, state, line_count,
       amount_fen, content_hash, prepared_by, created_at)
     values ($1, $2, 1, now(), 'prepared', 1, 4000, '', 'test', now())`,
    [runId, shop.programme.programmeId],
  );
  await owner.query(
    `insert into settlement_line (run_id, merchant_id, fund_id, event_kind, person_id, event_ref,
       amount_fen) values ($1, $2, $3, 'redemption', $4, $5, 4000)`,
    [runId, merchantId, fundId, personId, redemptionId],
  );
  await owner.query(
    `insert into payout (payout_id, run_id, merchant_id, amount_fen, account, key_id, state)
     values ($1, $2, $3, 4000, '', 1, 'prepared')`,
    [payoutId, runId, merchantId],
  );
  await owner.query(
    'insert into payout_fund (payout_id, fund_id, paid_fen) values ($1, $2, 4000)',
    [payoutId, fundId],
  );
}

test('after settlement the shop owes the value; nothing of the paid line is touched', async () => {
  const shop = shopOf('restore_if_valid');
  const { redemption, redemptionId } = await sold(shop);
  await givenLine(shop, redemption);
  const before = await book(shop);
  const back = await refund(shop, redemptionId);
  assert.equal(back.afterSettlement, true);
  const after = await book(shop);
  assert.equal(after['payable'], before['payable']);
  assert.equal((after['receivable'] ?? 0n) - (before['receivable'] ?? 0n), -4_000n);
});

test('after the programme ended wallets get nothing: the value is due for return', async () => {
  const shop = await givenShopping(db);
  const { voucher, redemptionId } = await sold(shop);
  const undone = await sold(shop);
  await owner.query(`update programme set state = 'closing' where programme_id = $1`, [
    shop.programme.programmeId,
  ]);
  const back = await refund(shop, redemptionId);
  assert.equal(back.outcome, 'return_due');
  assert.equal((await stateOf(voucher.voucherId)).state, 'used');
  assert.equal((await reverse(shop, undone.redemptionId)).outcome, 'return_due');
  assert.equal((await book(shop))['return_due'], 8_000n);
});

test('a percentage that took less than its face is restored with its face', async () => {
  const planText = smallPlan.replace(
    'face: 40, threshold: { amount: 180 }',
    'face: { percent: 10, cap: 40 }, threshold: { amount: 180 }',
  );
  const shop = await givenShopping(db, { planText });
  const start = await book(shop);
  const { voucher, redemption, redemptionId } = await sold(shop);
  assert.equal(redemption.deductionFen, 1_800n);
  const sale = await book(shop);
  assert.equal((sale['available'] ?? 0n) - (start['available'] ?? 0n), -1_800n);
  assert.equal((await refund(shop, redemptionId)).outcome, 'restored');
  assert.equal((await stateOf(voucher.voucherId)).state, 'unused');
  const end = await book(shop);
  assert.equal((end['outstanding'] ?? 0n) - (start['outstanding'] ?? 0n), 4_000n);
  assert.equal(end['payable'], 0n);
});

test('whatever is refunded in whatever parts, no 分 is lost and none given twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...policies),
      fc.bigInt(18_000n, 40_000n),
      fc.array(fc.bigInt(1n, 20_000n), { maxLength: 4 }),
      async (policy, orderFen, parts) => {
        const shop = shopOf(policy);
        const before = await book(shop);
        const { redemptionId } = await sold(shop, fen(orderFen));
        let [refunded, voucherBack, cashBack] = [0n, 0n, 0n];
        for (const amountFen of [...parts, orderFen]) {
          const left = orderFen - refunded;
          const isLast = amountFen === orderFen;
          const ask = isLast ? left : amountFen;
          if (left === 0n || ask > left) continue;
          const back = await refund(shop, redemptionId, { amountFen: fen(ask) });
          refunded += back.amountFen;
          voucherBack += back.voucherFen;
          cashBack += back.cashFen;
        }
        assert.deepEqual([refunded, voucherBack, cashBack], [orderFen, 4_000n, orderFen - 4_000n]);
        const after = await book(shop);
        const total = Object.values(after).reduce((sum, one) => sum + one, 0n);
        assert.equal(total, 0n);
        assert.equal(after['payable'] ?? 0n, before['payable'] ?? 0n);
      },
    ),
    { numRuns: 25 },
  );
});
