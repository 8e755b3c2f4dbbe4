import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund, someKeys } from '../../given/fund.ts';
import { givenOrganisation, someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { balancesOf, post } from '../../ledger/post.ts';
import { record } from '../../events/record.ts';
import { approveConfirmation, prepareConfirmation, rejectConfirmation } from './confirmation.ts';
import { openFund, openPlannedFunds } from './fund.ts';
import { cancelFundingOrder, getFundingOrder, prepareFundingOrder } from './funding-order.ts';
import { fundWarnings, listTransfers, moneyByPool, poolStatus } from './money.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

const [clerk, finance] = [someStaff(), someStaff()];
const keys = someKeys;

function refuses(code: RefusalCode) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

async function available(fundId: string): Promise<bigint> {
  const balances = await transact(db, clerk, (tx) => balancesOf(tx, [fundId]));
  return balances.find((one) => one.kind === 'available')?.balanceFen ?? 0n;
}

async function givenOrder() {
  const { programmeId } = await givenProgramme(db);
  const given = { programmeId, pool: 'retail', amountFen: 100_000n, confirmed: false } as const;
  const fund = await givenFund(db, given);
  return { ...fund, programmeId, fundingOrderId: fund.fundingOrderId ?? '' };
}

const signedPaper = () => ({
  basis: 'preallocation' as const,
  documentNumber: `神财预拨〔2023〕${newId().slice(-4)}号`,
  documentDigest: createHash('sha256').update('scan').digest(),
});

const propose = (fundingOrderId: string) =>
  transact(db, clerk, (tx) =>
    prepareConfirmation(tx, { fundingOrderId, evidence: signedPaper(), note: '预拨' }),
  );
const approve = (confirmationId: string, actor = finance) =>
  transact(db, actor, (tx) => approveConfirmation(tx, { confirmationId }));
const cancel = (fundingOrderId: string) =>
  transact(db, clerk, (tx) => cancelFundingOrder(tx, { fundingOrderId, reason: '填错金额' }));

test('money on a signed paper is spendable after a second person, not before', async () => {
  const { fundId, fundingOrderId } = await givenOrder();
  const { confirmationId } = await propose(fundingOrderId);
  assert.equal(await available(fundId), 0n);
  await assert.rejects(approve(confirmationId, clerk), refuses('separation_of_duties'));
  assert.equal(await available(fundId), 0n);
  await approve(confirmationId);
  assert.equal(await available(fundId), 100_000n);
  await assert.rejects(approve(confirmationId), refuses('already_decided'));
  assert.equal(await available(fundId), 100_000n);
});

test('unconfirmed money cannot be committed', async () => {
  const { fundId } = await givenOrder();
  const spend = transact(db, clerk, async (tx) =>
    post(tx, await record(tx, { kind: 'test.spent', subject: { kind: 'fund', id: fundId } }), [
      {
        fundId,
        from: 'available',
        to: 'committed',
        amountFen: fen(1),
        kind: 'committed',
        reference: { kind: 'test', id: '1' },
      },
    ]),
  );
  await assert.rejects(spend, refuses('insufficient_funds'));
});

test('of ten approvals at the same time one confirms, and the money is there once', async () => {
  const { fundId, fundingOrderId } = await givenOrder();
  const { confirmationId } = await propose(fundingOrderId);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => approve(confirmationId, someStaff())),
  );
  assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1);
  assert.equal(await available(fundId), 100_000n);
});

test(
  'an order has one confirmation at a time; after a rejection another may be ' + 'proposed',
  async () => {
    const { fundId, fundingOrderId } = await givenOrder();
    const { confirmationId } = await propose(fundingOrderId);
    await assert.rejects(propose(fundingOrderId), refuses('state_conflict'));
    await transact(db, finance, (tx) => rejectConfirmation(tx, { confirmationId, reason: '无章' }));
    await assert.rejects(approve(confirmationId), refuses('already_decided'));
    const second = await propose(fundingOrderId);
    await approve(second.confirmationId);
    assert.equal(await available(fundId), 100_000n);
  },
);

