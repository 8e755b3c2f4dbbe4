import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { fen, yuan } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instant, instantText } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { smallPlan } from '../../given/programme.ts';
import { givenMerchant } from '../../given/merchant.ts';
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
import { cancelRedemption, commitRedemption, voidOverdueTries } from './decide.ts';
import { tryRedemptions, type TryOutcome } from './try.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let shopping: Shopping;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  shopping = await givenShopping(db);
});
after(async () => {
  const report = await verify(db);
  await owner.end();
  await closeDb(db);
  await database.drop();
  assert.equal(report.firstBad, null);
});

const order = yuan(180);

async function scan(personId: string, changes: Partial<Parameters<typeof givenTry>[1]> = {}) {
  const { digits: code } = await givenCode(db, { personId, keys: shopping.keys });
  return givenTry(db, { ...shopping, code, orderFen: order, ...changes });
}

const answer = (outcome: TryOutcome) => outcome.refused ?? 'tried';

async function balance(kind: string) {
  const balances = await transact(db, tillActor(shopping.merchant), (tx) =>
    balancesOf(tx, [shopping.fundId]),
  );
  return balances.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.balanceFen, 0n);
}

async function stateOf(voucherId: string) {
  const { rows } = await owner.query('select state from voucher where voucher_id = $1', [
    voucherId,
  ]);
  return rows[0]?.state;
}

test('180元 with a 40元 voucher: 140元 to pay, the shop is owed 40元 when it commits', async () => {
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  const outcome = await scan(voucher.personId);
  assert.ok(outcome.refused === undefined);
  const { tried } = outcome;
  assert.deepEqual(
    [tried.voucherId, tried.deductionFen, tried.cashFen, tried.voucherName],
    [voucher.voucherId, 4_000n, 14_000n, '零售40元券'],
  );
  assert.equal(await stateOf(voucher.voucherId), 'held');
  const before = await balance('payable');
  const { terminalId } = shopping.merchant;
  const input = { redemptionId: tried.redemptionId, terminalId, orderFen: order };
  const redemption = await transact(db, tillActor(shopping.merchant), (tx) =>
    commitRedemption(tx, input),
  );
  assert.equal(redemption.state, 'committed');
  assert.equal(await stateOf(voucher.voucherId), 'used');
  assert.equal((await balance('payable')) - before, 4_000n);
  // The till that did not hear the answer asks again.
  await transact(db, tillActor(shopping.merchant), (tx) => commitRedemption(tx, input));
  assert.equal((await balance('payable')) - before, 4_000n);
});

test('an order one 分 below the threshold is refused; the cashier hears the threshold', async () => {
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  const outcome = await scan(voucher.personId, { orderFen: fen(order - 1n) });
  assert.equal(outcome.refused, 'below_threshold');
  assert.equal(outcome.refused && outcome.details['thresholdFen'], 18_000);
  assert.equal(await stateOf(voucher.voucherId), 'unused');
});

test('a code works once, even when the redemption it was scanned for is refused', async () => {
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  const { digits: code } = await givenCode(db, {
    ...voucher,
    voucherId: voucher.voucherId,
    keys: shopping.keys,
  });
  const scanned = (orderFen: bigint) =>
    givenTry(db, { ...shopping, code, orderFen: fen(orderFen) });
  assert.equal(answer(await scanned(1n)), 'below_threshold');
  assert.equal(answer(await scanned(18_000n)), 'code_used');
  assert.equal(answer(await scan(voucher.personId)), 'tried');
});

test('the use of one of two live codes ends the other; a third ends the first', async () => {
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  const { personId } = voucher;
  const fresh = async () => (await givenCode(db, { personId, keys: shopping.keys })).digits;
  const [first, second, third] = [await fresh(), await fresh(), await fresh()];
  const scanned = (code: string) => givenTry(db, { ...shopping, code, orderFen: order });
  assert.equal(answer(await scanned(first)), 'code_expired');
  assert.equal(answer(await scanned(second)), 'tried');
  assert.equal(answer(await scanned(third)), 'code_used');
});

