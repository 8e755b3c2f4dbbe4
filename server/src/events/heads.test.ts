import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createPublicKey, verify as verifySignature } from 'node:crypto';
import pg from 'pg';
import { closeDb, openDb, type Db } from '../db/pool.ts';
import type { TestDatabase } from '../db/test-database.ts';
import { transact, type Actor } from '../db/transact.ts';
import { verify } from '../features/audit/verify.ts';
import { ownDatabase } from '../given/own-server.ts';
import { setClock } from '../given/voucher.ts';
import { openHeadPlace, type HeadPlace } from './head-key.ts';
import { publishHead } from './heads.ts';
import { record } from './record.ts';
import { seal } from './seal.ts';

const actor: Actor = { kind: 'system', id: 'test' };
let database: TestDatabase;
let db: Db;
let owner: pg.Client;
let data: string;
let place: HeadPlace;

before(async () => {
  database = await ownDatabase({ unverified: 'the chain is rewritten here on purpose' });
  db = openDb({ url: database.appUrl, max: 4 });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  data = mkdtempSync(join(tmpdir(), 'huiquan-heads-'));
  place = openHeadPlace({ data, heads: join(data, 'heads') });
});
after(async () => {
  await owner.end();
  await closeDb(db);
  await database.drop();
  rmSync(data, { recursive: true });
});

const act = (n: number) =>
  transact(db, actor, (tx) =>
    record(tx, { kind: 'test.done', subject: { kind: 'test', id: String(n) }, body: { n } }),
  );
const fileOf = (day: string) => join(place.folder, `${day}.json`);
const firstBad = async () => (await verify(db, place)).firstBad;

test('nothing is published before anything was recorded; then one signed head a day', async () => {
  assert.equal(await publishHead(db, actor, place), undefined);
  await act(1);
  await setClock(owner, '2023-09-01T00:20:00+08:00');
  const first = await publishHead(db, actor, place);
  assert.equal(first?.day, '2023-09-01');
  await act(2);
  const again = await publishHead(db, actor, place);
  assert.deepEqual(again?.hash, first.hash, 'the head of a day stays what it was');
  await setClock(owner, '2023-09-02T00:20:00+08:00');
  const second = await publishHead(db, actor, place);
  assert.notDeepEqual(second?.hash, first.hash);
  const report = await verify(db, place);
  assert.deepEqual([report.firstBad, report.heads], [null, 2]);
});

test('anybody can check a head with the public key that lies beside it', () => {
  const publicKey = createPublicKey(readFileSync(join(place.folder, 'public-key.pem')));
  const { day, blockNo, hash, signature } = JSON.parse(readFileSync(fileOf('2023-09-01'), 'utf8'));
  const text = Buffer.from(`huiquan head\n${day}\n${blockNo}\n${hash}\n`);
  assert.ok(verifySignature(null, text, publicKey, Buffer.from(signature, 'base64')));
  assert.equal(statSync(join(data, 'head-key')).mode & 0o777, 0o600);
  const other = join(data, 'other');
  openHeadPlace({ data: other, heads: join(other, 'heads') });
  const strange = { data: other, heads: place.folder };
  assert.throws(() => openHeadPlace(strange), /one of the two was replaced/);
});

test('a head that was changed, forged or taken away is named', async () => {
  const file = fileOf('2023-09-01');
  const kept = readFileSync(file, 'utf8');
  writeFileSync(file, kept.replace(/"blockNo": \d+/, '"blockNo": 2'));
  assert.equal(await firstBad(), 'head of 2023-09-01 does not bear its signature');
  writeFileSync(file, 'nothing');
  assert.equal(await firstBad(), 'head of 2023-09-01 does not bear its signature');
  rmSync(file);
  assert.equal(await firstBad(), 'head of 2023-09-01 is not in its folder');
  await publishHead(db, actor, place);
  assert.equal(readFileSync(file, 'utf8'), kept, 'what was not written is written again');
  assert.equal(await firstBad(), null);
});

test('a chain rewritten from its first block proves in itself, not by its heads', async () => {
  await owner.query(`
    alter table event disable trigger user; alter table block disable trigger user;
    alter table published_head disable trigger user;
    delete from published_head; delete from block;
    update event set body = '{"n": 9}' where kind = 'test.done' and subject_id = '1'`);
  await seal(db);
  assert.equal((await verify(db)).firstBad, null, 'from within the database all is well');
  assert.match(String(await firstBad()), /^block \d+ is not the head that was published on 2023/);
});
