import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { yuan } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instant, instantText } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import {
  givenCode,
  givenShopping,
  givenTry,
  tillActor,
  type Shopping,
} from '../../given/redemption.ts';
import { setClock } from '../../given/voucher.ts';
import {
  makePaymentNetworkSandbox,
  type PaymentNetworkSandbox,
} from '../../ports/payment-network.sandbox.ts';
import type { PaymentNotice } from '../../ports/payment-network.ts';
import { verify } from '../audit/verify.ts';
import { contradictionIn, openContradiction } from '../settlement/contradiction.ts';
import { cancelRedemption, commitRedemption, voidOverdueTries } from './decide.ts';
import {
  decideUnknown,
  payRest,
  resolveUnknown,
  sendNetworkRefunds,
  takeNotice,
} from './network.ts';
import { refundRedemption } from './refund.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let shopping: Shopping;
let network: PaymentNetworkSandbox;
const clockwork = { kind: 'system', id: 'test' } as const;
const start = instant(Date.UTC(2023, 8, 1, 4));
let offsetMs = 0;

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
beforeEach(() => {
  network = makePaymentNetworkSandbox({ now: () => start + offsetMs });
});

/** Each test starts an hour after the one before, so that none meets another's tries. */
let hour = 0;
async function at(seconds: number) {
  offsetMs = hour * 3_600_000 + seconds * 1000;
  await setClock(owner, instantText(instant(start + offsetMs)));
}

async function tried() {
  hour += 1;
  await at(0);
  const [voucher] = await shopping.wallets(1);
  assert.ok(voucher);
  const { digits: code } = await givenCode(db, { personId: voucher.personId, keys: shopping.keys });
  const given = { ...shopping, code, orderFen: yuan(180), payment: 'network' as const };
  const outcome = await givenTry(db, given);
  assert.ok(outcome.refused === undefined);
  const { redemptionId } = outcome.tried;
  return { voucher, redemptionId };
}

function pay(redemptionId: string, orderFen = yuan(180)) {
  const { terminalId } = shopping.merchant;
  const asked = { redemptionId, terminalId, orderFen, timeoutMs: 50 };
  return payRest(db, network, tillActor(shopping.merchant), asked);
}

async function stateOf(redemptionId: string) {
  const { rows } = await owner.query(
    `select r.state, v.state as voucher, r.next_query_at is null as is_over
     from redemption r join voucher v using (person_id, voucher_id) where r.redemption_id = $1`,
    [redemptionId],
  );
  return [rows[0]?.state, rows[0]?.voucher];
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : Promise.reject(error)),
  );

test('the rest of 140元 is paid through the network and the voucher is used', async () => {
  const { redemptionId } = await tried();
  assert.equal(await pay(redemptionId), 'committed');
  assert.deepEqual(await stateOf(redemptionId), ['committed', 'used']);
  assert.equal(network.heldFen(), 14_000n);
  assert.equal(await pay(redemptionId), 'committed');
  assert.equal(network.heldFen(), 14_000n);
});

test('declined: nothing is paid and the voucher is free again', async () => {
  const { redemptionId } = await tried();
  network.script.on(redemptionId, { kind: 'decline', reason: 'insufficient_balance' });
  assert.equal(await pay(redemptionId), 'cancelled');
  assert.deepEqual(await stateOf(redemptionId), ['cancelled', 'unused']);
});

