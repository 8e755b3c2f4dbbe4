// npm run shots: every page of every face as a picture, at phone and desktop width, into web/shots.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { instant } from '@huiquan/domain/instant.ts';
import { totpCode, totpStep } from '../../server/src/features/account/totp.ts';
import { openBrowser } from './browser.ts';
import { paleTextsOf } from './contrast.ts';
import { cutTextsOf, latinTextsOf } from './looks.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'web/shots');
const widths = [
  { name: '390', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  { name: '1440', viewport: { width: 1440, height: 900 } },
] as const;
const pagesPerFaceMax = 60;

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const say = (text: string) => void process.stderr.write(`${text}\n`);

type Demo = {
  readonly url: string;
  readonly data: string;
  /** Everything the server printed: the codes it would send by SMS stand there. */
  readonly printed: () => string;
  readonly stop: () => Promise<void>;
};

/** A demo of its own, in a folder that is gone afterwards. */
async function startDemo(): Promise<Demo> {
  mkdirSync(path.join(root, 'data'), { recursive: true });
  const data = mkdtempSync(path.join(root, 'data', 'shots-'));
  const child = spawn(process.execPath, [path.join(root, 'server/src/main.ts')], {
    env: { ...process.env, HUIQUAN_DATA: data, HUIQUAN_LOG: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  const { promise: started, resolve, reject } = Promise.withResolvers<string>();
  child.stdout.on('data', (chunk) => {
    printed += String(chunk);
    const found = /惠券已启动：(\S+)/.exec(printed)?.[1];
    if (found !== undefined) resolve(found);
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  void ended.then(() => reject(new Error('the demo did not start')));
  const url = await started;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  return { url, data, printed: () => printed, stop };
}

/** Posts as the page itself would, so that the session's cookie stays with it. */
async function post(page: Page, url: string, body: object): Promise<void> {
  const status = await page.evaluate(
    async ([address, text]) => {
      // The faces name their device so; a session is bound to it.
      const device = localStorage.getItem('huiquan-device') ?? crypto.randomUUID();
      localStorage.setItem('huiquan-device', device);
      const headers = {
        'content-type': 'application/json',
        'huiquan-device': device,
        'idempotency-key': crypto.randomUUID(),
      };
      const reply = await fetch(address, { method: 'POST', headers, body: text });
      return reply.status;
    },
    [url, JSON.stringify(body)] as const,
  );
  if (status >= 300) throw new Error(`${url} answered ${status}`);
}

const stepsUsed = new Map<string, number>();

/** A code that has not been used: each step of half a minute is good for one sign-in. */
async function freshTotp(page: Page, demo: Demo, loginName: string): Promise<string> {
  const secrets: unknown = JSON.parse(
    readFileSync(path.join(demo.data, 'demo-secrets.json'), 'utf8'),
  );
  const secret = Buffer.from(String(Reflect.get(Object(secrets), loginName)), 'base64');
  let step = totpStep(instant(Date.now()));
  while (step <= (stepsUsed.get(loginName) ?? 0)) {
    await page.waitForTimeout(500);
    step = totpStep(instant(Date.now()));
  }
  stepsUsed.set(loginName, step);
  return totpCode(secret, step);
}

/** Binds a till as its owner does, and signs its cashier in. */
async function openTill(page: Page, demo: Demo): Promise<void> {
  const signIn = async (loginName: string) => {
    await page.getByLabel('登录名').fill(loginName);
    await page.getByLabel('口令').fill('Huiquan-demo-2026');
    await page.getByLabel('动态码').fill(await freshTotp(page, demo, loginName));
    await page.locator('form button[type=submit]').click();
  };
  await page.goto('/till');
  await signIn('owner-xn-1');
  await page.getByRole('radio').first().click();
  await page.getByRole('button', { name: '绑定到此门店' }).click();
  await page.getByRole('heading', { name: '收银员登录' }).waitFor();
  await signIn('cashier-xn-1');
  await page.getByTestId('amount').waitFor();
  // The till knows its cashier by the login name until the server has told the other.
  await page.locator('.till-place span', { hasText: '收银员' }).waitFor();
}

async function signInStaff(page: Page, demo: Demo, loginName: string): Promise<void> {
  const totp = await freshTotp(page, demo, loginName);
  const password = 'Huiquan-demo-2026';
  await post(page, '/api/sign-in/staff', { loginName, password, totp, keep: 'cookie' });
}

async function signInResident(page: Page, demo: Demo, phone: string): Promise<void> {
  await post(page, '/api/sign-in/sms-codes', { phone });
  const code = [...demo.printed().matchAll(new RegExp(`${phone}\\][^\\d]*(\\d{6})`, 'g'))].at(-1);
  await post(page, '/api/sign-in/resident', { phone, code: code?.[1], keep: 'cookie' });
}

type Tour = {
  readonly name: string;
  readonly start: readonly string[];
  /** Addresses outside are not followed. */
  readonly within: RegExp;
  readonly signIn?: (page: Page, demo: Demo) => Promise<void>;
  readonly elder?: boolean;
};

const residentPages = ['/', '/app/wallet', '/app/code', '/app/me', '/app/real-name'];
const office = (loginName: string): Tour => ({
  name: `office-${loginName}`,
  start: ['/office'],
  within: /^\/office(?:\/|$)/,
  signIn: (page, demo) => signInStaff(page, demo, loginName),
});

const tours: readonly Tour[] = [
  { name: 'public', start: ['/public'], within: /^\/public/ },
  { name: 'resident-nobody', start: ['/'], within: /^\/(?:app.*)?$/ },
  {
    name: 'resident',
    start: residentPages,
    within: /^\/(?:app.*)?$/,
    signIn: (page, demo) => signInResident(page, demo, '13910290001'),
  },
  {
    name: 'resident-elder',
    start: residentPages,
    within: /^\/(?:app.*)?$/,
    signIn: (page, demo) => signInResident(page, demo, '13910290002'),
    elder: true,
  },
  { name: 'till-nobody', start: ['/till'], within: /^\/till/ },
  {
    name: 'till',
    start: ['/till', '/till/today', '/till/totals', '/till/till'],
    within: /^\/till$/,
    signIn: openTill,
  },
  {
    name: 'till-owner',
    start: ['/till/owner'],
    within: /^\/till/,
    signIn: (page, demo) => signInStaff(page, demo, 'owner-xn-1'),
  },
  { name: 'office-nobody', start: ['/office'], within: /^\/office/ },
  ...['xn-gov', 'xn-commerce', 'xn-finance', 'sm-gov', 'sx-union', 'ty-union', 'branch-1'].map(
    office,
  ),
];

/** The pattern of an address: two programmes look the same, one picture is enough. */
function kindOf(address: string): string {
  return address.split('?')[0]?.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id') ?? '';
}

async function settle(page: Page): Promise<void> {
  // On a busy machine nothing is asked for while the script is still read: the page is white then.
  await page.locator('#face > *, main').first().waitFor();
  await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined);
  await page.waitForTimeout(250);
}

/** Takes the picture of a page as it stands, and tells what is pale, cut off or in Latin on it. */
async function picture(page: Page, name: string): Promise<number> {
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
  const troubles = [
    ...(await paleTextsOf(page)),
    ...(await cutTextsOf(page)),
    ...(await latinTextsOf(page)),
  ];
  for (const trouble of troubles) say(`  ${name}: ${trouble}`);
  return 1;
}

/** The other tabs of a page, one picture each. */
async function tabs(page: Page, name: string): Promise<number> {
  const all = page.locator('main [role=tab][aria-selected=false]');
  const names = await all.allInnerTexts();
  for (const [n, label] of names.entries()) {
    await page.getByRole('tab', { name: label, exact: true }).first().click();
    await settle(page);
    await picture(page, `${name}-tab${n + 1}`);
  }
  return names.length;
}

/** Follows the links from page to page and takes a picture of each kind once per width. */
async function walk(context: BrowserContext, tour: Tour, width: string): Promise<number> {
  const page = await context.newPage();
  const waiting = [...tour.start];
  const seen = new Set(waiting.map(kindOf));
  let taken = 0;
  for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
    await page.goto(address);
    await settle(page);
    const name = kindOf(address).replaceAll('/', '_').replace(/^_/, '') || 'home';
    taken += await picture(page, `${tour.name}-${width}-${name}`);
    if (taken >= pagesPerFaceMax) break;
    taken += await tabs(page, `${tour.name}-${width}-${name}`);
    const links = await page.locator('a[href]').evaluateAll((all) =>
      all.flatMap((one) => {
        const url = new URL(one instanceof HTMLAnchorElement ? one.href : '', location.href);
        return url.origin === location.origin ? [url.pathname + url.search] : [];
      }),
    );
    for (const link of links) {
      if (!tour.within.test(link.split('?')[0] ?? '') || seen.has(kindOf(link))) continue;
      seen.add(kindOf(link));
      waiting.push(link);
    }
  }
  await page.close();
  return taken;
}

async function take(browser: Browser, demo: Demo, tour: Tour): Promise<void> {
  // Signed in once: a phone is sent no second code within a minute.
  let kept: Awaited<ReturnType<BrowserContext['storageState']>> | undefined;
  for (const { name, ...how } of widths) {
    const context = await browser.newContext({
      ...how,
      baseURL: demo.url,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      geolocation: { longitude: 111.519, latitude: 36.088, accuracy: 20 },
      permissions: ['geolocation'],
      ...(kept === undefined ? {} : { storageState: kept }),
    });
    const page = await context.newPage();
    // The public pages let no script ask for anything.
    await page.goto('/till');
    if (tour.elder === true) await page.evaluate(() => localStorage.setItem('huiquan-elder', '1'));
    if (tour.signIn !== undefined && kept === undefined) await tour.signIn(page, demo);
    kept = await context.storageState({ indexedDB: true });
    await page.close();
    const taken = await walk(context, tour, name);
    say(`${tour.name} ${name}: ${taken} pictures`);
    await context.close();
  }
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const demo = await startDemo();
const browser = await openBrowser();
try {
  for (const tour of tours) {
    if (values.only !== undefined && !tour.name.startsWith(values.only)) continue;
    await take(browser, demo, tour);
  }
} finally {
  await browser.close();
  await demo.stop();
}