test('an order is cancelled or confirmed, never both', async () => {
  const { fundId, fundingOrderId } = await givenOrder();
  const { confirmationId } = await propose(fundingOrderId);
  await assert.rejects(cancel(fundingOrderId), refuses('state_conflict'));
  await approve(confirmationId);
  await assert.rejects(cancel(fundingOrderId), refuses('already_decided'));
  assert.equal(await available(fundId), 100_000n);
  const other = await givenOrder();
  const outcomes = await Promise.allSettled([
    cancel(other.fundingOrderId),
    propose(other.fundingOrderId),
  ]);
  assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1);
});

test('a cancelled order takes no money', async () => {
  const { fundingOrderId } = await givenOrder();
  await cancel(fundingOrderId);
  await assert.rejects(propose(fundingOrderId), refuses('already_decided'));
  await assert.rejects(cancel(fundingOrderId), refuses('already_decided'));
});

test(
  'the database itself refuses a confirmation without evidence, second person or ' + 'open order',
  async () => {
    const { fundingOrderId, programmeId } = await givenOrder();
    const { confirmationId } = await propose(fundingOrderId);
    const raw = (text: string, values: unknown[] = []) => db.pool.query(text, values);
    const approveAs =
      'update money_confirmation set state = $2, decided_by = $3 where confirmation_id = $1';
    await assert.rejects(
      raw(approveAs, [confirmationId, 'approved', clerk.id]),
      /approver_is_not_preparer/,
    );
    await assert.rejects(raw(approveAs, [confirmationId, 'approved', null]), /second_person/);
    await assert.rejects(
      raw(
        `insert into money_confirmation (confirmation_id, funding_order_id, basis, is_exact, note,
         state, prepared_by, created_at)
       select gen_random_uuid(), funding_order_id, 'bank_line', true, '', 'rejected', prepared_by,
         now() from funding_order where funding_order_id = $1`,
        [fundingOrderId],
      ),
      /confirmation_rests_on_evidence/,
    );
    await approve(confirmationId);
    await assert.rejects(
      raw(`update funding_order set state = 'open' where programme_id = $1`, [programmeId]),
      /confirmed_orders_have_their_time|is confirmed/,
    );
    await assert.rejects(
      owner.query(`update money_confirmation set state = 'prepared' where confirmation_id = $1`, [
        confirmationId,
      ]),
      /decided already/,
    );
  },
);

test('an order holds one funder’s funds of one programme, each once', async () => {
  const first = await givenOrder();
  const other = await givenOrder();
  const order = (...fundIds: string[]) =>
    transact(db, clerk, (tx) => {
      const lines = fundIds.map((fundId) => ({ fundId, amountFen: fen(1) }));
      return prepareFundingOrder(tx, { lines, keys });
    });
  await assert.rejects(order(first.fundId, other.fundId), refuses('invalid_rule'));
  await assert.rejects(order(first.fundId, first.fundId), refuses('invalid_rule'));
  await assert.rejects(order(newId()), refuses('not_found'));
});

test('the order tells the payer where to pay and what to write', async () => {
  const { fundingOrderId } = await givenOrder();
  const order = await transact(db, clerk, (tx) => getFundingOrder(tx, fundingOrderId));
  assert.equal(order.accountNumber, '6200001234567890');
  assert.match(order.remarkCode, /^\d{8}$/);
  assert.equal(order.totalFen, 100_000n);
});

