import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { givenFund, someKeys } from '../../given/fund.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { specialAccount } from '../../given/settlement.ts';
import { setClock } from '../../given/voucher.ts';
import { makeBankSandbox, type BankSandbox } from '../../ports/bank.sandbox.ts';
import { verify } from '../audit/verify.ts';
import { approveClosing, closeProgramme, prepareClosing } from '../expiry/closing.ts';
import { approveReturn, getReturn, prepareReturns } from '../expiry/return.ts';
import { sealAccount, setReturnAccount } from '../fund/fund.ts';
import { listOverdueReturns, payReturns, sendReturn } from './pay-return.ts';
import type { Payer } from './pay-run.ts';

/** As SM23: to 2023-05-31, unspent money back within ten working days, by 2023-06-14. */
const may = smallPlan
  .replace(/dates: .*/, 'dates: { from: "2023-01-19", to: "2023-05-31" }')
  .replace(/validity: .*/, 'validity: { until_programme_end: true }')
  .replace(/calendar: .*/, 'calendar: { moments: ["2023-02-03 10:00"] }');

let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let bank: BankSandbox;
let payer: Payer;
let now = Date.parse('2023-02-01T10:00:00+08:00');
const robot: Actor = { kind: 'system', id: 'settlement' };

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  bank = makeBankSandbox({ now: () => now });
  const openingFen = fen(10_000_000n);
  bank.openAccount({ account: specialAccount, name: '消费券专户', openingFen });
  payer = { db, keys: someKeys, bank };
});
after(async () => {
  await closeDb(db);
  await owner.end();
  await database.drop();
});

const staff = <T>(work: (tx: Tx) => Promise<T>) => transact(db, someStaff(), work);
const refused = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code;
const proven = async () => assert.equal((await verify(db)).firstBad, null);
async function at(text: string) {
  now = Date.parse(text);
  await setClock(owner, text);
}
const left = () => bank.balanceFen(specialAccount);

/** A closed programme that owes its funder 10,000元, with a return approved by two persons. */
async function approvedReturn() {
  await at('2023-02-01T10:00:00+08:00');
  const { programmeId } = await givenProgramme(db, { planText: may });
  const { fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen: 1_000_000n });
  const account = { name: '县财政局', number: '6222020200112233', bank: '乡宁农商行' };
  const sealed = sealAccount(someKeys, account);
  await staff((tx) => setReturnAccount(tx, { fundId, account: sealed }));
  await at('2023-06-01T09:00:00+08:00');
  const { closingOrderId } = await staff((tx) => prepareClosing(tx, { programmeId }));
  await staff((tx) => approveClosing(tx, { closingOrderId }));
  await closeProgramme(db, someStaff(), closingOrderId);
  const [prepared] = await staff((tx) => prepareReturns(tx, { programmeId }));
  const returnId = prepared?.returnId ?? assert.fail();
  await assert.rejects(sendReturn(payer, robot, returnId), refused('state_conflict'));
  await staff((tx) => approveReturn(tx, { returnId }));
  return { programmeId, returnId, fundId };
}
const stateOf = async (returnId: string) => (await staff((tx) => getReturn(tx, returnId))).state;

test(
  'an approved return goes through the bank once and is back when the bank says ' + 'so',
  async () => {
    const before = left();
    const { returnId, programmeId } = await approvedReturn();
    await Promise.all([payReturns(payer, robot), sendReturn(payer, robot, returnId)]);
    assert.equal(await stateOf(returnId), 'sent');
    await Promise.all([payReturns(payer, robot), payReturns(payer, robot)]);
    assert.equal(await stateOf(returnId), 'returned');
    assert.equal(before - left(), 1_000_000n);
    await payReturns(payer, robot);
    await at('2023-06-15T09:00:00+08:00');
    assert.deepEqual(await staff((tx) => listOverdueReturns(tx, programmeId)), []);
    await proven();
  },
);

test('a bank that cannot be reached is asked again, under the same id', async () => {
  const before = left();
  const { returnId } = await approvedReturn();
  bank.script.on(returnId, { kind: 'unreachable' });
  await payReturns(payer, robot);
  assert.equal(before - left(), 0n);
  for (let steps = 0; steps < 2; steps += 1) await payReturns(payer, robot);
  assert.equal(await stateOf(returnId), 'returned');
  assert.equal(before - left(), 1_000_000n);
});

test('a return that fails stays due and shows as overdue after the tenth working day', async () => {
  const { returnId, programmeId, fundId } = await approvedReturn();
  bank.fate(returnId, { kind: 'fail', reason: 'account_closed' });
  for (let steps = 0; steps < 3; steps += 1) await payReturns(payer, robot);
  assert.equal(await stateOf(returnId), 'failed');
  const overdue = () => staff((tx) => listOverdueReturns(tx, programmeId));
  await at('2023-06-14T23:59:59+08:00');
  assert.deepEqual(await overdue(), []);
  await at('2023-06-15T00:00:00+08:00');
  const late = await overdue();
  assert.deepEqual(
    late.map((one) => [one.state, one.fundId, one.returnBy, one.daysLate]),
    [['not_prepared', fundId, '2023-06-14', 1]],
  );
  const { rows } = await owner.query(
    'select count(*)::int as n from reconciliation_exception where return_id = $1',
    [returnId],
  );
  assert.deepEqual(rows, [{ n: 1 }]);
  await proven();
});
