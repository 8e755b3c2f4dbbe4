import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
before(async () => {
  served = await servedApp();
});
after(() => served.drop());

for (const [address, title] of [
  ['/', '惠券'],
  ['/till', '惠券收银'],
  ['/office', '惠券管理'],
] as const) {
  test(`${address} opens without a complaint and asks no other host`, async () => {
    const { page, context, complaints } = await served.open(address);
    assert.equal(await page.title(), title);
    await page.locator('#face > *').first().waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test('a face runs scripts only from files of this site', async () => {
  const reply = await served.raw({ method: 'GET', url: '/', headers: { host: 'localhost' } });
  const policy = String(reply.headers['content-security-policy']);
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
  assert.doesNotMatch(policy, /unsafe-inline|\*|https?:/);
  assert.match(reply.text, /nonce="[\w-]{22}"/);
});
