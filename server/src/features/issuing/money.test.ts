import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact, type Tx } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenIssuedBatch, givenRoster } from '../../given/issuing.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { setClock } from '../../given/voucher.ts';
import { verify } from '../audit/verify.ts';
import { forecastIssue } from './forecast.ts';

/** SM23: two banks, each with its own account paid ahead; 60 % and 40 %. */
const twoBanks = smallPlan.replace(
  'eligibility:',
  `channels:
  - { id: pufa, name: 浦发银行, operator: commerce, kind: bank_file, share_percent: 60,
      prefunded: true }
  - { id: abc, name: 农业银行, operator: commerce, kind: bank_file, share_percent: 40, prefunded: true }
eligibility:`,
);

/** The county's money first, then the enterprises'. */
const twoFunders = smallPlan
  .replace(
    'pools:',
    `  - { id: company, party: commerce, source: enterprise, order_of_use: 2, return_account: payer,
      pay_to: { name: 企业专户, number: "6200001234567891", bank: 农业银行 } }
pools:`,
  )
  .replace('name: 通用零售, funders: [fiscal]', 'name: 通用零售, funders: [fiscal, company]');

let database: TestDatabase;
let db: Db;
let owner: pg.Client;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  await setClock(owner, '2023-09-01T10:00:00+08');
});
after(async () => {
  const report = await verify(db);
  assert.equal(report.firstBad, null);
  await owner.end();
  await closeDb(db);
  await database.drop();
});

const staff = <T>(work: (tx: Tx) => Promise<T>) => transact(db, someStaff(), work);

async function sums(batchId: string, by: 'fund_id' | 'channel') {
  const { rows } = await owner.query<{ name: string; n: number }>(
    `select ${by} as name, count(*)::int as n from voucher where batch_id = $1 group by 1`,
    [batchId],
  );
  return new Map(rows.map((row) => [row.name, row.n]));
}

test('each bank issues its share out of its own account', async () => {
  const programme = await givenProgramme(db, { planText: twoBanks });
  const { programmeId, organiserId: organisationId } = programme;
  const pool = { programmeId, pool: 'retail' };
  const pufa = await givenFund(db, { ...pool, channel: 'pufa', amountFen: 120_000n });
  const abc = await givenFund(db, { ...pool, channel: 'abc', amountFen: 80_000n });
  const { rosterId } = await givenRoster(db, { programmeId, organisationId, persons: 10 });
  const forecast = await staff((tx) => forecastIssue(tx, { rosterId, mode: 'read' }));
  assert.deepEqual(
    forecast.channels.map((one) => [one.channel, one.entitlementCount, one.amountFen]),
    [
      ['abc', 4, 80_000n],
      ['pufa', 6, 120_000n],
    ],
  );
  const batchId = await givenIssuedBatch(db, rosterId);
  assert.deepEqual(
    await sums(batchId, 'channel'),
    new Map([
      ['abc', 20],
      ['pufa', 30],
    ]),
  );
  const funds = new Map([
    [abc.fundId, 20],
    [pufa.fundId, 30],
  ]);
  assert.deepEqual(await sums(batchId, 'fund_id'), funds);
  const { rows } = await owner.query(
    `select person_id from voucher where batch_id = $1 group by 1
     having count(distinct channel) > 1`,
    [batchId],
  );
  assert.equal(rows.length, 0);
});

test('a person on a second list keeps the bank of the first', async () => {
  const programme = await givenProgramme(db, { planText: twoBanks });
  const { programmeId, organiserId: organisationId } = programme;
  for (const channel of ['pufa', 'abc']) {
    await givenFund(db, { programmeId, pool: 'retail', channel, amountFen: 400_000n });
  }
  const given = { programmeId, organisationId };
  const { rosterId, personIds } = await givenRoster(db, { ...given, persons: 10 });
  await givenIssuedBatch(db, rosterId);
  const persons = personIds.slice(0, 7);
  const second = await givenRoster(db, { ...given, persons, source: 'enterprise' });
  await givenIssuedBatch(db, second.rosterId);
  const { rows } = await owner.query(
    `select person_id from voucher where programme_id = $1 group by 1
     having count(distinct channel) > 1`,
    [programmeId],
  );
  assert.equal(rows.length, 0);
});

test(
  'the first fund is spent to its last whole voucher, then the next; none pays ' + 'half',
  async () => {
    const programme = await givenProgramme(db, { planText: twoFunders });
    const { programmeId, organiserId: organisationId } = programme;
    const pool = { programmeId, pool: 'retail' };
    // 13 vouchers and a half of the first fund's money, 12 of the second.
    const first = await givenFund(db, { ...pool, funder: 'fiscal', amountFen: 54_000n });
    const second = await givenFund(db, { ...pool, funder: 'company', amountFen: 48_000n });
    const { rosterId } = await givenRoster(db, { programmeId, organisationId, persons: 5 });
    const batchId = await givenIssuedBatch(db, rosterId);
    const funds = new Map([
      [first.fundId, 13],
      [second.fundId, 12],
    ]);
    assert.deepEqual(await sums(batchId, 'fund_id'), funds);
  },
);
