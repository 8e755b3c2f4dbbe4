import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { shortKey } from './short-key.ts';
import { testDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let owner: pg.Client;

before(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
after(async () => {
  await owner.end();
  await database.drop();
});

test('the server and the database make the same short key, of any text', async () => {
  for (const text of ['', 'captcha-pass AbC_-9', '张三 POST /乡宁 🧧']) {
    const { rows } = await owner.query<{ key: string }>('select short_key($1) as key', [text]);
    assert.equal(shortKey(text), rows[0]?.key);
  }
});
