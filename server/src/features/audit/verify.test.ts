import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { ownDatabase } from '../../given/own-server.ts';
import { requireProof, type TestDatabase } from '../../db/test-database.ts';
import { givenRedemption, givenShopping } from '../../given/redemption.ts';
import { verify } from './verify.ts';

let database: TestDatabase;
let db: Db;
let owner: pg.Client;

before(async () => {
  database = await ownDatabase({ unverified: 'rows are changed by hand here' });
  db = openDb({ url: database.appUrl, max: 4 });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  const { merchant, keys, wallets } = await givenShopping(db);
  const [first] = await wallets(3);
  const { personId, voucherId } = first ?? assert.fail('no voucher');
  await givenRedemption(db, { merchant, keys, personId, voucherId, orderFen: 20_000n });
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

/** Changes rows as somebody with full power over the database would, and looks. */
async function found(table: string, change: string): Promise<string> {
  await owner.query(`alter table ${table} disable trigger user`);
  await owner.query(change);
  const report = await verify(db);
  assert.equal(report.ok, false, `${change} was not found`);
  return report.firstBad ?? '';
}

test(
  'what was used as it should be is proved, and every check says what it looked ' + 'at',
  async () => {
    const report = await verify(db);
    assert.deepEqual([report.ok, report.firstBad], [true, null]);
    const seen = new Map(report.invariants.map((one) => [one.name, one.lookedAt]));
    assert.equal(seen.get('voucherIsWhatWasIssued'), 3);
    assert.equal(seen.get('redemptionsFitTheirVoucher'), 1);
    assert.ok((seen.get('transfersHaveTheirEvent') ?? 0) >= 4);
    assert.ok(report.chain.events > 5);
  },
);

test('a voucher whose face, owner, end or state was changed by hand is named', async () => {
  const { rows } = await owner.query<{ id: string }>(
    `select voucher_id as id from voucher where state = 'unused' order by voucher_id limit 1`,
  );
  const id = rows[0]?.id ?? '';
  const at = `where voucher_id = '${id}'`;
  for (const [change, back] of [
    ['face_fen = 9000', 'face_fen = 4000'],
    [`valid_to = valid_to + interval '1 day'`, `valid_to = valid_to - interval '1 day'`],
    [`state = 'used'`, `state = 'unused'`],
  ] as const) {
    const name = await found('voucher', `update voucher set ${change} ${at}`);
    assert.match(name, new RegExp(`${id}|fund`), change);
    await owner.query(`update voucher set ${back} ${at}`);
  }
  assert.equal((await verify(db)).ok, true);
});

test('a transfer, a balance or an account changed by hand is named', async () => {
  const transfer = await found('transfer', 'update transfer set amount_fen = amount_fen + 1');
  assert.match(transfer, /^event \d+ /);
  await owner.query('update transfer set amount_fen = amount_fen - 1');
  const balance = await found(
    'account_balance',
    'update account_balance set balance_fen = balance_fen + 1',
  );
  assert.match(balance, /account \d+/);
  await owner.query('update account_balance set balance_fen = balance_fen - 1');
  const account = await found(
    'account',
    `update account set kind = 'returned'
    where kind = 'outstanding'`,
  );
  assert.match(account, /^event \d+ /);
  await owner.query(`update account set kind = 'outstanding' where kind = 'returned'`);
  assert.equal((await verify(db)).ok, true);
});

test('a test file that leaves something broken fails by it at its end', async () => {
  await owner.query('update account_balance set balance_fen = balance_fen + 1');
  await assert.rejects(requireProof(database.appUrl), /leaves balancesAreTheFold: account \d+/);
  await owner.query('update account_balance set balance_fen = balance_fen - 1');
  await requireProof(database.appUrl);
});

test('a record of an act changed by hand is named', async () => {
  const { rows } = await owner.query<{ id: string }>('select min(event_id) as id from event');
  const id = rows[0]?.id ?? '';
  const name = await found(
    'event',
    `update event set actor_id = 'somebody' where event_id = ${id}`,
  );
  assert.match(name, new RegExp(`^event ${id} `));
});