test('codes with spaces, wide digits and a line feed are read; cut and foreign not', async () => {
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  const { digits } = await givenCode(db, {
    ...voucher,
    voucherId: voucher.voucherId,
    keys: shopping.keys,
  });
  const scanned = async (code: string) =>
    answer(await givenTry(db, { ...shopping, code, orderFen: order }));
  assert.equal(await scanned(`62${digits.slice(2)}`), 'code_unknown');
  assert.equal(await scanned(digits.slice(0, -1)), 'code_invalid');
  const wide = digits.replaceAll(/\d/g, (d) => String.fromCodePoint(0xff10 + Number(d)));
  assert.equal(await scanned(` ${wide.slice(0, 9)} ${wide.slice(9)}\r\n`), 'tried');
  assert.equal(await scanned(digits), 'code_used');
});

test('a code lives for sixty seconds of the database, not a millisecond more', async () => {
  const start = instant(Date.UTC(2023, 8, 1, 4));
  const at = (ms: number) => setClock(owner, instantText(instant(start + ms)));
  await at(0);
  const vouchers = await shopping.wallets(2);
  const codes = await Promise.all(
    vouchers.map((one) => givenCode(db, { personId: one.personId, keys: shopping.keys })),
  );
  const scanned = async (code: string | undefined) =>
    answer(await givenTry(db, { ...shopping, code: code ?? '', orderFen: order }));
  await at(59_999);
  assert.equal(await scanned(codes[0]?.digits), 'tried');
  await at(60_000);
  assert.equal(await scanned(codes[1]?.digits), 'code_expired');
  await setClock(owner, undefined);
});

test('Thursday 23:00: accepted one millisecond before, refused from then on', async () => {
  const end = instant(Date.UTC(2023, 8, 7, 15));
  const at = (ms: number) => setClock(owner, instantText(instant(end + ms)));
  await at(-86_400_000);
  const [one, two] = await shopping.wallets(2, { validTo: end });
  const [early] = await shopping.wallets(1, { validFrom: end, validTo: instant(end + 1000) });
  assert.ok(one && two && early);
  await at(-1);
  assert.equal(answer(await scan(one.personId)), 'tried');
  assert.equal(answer(await scan(early.personId)), 'voucher_not_started');
  await at(0);
  assert.equal(answer(await scan(two.personId)), 'voucher_expired');
  assert.equal(answer(await scan(early.personId)), 'tried');
  await setClock(owner, undefined);
});

test('a used, a void and a held voucher are refused by their own names', async () => {
  const [used, voided, held] = await shopping.wallets(3);
  assert.ok(used && voided && held);
  await givenRedemption(db, { ...shopping, personId: used.personId, orderFen: order });
  await owner.query(`update voucher set state = 'void' where voucher_id = $1`, [voided.voucherId]);
  await scan(held.personId);
  assert.equal(answer(await scan(used.personId)), 'voucher_used');
  assert.equal(answer(await scan(voided.personId)), 'voucher_void');
  assert.equal(answer(await scan(held.personId)), 'voucher_held');
  // put back what only this test did, so that the books still agree
  await owner.query('alter table voucher disable trigger voucher_state_machine');
  await owner.query(`update voucher set state = 'unused' where voucher_id = $1`, [
    voided.voucherId,
  ]);
  await owner.query('alter table voucher enable trigger voucher_state_machine');
});

test("an empty wallet, somebody else's voucher, and two vouchers for one payment", async () => {
  const [mine, other] = await shopping.wallets(2);
  assert.ok(mine && other);
  const [stranger] = await shopping.wallets(1, { validFrom: instant(1), validTo: instant(2) });
  assert.ok(stranger);
  assert.equal(answer(await scan(stranger.personId)), 'voucher_expired');
  const picked = { voucherIds: [other.voucherId] };
  assert.equal(answer(await scan(mine.personId, picked)), 'not_found');
  const both = { voucherIds: [mine.voucherId, other.voucherId] };
  assert.equal(answer(await scan(mine.personId, both)), 'one_voucher_per_payment');
  assert.equal(answer(await scan(newPerson(await shopping.wallets(1)))), 'tried');
  await assert.rejects(
    givenCode(db, { personId: mine.personId, voucherId: other.voucherId, keys: shopping.keys }),
    (error) => error instanceof Refusal && error.code === 'not_found',
  );
});

