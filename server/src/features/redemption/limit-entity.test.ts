import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { yuan } from '@huiquan/domain/fen.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenPersons } from '../../given/issuing.ts';
import { givenMerchant } from '../../given/merchant.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import {
  givenClaimedVouchers,
  givenCode,
  givenShopping,
  tillActor,
} from '../../given/redemption.ts';
import { approveVersion, getVersion } from '../programme/programme.ts';
import { tryRedemptions } from './try.ts';

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

const limitedBy = (entity: string) =>
  smallPlan.replace(
    'limits:\n',
    `limits:\n  - { action: redeem, period: day, entity: ${entity}, of: each_kind, max: 1 }\n`,
  );

/** A programme that came into force before the plan checker knew of such limits. */
async function givenOldProgramme(planText: string) {
  const { programmeId, versionId, approver } = await givenProgramme(db, {
    planText,
    approved: false,
  });
  await owner.query('alter table programme_version disable trigger user');
  await owner.query(`update programme_version set findings = '[]' where version_id = $1`, [
    versionId,
  ]);
  await owner.query('alter table programme_version enable trigger user');
  const { contentHash } = await transact(db, approver, (tx) => getVersion(tx, versionId));
  await transact(db, approver, (tx) => approveVersion(tx, { versionId, seenHash: contentHash }));
  return { programmeId, versionId };
}

test('a limit by device answers as a rule nobody can keep, and harms no neighbour', async () => {
  const shopping = await givenShopping(db);
  const { keys } = shopping;
  const old = await givenOldProgramme(limitedBy('device'));
  const { fundId } = await givenFund(db, { ...old, pool: 'retail', amountFen: 10_000n, keys });
  const merchant = await givenMerchant(db, { ...old, category: 'retail', keys });
  const personIds = await givenPersons(db, 1);
  const voucher = { ...old, fundId, kind: 'retail_40', faceFen: 4_000n, personIds };
  await givenClaimedVouchers(db, voucher);
  const [neighbour] = await shopping.wallets(1);
  const orderOf = async (at: typeof merchant, personId = '') => {
    const { digits: code } = await givenCode(db, { personId, keys });
    const { terminalId, cashierId } = at;
    return { terminalId, cashierId, code, orderFen: yuan(180), payment: 'merchant' } as const;
  };
  const orders = [
    await orderOf(merchant, personIds[0]),
    await orderOf(shopping.merchant, neighbour?.personId),
  ];
  const outcomes = await transact(db, tillActor(merchant), (tx) =>
    tryRedemptions(tx, keys, orders),
  );
  assert.deepEqual(
    outcomes.map((one) => one.refused),
    ['invalid_rule', undefined],
  );
});

test('a limit by phone is counted by the person whose phones they are', async () => {
  const shopping = await givenShopping(db, { planText: limitedBy('phone') });
  const [one] = await shopping.wallets(1);
  assert.ok(one);
  await shopping.wallets(1, { personIds: [one.personId] });
  const scan = async () => {
    const { keys, merchant } = shopping;
    const { digits: code } = await givenCode(db, { personId: one.personId, keys });
    const { terminalId, cashierId } = merchant;
    const order = {
      terminalId,
      cashierId,
      code,
      orderFen: yuan(180),
      payment: 'merchant',
    } as const;
    const [outcome] = await transact(db, tillActor(merchant), (tx) =>
      tryRedemptions(tx, keys, [order]),
    );
    return outcome?.refused;
  };
  assert.deepEqual([await scan(), await scan()], [undefined, 'limit_reached']);
});
