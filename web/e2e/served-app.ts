import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { features } from '../../server/src/app.ts';
import { testApp } from '../../server/src/http/test-app.ts';
import { openBrowser } from './browser.ts';

/** The sizes at which the pages are looked at. */
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export const desktop = { viewport: { width: 1440, height: 900 } };

/** A page somebody has open, with what its console complained about. */
export type Opened = {
  readonly page: Page;
  readonly context: BrowserContext;
  complaints: string[];
};

async function openPage(browser: Browser, url: string, options: BrowserContextOptions) {
  const context = await browser.newContext({
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    baseURL: url,
    // Only the tests of the time without network let it keep anything.
    serviceWorkers: 'block',
    // A dialog still growing moves from under a click; how it grows is nothing these tests ask.
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A refused request is an answer; the browser reports it as an error of the network.
    if (message.type() !== 'error' || /status of \d{3}/.test(message.text())) return;
    complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const isOwn = request.url().startsWith(url) || /^(?:data|blob):/.test(request.url());
    if (!isOwn) complaints.push(`asked another host: ${request.url()}`);
  });
  return { page, context, complaints } satisfies Opened;
}

/**
 * The whole server with its built faces on a port of its own, and a browser to visit it: the tests
 * prepare data with `app` as all tests do, and look at pages as people do.
 */
export async function servedApp(options: { readonly video?: string } = {}) {
  const app = await testApp(features);
  await app.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.app.server.address() as AddressInfo;
  const url = `http://localhost:${port}`;
  const browser = await openBrowser(options);
  return {
    ...app,
    url,
    browser,
    /** Opens a page of a new person: own cookies, own storage. */
    open: async (address: string, how: BrowserContextOptions = phone): Promise<Opened> => {
      const opened = await openPage(browser, url, how);
      await opened.page.goto(address);
      return opened;
    },
    drop: async () => {
      await browser.close();
      await app.drop();
    },
  };
}

export type ServedApp = Awaited<ReturnType<typeof servedApp>>;