const newPerson = (vouchers: readonly { personId: string }[]) => vouchers[0]?.personId ?? '';

test('a card top-up is no purchase where the till says what is bought', async () => {
  const planText = smallPlan.replace(
    'one_voucher_per_payment: true',
    'one_voucher_per_payment: true, excluded_uses: [member_card_top_up]',
  );
  const own = await givenShopping(db, { planText });
  const [voucher] = await own.wallets(1);
  assert.ok(voucher);
  const { digits: code } = await givenCode(db, { personId: voucher.personId, keys: own.keys });
  const goods = ['member_card_top_up'];
  const outcome = await givenTry(db, { ...own, code, orderFen: order, goods });
  assert.equal(outcome.refused, 'goods_not_allowed');
});

test('XN23 二(八): where the plan asks for the place at use, the code must carry it', async () => {
  const planText = smallPlan.replace(
    'merchants:\n',
    'gates:\n' +
      '  - { gate: location, at: [claim, use], region: "141000", datum: stated_by_client }\n' +
      'merchants:\n',
  );
  const own = await givenShopping(db, { planText });
  const outcomes: string[] = [];
  for (const regions of [undefined, ['610000'], ['140000', '141000']]) {
    const [voucher] = await own.wallets(1);
    const personId = voucher?.personId ?? '';
    const given = { personId, keys: own.keys, ...(regions === undefined ? {} : { regions }) };
    const { digits: code } = await givenCode(db, given);
    outcomes.push(answer(await givenTry(db, { ...own, code, orderFen: order })));
  }
  assert.deepEqual(outcomes, ['location_required', 'location_not_eligible', 'tried']);
});

test('more than ten bad codes within a minute pause the till for a minute', async () => {
  const { programmeId } = shopping.programme;
  const given = { programmeId, category: 'retail', keys: shopping.keys };
  const merchant = await givenMerchant(db, given);
  const bad = () => givenTry(db, { ...shopping, merchant, code: '99', orderFen: order });
  for (let n = 1; n <= 10; n += 1) assert.equal(answer(await bad()), 'code_invalid');
  assert.equal(answer(await bad()), 'code_invalid');
  const paused = await bad();
  assert.equal(paused.refused, 'terminal_paused');
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  assert.equal(answer(await scan(voucher.personId, { merchant })), 'terminal_paused');
  await owner.query(
    `update terminal set paused_until = now() - interval '1 second'
    where terminal_id = $1`,
    [merchant.terminalId],
  );
  assert.equal(answer(await scan(voucher.personId, { merchant })), 'tried');
});

test('each thing that bars a shop bars it, and the cashier hears which', async () => {
  const { programmeId } = shopping.programme;
  const bars: readonly (readonly [string, string, string])[] = [
    ['programme_merchant', `state = 'applied'`, 'under_review'],
    ['programme_merchant', `state = 'suspended'`, 'merchant_suspended'],
    ['programme_merchant', `state = 'disqualified'`, 'merchant_disqualified'],
    ['programme_merchant', `state = 'rejected'`, 'not_admitted'],
    ['programme_merchant', `category = 'culture'`, 'category'],
    ['merchant', `state = 'suspended'`, 'merchant_suspended'],
    ['merchant', `state = 'disqualified'`, 'merchant_disqualified'],
    ['merchant', `region_code = '141030'`, 'other_region'],
    ['shop', `region_code = '141030'`, 'other_region'],
    ['shop', `state = 'closed'`, 'shop_closed'],
    ['terminal', `state = 'released'`, 'terminal_not_bound'],
    ['cashier', `state = 'ended'`, 'cashier_not_of_shop'],
  ];
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  for (const [table, change, reason] of bars) {
    const merchant = await givenMerchant(db, {
      programmeId,
      category: 'retail',
      keys: shopping.keys,
    });
    const { merchantId, shopId, terminalId } = merchant;
    const id = { programme_merchant: merchantId, merchant: merchantId, terminal: terminalId }[
      table
    ];
    const key = table === 'programme_merchant' ? 'merchant' : table === 'cashier' ? 'shop' : table;
    await owner.query(`update ${table} set ${change} where ${key}_id = $1`, [id ?? shopId]);
    const outcome = await scan(voucher.personId, { merchant });
    assert.equal(outcome.refused, 'merchant_not_accepting', change);
    assert.equal(outcome.refused && outcome.details['reason'], reason);
  }
  const merchant = await givenMerchant(db, {
    programmeId,
    category: 'retail',
    keys: shopping.keys,
  });
  await owner.query(
    `insert into dishonesty_listing (listing_id, uscc, evidence, listed_by, approved_by, listed_at)
     values ($1, $2, '恶意套现', $3, $4, now())`,
    [newId(), merchant.uscc, newId(), newId()],
  );
  const listed = await scan(voucher.personId, { merchant });
  assert.equal(listed.refused && listed.details['reason'], 'dishonest_listed');
});

