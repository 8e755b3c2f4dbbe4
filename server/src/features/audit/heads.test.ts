import assert from 'node:assert/strict';
import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { features } from '../../app.ts';
import { givenProgramme } from '../../given/programme.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import { tasksOf } from '../../tasks.ts';
import { listHeadsRoute } from './heads.contract.ts';

let t: TestApp;
let data: string;

before(async () => {
  data = mkdtempSync(join(tmpdir(), 'huiquan-heads-'));
  t = await testApp(features, { config: { dataFolder: data, headsFolder: join(data, 'heads') } });
});
after(async () => {
  await t.drop();
  rmSync(data, { recursive: true });
});

test('everybody can read the published heads with the key that proves them', async () => {
  const empty = await t.request(listHeadsRoute);
  assert.deepEqual([empty.status, empty.json], [200, { items: [] }]);
  await givenProgramme(t.db);
  // The horizon of sealing is the whole server's: other test files may hold it back for a while.
  let items: { day: string; blockNo: number; hash: string; signature: string }[] = [];
  for (let tries = 0; items.length === 0 && tries < 200; tries += 1) {
    await tasksOf(t.context)['publish_head']?.({});
    ({ items } = (await t.request(listHeadsRoute)).json);
  }
  const [head] = items;
  assert.ok(head !== undefined);
  const { publicKey } = (await t.request(listHeadsRoute)).json;
  const text = `huiquan head\n${head.day}\n${head.blockNo}\n${head.hash}\n`;
  const signature = Buffer.from(head.signature, 'base64');
  assert.ok(verifySignature(null, Buffer.from(text), createPublicKey(publicKey), signature));
});
