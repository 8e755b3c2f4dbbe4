import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { givenVouchers, setClock } from '../../given/voucher.ts';
import {
  holdVouchers,
  movedVoucher,
  releaseVouchers,
  restoreVouchers,
  useVouchers,
  type VoucherRef,
  voidVouchers,
} from './voucher.ts';

const friday = '2023-09-01T10:00:00+08';
let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let refs: readonly VoucherRef[];

before(async () => {
  database = await testDatabase({ unverified: 'moves vouchers without their money' });
  db = openDb({ url: database.appUrl });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
beforeEach(async () => {
  await setClock(owner, friday);
  const { programmeId, organiserId: organisationId } = await givenProgramme(db);
  await givenFund(db, { programmeId, pool: 'retail', amountFen: 40_000n });
  ({ vouchers: refs } = await givenVouchers(db, { programmeId, organisationId, persons: 2 }));
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
});

type Mover = typeof holdVouchers;
const move = (mover: Mover, wanted: readonly VoucherRef[], at = db) =>
  transact(at, someStaff(), (tx) => mover(tx, wanted));
const reasons = async (mover: Mover, wanted: readonly VoucherRef[]) =>
  (await move(mover, wanted)).map((one) => one.refused ?? 'moved');

test('a voucher is accepted to the last millisecond before Thursday 23:00', async () => {
  await setClock(owner, '2023-09-07T22:59:59.999+08');
  assert.deepEqual(await reasons(holdVouchers, refs.slice(0, 1)), ['moved']);
  await setClock(owner, '2023-09-07T23:00:00+08');
  assert.deepEqual(await reasons(holdVouchers, refs.slice(1, 2)), ['voucher_expired']);
});

test('a voucher tried in time is used after its end: the time of the try decides', async () => {
  await setClock(owner, '2023-09-07T22:59:59.999+08');
  await move(holdVouchers, refs.slice(0, 1));
  await setClock(owner, '2023-09-07T23:00:30+08');
  assert.deepEqual(await reasons(useVouchers, refs.slice(0, 1)), ['moved']);
});

test('the till learns why a voucher is not accepted', async () => {
  const [held, used, gone] = refs;
  assert.ok(held && used && gone);
  await move(holdVouchers, [held, used]);
  await move(useVouchers, [used]);
  await move(voidVouchers, [gone]);
  const strange = { personId: held.personId, voucherId: '018a0000-0000-7000-8000-000000000000' };
  assert.deepEqual(await reasons(holdVouchers, [held, used, gone, strange]), [
    'voucher_held',
    'voucher_used',
    'voucher_void',
    'not_found',
  ]);
  assert.deepEqual(await reasons(useVouchers, refs.slice(3, 4)), ['state_conflict']);
  assert.deepEqual(await reasons(releaseVouchers, [used]), ['voucher_used']);
});

test('one person cannot take the voucher of another', async () => {
  const [own, , , , , other] = refs;
  assert.ok(own && other && own.personId !== other.personId);
  const stolen = { personId: other.personId, voucherId: own.voucherId };
  assert.deepEqual(await reasons(holdVouchers, [stolen]), ['not_found']);
});

test('of two items of one group that want the same voucher the first has it', async () => {
  const [one, other] = refs;
  assert.ok(one && other);
  assert.deepEqual(await reasons(holdVouchers, [one, other, one]), [
    'moved',
    'moved',
    'voucher_held',
  ]);
});

test('fifty tills at once, in two processes: exactly one holds the voucher', async () => {
  const second = openDb({ url: database.appUrl });
  const wanted = refs.slice(0, 1);
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, n) => move(holdVouchers, wanted, n % 2 === 0 ? db : second)),
  );
  assert.equal(outcomes.filter(([one]) => one?.voucher !== undefined).length, 1);
  await closeDb(second);
});

test('groups that want the same vouchers in opposite order all get an answer', async () => {
  const backwards = refs.toReversed();
  const outcomes = await Promise.all([
    move(holdVouchers, refs),
    move(holdVouchers, backwards),
    move(holdVouchers, refs),
  ]);
  assert.equal(outcomes.flat().filter((one) => one.voucher !== undefined).length, refs.length);
});

test('a refund gives the voucher back with its old end, from the day stated', async () => {
  const [ref] = refs;
  assert.ok(ref);
  await move(holdVouchers, [ref]);
  const [used] = await move(useVouchers, [ref]);
  const usableFrom = instantFromText('2023-09-02T00:00:00+08:00');
  const [restored] = await transact(db, someStaff(), (tx) =>
    restoreVouchers(tx, [{ ...ref, usableFrom }]),
  );
  assert.equal(movedVoucher(restored).validTo, movedVoucher(used).validTo);
  await setClock(owner, '2023-09-01T23:59:59.999+08');
  assert.deepEqual(await reasons(holdVouchers, [ref]), ['voucher_not_started']);
  await setClock(owner, '2023-09-02T00:00:00+08');
  assert.deepEqual(await reasons(holdVouchers, [ref]), ['moved']);
});

test('no state of a voucher is skipped, whoever writes the SQL', async () => {
  const illegal = [
    ['unused', 'used'],
    ['used', 'held'],
    ['used', 'void'],
    ['held', 'void'],
    ['void', 'unused'],
    ['void', 'held'],
    ['void', 'used'],
  ];
  const paths: Readonly<Record<string, readonly Mover[]>> = {
    unused: [],
    held: [holdVouchers],
    used: [holdVouchers, useVouchers],
    void: [voidVouchers],
  };
  for (const [index, [from = '', to = '']] of illegal.entries()) {
    const ref = refs[index];
    assert.ok(ref);
    for (const mover of paths[from] ?? []) await move(mover, [ref]);
    const write = owner.query('update voucher set state = $1 where voucher_id = $2', [
      to,
      ref.voucherId,
    ]);
    await assert.rejects(write, /voucher_moves_only_as_allowed|cannot go from/);
  }
});

test('no voucher refers to something that does not exist', async () => {
  const [ref] = refs;
  assert.ok(ref);
  const columns = ['programme_id', 'version_id', 'fund_id', 'batch_id', 'issue_event_id'];
  for (const [index, column] of columns.entries()) {
    const value = column === 'issue_event_id' ? '-1' : 'gen_random_uuid()';
    const list = columns.map((name) => (name === column ? value : name)).join(', ');
    const write = owner.query(
      `insert into voucher (person_id, voucher_id, kind, face_fen, origin_id, n, valid_from,
         valid_to, issued_at, ${columns.join(', ')})
       select person_id, gen_random_uuid(), kind, face_fen, origin_id, $2, valid_from, valid_to,
         issued_at, ${list} from voucher where voucher_id = $1`,
      [ref.voucherId, 100 + index],
    );
    await assert.rejects(write, /refer to nothing/, column);
  }
  const ownerless = owner.query(
    `insert into voucher (person_id, voucher_id, kind, face_fen, origin_id, n, valid_from,
       valid_to, issued_at, ${columns.join(', ')})
     select gen_random_uuid(), gen_random_uuid(), kind, face_fen, origin_id, n, valid_from,
       valid_to, issued_at, ${columns.join(', ')} from voucher where voucher_id = $1`,
    [ref.voucherId],
  );
  await assert.rejects(ownerless, /who does not exist/);
  for (const table of ['programme', 'programme_version', 'fund', 'issue_batch']) {
    await assert.rejects(owner.query(`delete from ${table}`), /never deleted/, table);
  }
});