test('a till cannot say itself that the network paid, nor give up what was sent', async () => {
  const { redemptionId } = await tried();
  const { terminalId } = shopping.merchant;
  const actor = tillActor(shopping.merchant);
  const commit = () =>
    transact(db, actor, (tx) =>
      commitRedemption(tx, { redemptionId, terminalId, orderFen: yuan(180) }),
    );
  assert.equal(await codeOf(commit()), 'state_conflict');
  network.script.on(redemptionId, { kind: 'silent' });
  assert.equal(await pay(redemptionId), 'sent');
  const cancel = transact(db, actor, (tx) => cancelRedemption(tx, { redemptionId, terminalId }));
  assert.equal(await codeOf(cancel), 'state_conflict');
  assert.equal(await codeOf(pay(redemptionId, yuan(181))), 'amount_changed');
  assert.equal(await codeOf(pay(newId())), 'not_found');
  await at(5);
  assert.equal(await resolveUnknown(db, network), 1);
  assert.deepEqual(await stateOf(redemptionId), ['committed', 'used']);
});

test('silence: asked after 5 seconds, the payment is found and the voucher used', async () => {
  const { redemptionId } = await tried();
  network.script.on(redemptionId, { kind: 'silent' });
  assert.equal(await pay(redemptionId), 'sent');
  assert.equal(await pay(redemptionId), 'sent');
  await at(4.9);
  assert.equal(await resolveUnknown(db, network), 0);
  await at(46);
  assert.equal(await transact(db, clockwork, voidOverdueTries), 0);
  assert.equal(await resolveUnknown(db, network), 1);
  assert.deepEqual(await stateOf(redemptionId), ['committed', 'used']);
});

test('a request that got lost is reversed, not before 15 seconds, then cancelled', async () => {
  const { redemptionId } = await tried();
  network.script.on(redemptionId, { kind: 'lost' });
  assert.equal(await pay(redemptionId), 'sent');
  await at(5);
  assert.equal(await resolveUnknown(db, network), 1);
  assert.deepEqual(await stateOf(redemptionId), ['sent', 'held']);
  await at(15);
  assert.equal(await resolveUnknown(db, network), 1);
  assert.deepEqual(await stateOf(redemptionId), ['cancelled', 'unused']);
  assert.equal(network.heldFen(), 0n);
});

test('unknown after 45 seconds: held and asked no more; reconciliation decides', async () => {
  const { redemptionId, voucher } = await tried();
  network.script.on(redemptionId, { kind: 'silent' });
  assert.equal(await pay(redemptionId), 'sent');
  network.script.down('down');
  const asked: number[] = [];
  for (const seconds of [5, 10, 15, 25, 35, 45, 55, 300]) {
    await at(seconds);
    if ((await resolveUnknown(db, network)) > 0) asked.push(seconds);
  }
  assert.deepEqual(asked, [5, 15, 25, 35, 45]);
  assert.equal(await transact(db, clockwork, voidOverdueTries), 0);
  assert.deepEqual(await stateOf(redemptionId), ['sent', 'held']);
  const decide = (outcome: 'paid' | 'not_paid') =>
    transact(db, clockwork, (tx) => decideUnknown(tx, { redemptionId, outcome }));
  assert.equal(await decide('not_paid'), 'cancelled');
  assert.equal(await codeOf(decide('paid')), 'state_conflict');
  assert.ok(voucher);
});

test('nothing could leave: the try stays a try, and is void at 45 seconds', async () => {
  const { redemptionId } = await tried();
  network.script.on(redemptionId, { kind: 'unreachable' });
  assert.equal(await pay(redemptionId), 'tried');
  assert.deepEqual(await stateOf(redemptionId), ['tried', 'held']);
  await at(45);
  assert.equal(await codeOf(pay(redemptionId)), 'hold_expired');
  assert.equal(await transact(db, clockwork, voidOverdueTries), 1);
  assert.deepEqual(await stateOf(redemptionId), ['voided', 'unused']);
});

const told = (notice: PaymentNotice) => transact(db, clockwork, (tx) => takeNotice(tx, notice));