test('commit: another till, another amount, and a try that was given up', async () => {
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  const outcome = await scan(voucher.personId);
  assert.ok(outcome.refused === undefined);
  const { redemptionId } = outcome.tried;
  const { terminalId } = shopping.merchant;
  const commit = (changes: object) =>
    transact(db, tillActor(shopping.merchant), (tx) =>
      commitRedemption(tx, { redemptionId, terminalId, orderFen: order, ...changes }),
    ).then(
      (one) => one.state,
      (error: unknown) => (error instanceof Refusal ? error.code : error),
    );
  assert.equal(await commit({ terminalId: newId() }), 'not_found');
  assert.equal(await commit({ orderFen: fen(order + 1n) }), 'amount_changed');
  await transact(db, tillActor(shopping.merchant), (tx) =>
    cancelRedemption(tx, { redemptionId, terminalId }),
  );
  assert.equal(await stateOf(voucher.voucherId), 'unused');
  assert.equal(await commit({}), 'state_conflict');
  assert.equal(answer(await scan(voucher.personId)), 'tried');
});

test('a try that nobody ends is void at 45 seconds; a later commit is refused', async () => {
  const start = instant(Date.UTC(2023, 8, 4, 4));
  const at = (ms: number) => setClock(owner, instantText(instant(start + ms)));
  await at(0);
  await transact(db, { kind: 'system', id: 'test' }, voidOverdueTries);
  const [one, two] = await shopping.wallets(2);
  assert.ok(one && two);
  const tries = [await scan(one.personId), await scan(two.personId)];
  const [first, second] = tries.map((outcome) => outcome.refused ?? outcome.tried.redemptionId);
  const { terminalId } = shopping.merchant;
  const commit = (redemptionId = '') =>
    transact(db, tillActor(shopping.merchant), (tx) =>
      commitRedemption(tx, { redemptionId, terminalId, orderFen: order }),
    );
  await at(44_999);
  assert.equal(await transact(db, { kind: 'system', id: 'test' }, voidOverdueTries), 0);
  assert.equal((await commit(first)).state, 'committed');
  await at(45_000);
  const late = (error: unknown) => error instanceof Refusal && error.code === 'hold_expired';
  await assert.rejects(commit(second), late);
  assert.equal(await transact(db, { kind: 'system', id: 'test' }, voidOverdueTries), 1);
  await assert.rejects(commit(second), late);
  assert.equal(await stateOf(two.voucherId), 'unused');
  await setClock(owner, undefined);
});

test('several tills in one group each get their own answer, and a code counts once', async () => {
  const vouchers = await shopping.wallets(3);
  const codes = await Promise.all(
    vouchers.map((one) => givenCode(db, { personId: one.personId, keys: shopping.keys })),
  );
  const { terminalId, cashierId } = shopping.merchant;
  const digits = [...codes.map((one) => one.digits), codes[0]?.digits ?? '', '99'];
  const outcomes = await transact(db, tillActor(shopping.merchant), (tx) =>
    tryRedemptions(
      tx,
      shopping.keys,
      digits.map((code, n) => {
        const orderFen = n === 1 ? fen(1n) : order;
        return { terminalId, cashierId, code, orderFen, payment: 'merchant' as const };
      }),
    ),
  );
  assert.deepEqual(outcomes.map(answer), [
    'tried',
    'below_threshold',
    'tried',
    'code_used',
    'code_invalid',
  ]);
});
