import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { yuan } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { givenCode, givenShopping, givenTry, type Shopping } from '../../given/redemption.ts';
import { verify } from '../audit/verify.ts';

let database: TestDatabase;
let db: Db;
let shopping: Shopping;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  shopping = await givenShopping(db);
});
after(async () => {
  const report = await verify(db);
  await closeDb(db);
  await database.drop();
  assert.equal(report.firstBad, null);
});

async function chosen(personId: string): Promise<string> {
  const { digits: code } = await givenCode(db, { personId, keys: shopping.keys });
  const outcome = await givenTry(db, { ...shopping, code, orderFen: yuan(180) });
  return outcome.refused ?? outcome.tried.voucherId;
}

/** One more voucher like `like`, with these dates. */
async function more(personId: string, validFrom: number, validTo: number): Promise<string> {
  const dates = { validFrom: instant(validFrom), validTo: instant(validTo) };
  const [voucher] = await shopping.wallets(1, { personIds: [personId], ...dates });
  return voucher?.voucherId ?? '';
}

test('a wallet is used up in one order: the earliest end, then the smallest id', async () => {
  const [first] = await shopping.wallets(1);
  assert.ok(first);
  const { personId, validFrom, validTo } = first;
  const alike = [
    await more(personId, validFrom, validTo),
    await more(personId, validFrom, validTo),
  ];
  const sooner = await more(personId, validFrom, validTo - 60_000);
  const later = await more(personId, validFrom, validTo + 60_000);
  const inOrder = [sooner, ...[first.voucherId, ...alike].toSorted(), later];
  for (const voucherId of inOrder) assert.equal(await chosen(personId), voucherId);
  assert.equal(await chosen(personId), 'voucher_held');
});

test('a voucher that has yet to begin hides none that has begun', async () => {
  const [first] = await shopping.wallets(1);
  assert.ok(first);
  const { personId, validFrom, validTo } = first;
  const begun = await more(personId, validFrom + 1, validTo);
  const ids = [first.voucherId, begun].toSorted();
  await more(personId, validTo - 60_000, validTo);
  assert.deepEqual([await chosen(personId), await chosen(personId)], ids);
  assert.equal(await chosen(personId), 'voucher_held');
});