test('declined, and yet the money moved: it goes back to the person, once', async () => {
  const { redemptionId } = await tried();
  network.script.on(redemptionId, { kind: 'contradict' });
  assert.equal(await pay(redemptionId), 'cancelled');
  assert.equal(network.heldFen(), 14_000n);
  const notice = {
    requestId: redemptionId,
    outcome: 'paid',
    amountFen: yuan(140),
    tradeNumber: 'PN1',
    currency: 'CNY',
    at: start,
  } as const;
  await told(notice);
  await told(notice);
  assert.equal(await sendNetworkRefunds(db, network), 1);
  assert.equal(network.heldFen(), 0n);
  assert.equal(await sendNetworkRefunds(db, network), 0);
  assert.deepEqual(await stateOf(redemptionId), ['cancelled', 'unused']);
  assert.deepEqual(await exceptionsOf(redemptionId), [
    ['state_differs', 'cancelled', 14_000, 'paid', 14_000],
  ]);
});

/** Runs the jobs that wait, twice as a queue may, and answers what is on the list of exceptions. */
async function exceptionsOf(redemptionId: string) {
  const { rows: jobs } = await owner.query<{ payload: Record<string, unknown> }>(
    `select j.payload from graphile_worker._private_jobs j
     join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = 'open_contradiction' and j.payload->>'redemptionId' = $1`,
    [redemptionId],
  );
  for (const { payload } of [...jobs, ...jobs]) {
    await openContradiction(db, clockwork, contradictionIn(payload));
  }
  const { rows } = await owner.query(
    `select verdict, details, source, state from reconciliation_exception
     where redemption_id = $1 order by verdict`,
    [redemptionId],
  );
  assert.ok(rows.every((row) => row.source === 'network_notice' && row.state === 'open'));
  return rows.map(({ verdict, details: told }) => [
    verdict,
    told.ours,
    told.oursFen,
    told.theirs,
    told.theirsFen,
  ]);
}

test('told twice and then otherwise: the first final state stands', async () => {
  const { redemptionId } = await tried();
  const base = {
    requestId: redemptionId,
    amountFen: yuan(140),
    tradeNumber: 'PN2',
    at: start,
    currency: 'CNY',
  };
  assert.equal(await pay(redemptionId), 'committed');
  await told({ ...base, outcome: 'paid' });
  await told({ ...base, outcome: 'declined' });
  await told({ ...base, outcome: 'declined' });
  await told({ ...base, amountFen: yuan(139), outcome: 'paid' });
  await told({ ...base, currency: 'USD', outcome: 'paid' });
  assert.equal(await told({ ...base, requestId: newId(), outcome: 'paid' }), false);
  assert.deepEqual(await stateOf(redemptionId), ['committed', 'used']);
  assert.equal(await sendNetworkRefunds(db, network), 0);
  assert.deepEqual(await exceptionsOf(redemptionId), [
    ['amount_differs', 'committed', 14_000, 'paid', 13_900],
    ['amount_differs', 'committed', 14_000, 'paid USD', 14_000],
    ['state_differs', 'committed', 14_000, 'declined', 0],
  ]);
});

test('goods that come back bring the network payment back, however often it is asked', async () => {
  const { redemptionId } = await tried();
  assert.equal(await pay(redemptionId), 'committed');
  const { shopId, cashierId } = shopping.merchant;
  await transact(db, tillActor(shopping.merchant), (tx) =>
    refundRedemption(tx, {
      redemptionId,
      refundNo: 'R-1',
      amountFen: yuan(180),
      by: { kind: 'till', shopId, cashierId },
    }),
  );
  network.script.next({ kind: 'silent' });
  assert.equal(await sendNetworkRefunds(db, network), 1);
  assert.equal(await sendNetworkRefunds(db, network), 0);
  await at(60);
  assert.equal(await sendNetworkRefunds(db, network), 1);
  assert.equal(network.heldFen(), 0n);
  assert.equal(await sendNetworkRefunds(db, network), 0);
  const { rows } = await owner.query('select state from network_refund where redemption_id = $1', [
    redemptionId,
  ]);
  assert.deepEqual(rows, [{ state: 'refunded' }]);
});