test('the money of six funders in one pool stays apart, to the 分', async () => {
  const organiserId = await givenOrganisation(db, { name: '省总工会', kind: 'province_union' });
  const planText = smallPlan.replace(
    'return_account: payer,',
    'per_branch: true, return_account: payer,',
  );
  const { programmeId } = await givenProgramme(db, { planText, organiserId });
  const funds: string[] = [];
  for (const amount of [1n, 20n, 300n, 4_000n, 50_000n, 600_000n]) {
    const funderId = await givenOrganisation(db, {
      name: `${amount}厂工会`,
      kind: 'branch_union',
      parentId: organiserId,
    });
    const given = { programmeId, pool: 'retail', funderId, amountFen: amount };
    funds.push((await givenFund(db, given)).fundId);
  }
  const money = await Promise.all(funds.map(available));
  assert.deepEqual(money, [1n, 20n, 300n, 4_000n, 50_000n, 600_000n]);
  const pools = await transact(db, clerk, (tx) => moneyByPool(tx, programmeId));
  assert.deepEqual(
    pools.map(({ pool, balances }) => [pool, balances.fundedFen, balances.available]),
    [['retail', 654_321n, 654_321n]],
  );
  const [third = ''] = funds.slice(2);
  const ledger = await transact(db, clerk, (tx) => listTransfers(tx, { fundId: third, limit: 10 }));
  assert.deepEqual(
    ledger.map((row) => [row.sourceKind, row.targetKind, row.amountFen, row.referenceKind]),
    [['funder', 'available', 300n, 'funding_order']],
  );
});

test(
  'only an organisation of the plan, or a branch below its organiser, opens a ' + 'fund',
  async () => {
    const { programmeId } = await givenProgramme(db);
    const strangerId = await givenOrganisation(db, { name: '外县工会', kind: 'branch_union' });
    const open = (input: { pool: string; funderId: string; channel?: string }) =>
      transact(db, clerk, (tx) => openFund(tx, { programmeId, ...input }));
    await assert.rejects(open({ pool: 'retail', funderId: strangerId }), refuses('not_eligible'));
    await assert.rejects(open({ pool: 'retail', funderId: newId() }), refuses('not_found'));
    await assert.rejects(open({ pool: 'car', funderId: strangerId }), refuses('invalid_rule'));
    const channel = 'nowhere';
    const elsewhere = open({ pool: 'retail', funderId: strangerId, channel });
    await assert.rejects(elsewhere, refuses('invalid_rule'));
  },
);

test('the funds of the plan are opened once, however often they are asked for', async () => {
  const { programmeId } = await givenProgramme(db);
  const open = () => transact(db, clerk, (tx) => openPlannedFunds(tx, { programmeId, keys }));
  const opened = await Promise.all([open(), open(), open()]);
  assert.equal(
    opened.reduce((sum, one) => sum + one, 0),
    2,
  );
  assert.equal(await open(), 0);
});

test('each of two prefunded banks gets a fund of its own', async () => {
  const channels = `channels:
  - { id: spd, name: 浦发银行, operator: government, kind: wallet, share_percent: 50, prefunded: true }
  - { id: abc, name: 农业银行, operator: government, kind: wallet, share_percent: 50, prefunded: true }
`;
  const { programmeId } = await givenProgramme(db, { planText: smallPlan + channels });
  const [spd, abc] = await Promise.all(
    ['spd', 'abc'].map((channel) =>
      givenFund(db, { programmeId, pool: 'retail', channel, amountFen: 5_000n }),
    ),
  );
  assert.notEqual(spd?.fundId, abc?.fundId);
  assert.equal(await available(spd?.fundId ?? ''), 5_000n);
});

test('a pool is used up when it was funded and nothing is left to promise or to give', async () => {
  const { programmeId } = await givenProgramme(db);
  const status = () =>
    transact(db, clerk, (tx) => poolStatus(tx, { programmeId, pool: 'catering' }));
  assert.equal((await status()).isUsedUp, false);
  const { fundId } = await givenFund(db, { programmeId, pool: 'catering', amountFen: 100n });
  assert.equal((await status()).isUsedUp, false);
  await transact(db, clerk, async (tx) => {
    const subject = { kind: 'fund', id: fundId };
    const reference = { kind: 'test', id: '1' };
    const amountFen = fen(100);
    await post(tx, await record(tx, { kind: 'test.ended', subject }), [
      { fundId, from: 'available', to: 'return_due', amountFen, kind: 'test', reference },
    ]);
  });
  assert.equal((await status()).isUsedUp, true);
  const warnings = await transact(db, clerk, (tx) => fundWarnings(tx, { programmeId }));
  assert.deepEqual(
    warnings.map((one) => [one.fundId, one.warning]),
    [[fundId, 'used_up']],
  );
});
