import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { givenShopping, type Shopping } from '../../server/src/given/redemption.ts';
import { builtFaces } from '../../server/src/http/faces.ts';
import { openBrowser } from './browser.ts';
import { openAsResident } from './resident-phone.ts';
import { phone, servedApp, type ServedApp } from './served-app.ts';

let served: ServedApp;
let shopping: Shopping;
before(async () => {
  served = await servedApp();
  shopping = await givenShopping(served.db, {}, served.keys);
});
after(() => served.drop());

const keeping = { ...phone, serviceWorkers: 'allow' as const };

/** Waits until the browser keeps the face: its worker has the page in hand. */
async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** Every address whose answer the browser has kept. */
const keptAddresses = (page: Page) =>
  page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) found.push(new URL(request.url).pathname);
    }
    return found;
  });

test('without network the wallet last seen is shown with its time, then the fresh', async () => {
  const [voucher] = await shopping.wallets(1);
  const personId = voucher?.personId ?? assert.fail('no voucher');
  const opened = await openAsResident(served, '/app/wallet', { personId, how: keeping });
  const { page, context } = opened;
  await page.getByText('零售40元券').waitFor();
  await kept(page);
  await context.setOffline(true);
  await page.reload();
  await page.getByText(/网络已断开。以下是 \d{4}-\d{2}-\d{2} \d{2}:\d{2} 看到的券/).waitFor();
  await page.getByText('零售40元券').waitFor();
  assert.equal(await page.getByRole('link', { name: '去付款' }).count(), 0);
  await shopping.wallets(1, { personIds: [personId], kind: 'retail_10', faceFen: 1_000n });
  await context.setOffline(false);
  await page.getByText('零售10元券').waitFor();
  assert.equal(await page.getByText('网络已断开').count(), 0);
  const addresses = await keptAddresses(page);
  assert.ok(addresses.includes('/'));
  assert.deepEqual(
    addresses.filter((one) => one.startsWith('/api')),
    [],
  );
  await context.close();
});

test('who signs out leaves no wallet on the phone', async () => {
  const [voucher] = await shopping.wallets(1);
  const personId = voucher?.personId ?? assert.fail('no voucher');
  const { page, context } = await openAsResident(served, '/app/wallet', { personId, how: keeping });
  await page.getByText('零售40元券').waitFor();
  await kept(page);
  await page.getByRole('link', { name: '我的', exact: true }).click();
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL('/');
  await context.setOffline(true);
  await page.goto('/app/wallet');
  await page.getByText('网络已断开').first().waitFor();
  assert.equal(await page.getByText('零售40元券').count(), 0);
  await context.close();
});

/** Waits until the worker of the build `name` has taken over. */
const inForce = (page: Page, name: string) =>
  page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const look = async () => {
          const names = await caches.keys();
          const found = await navigator.serviceWorker.getRegistration();
          const isIdle = found?.installing === null && found.waiting === null;
          const isIn = isIdle && found.active?.state === 'activated';
          if (isIn && names.some((one) => one.includes(wanted))) resolve();
          else setTimeout(() => void look(), 50);
        };
        void look();
      }),
    name,
  );

/** A build that differs from the one in `folder` in its digest and in the name it shows. */
function nextBuild(folder: string, name: string): void {
  cpSync(builtFaces, folder, { recursive: true });
  const rewrite = (file: string, change: (text: string) => string) => {
    const at = path.join(folder, file);
    writeFileSync(at, change(readFileSync(at, 'utf8')));
    for (const form of ['br', 'gz']) rmSync(`${at}.${form}`, { force: true });
  };
  rewrite('index.html', (text) => text.replace('<title>惠券', `<title>${name}`));
  rewrite('sw.js', (text) => text.replace(/"[0-9a-f]{16}"/, JSON.stringify(name.padEnd(16, '0'))));
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Serves a build at the port, as a server that was started anew after a deploy. */
async function serve(folder: string, port: number) {
  const server = createServer((request, reply) => {
    const asked = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = path.join(folder, asked === '/' ? 'index.html' : asked);
    if (!existsSync(file)) reply.writeHead(404).end();
    else {
      const type = types[path.extname(file)] ?? 'text/html; charset=utf-8';
      reply.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' });
      reply.end(readFileSync(file));
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: taken } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: taken, stop };
}

test('after a deploy the new page comes at once, and is the one kept', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'huiquan-builds-'));
  const builds = ['first', 'second'].map((name) => path.join(folder, name));
  const [first = '', second = ''] = builds;
  nextBuild(first, 'first');
  nextBuild(second, 'second');
  let browser: Browser | undefined;
  try {
    const before = await serve(first, 0);
    browser = await openBrowser();
    const context = await browser.newContext({ baseURL: `http://localhost:${before.port}` });
    const page = await context.newPage();
    await page.goto('/');
    await kept(page);
    assert.equal(await page.title(), 'first');
    await before.stop();
    await page.reload();
    assert.equal(await page.title(), 'first', 'shown from what was kept');
    const later = await serve(second, before.port);
    await page.reload();
    assert.equal(await page.title(), 'second');
    await inForce(page, 'second');
    await later.stop();
    await page.reload();
    assert.equal(await page.title(), 'second', 'the kept page is the new one');
  } finally {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the face can be put on the home screen', async () => {
  const { page, context } = await served.open('/');
  const address = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest = await page.evaluate(async (url) => {
    const reply = await fetch(url);
    return (await reply.json()) as { icons: { src: string; sizes: string }[]; display: string };
  }, address ?? '');
  assert.equal(manifest.display, 'standalone');
  assert.deepEqual(
    ['192x192', '512x512'].filter((size) => !manifest.icons.some((one) => one.sizes === size)),
    [],
  );
  for (const { src } of manifest.icons) {
    const status = await page.evaluate(async (url) => (await fetch(url)).status, src);
    assert.equal(status, 200, src);
  }
  await context.close();
});
