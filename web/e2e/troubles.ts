import type { Page } from 'playwright-core';
import type { As } from '../../server/src/http/test-app.ts';
import { paleTextsOf } from './contrast.ts';
import { cutTextsOf, latinTextsOf } from './looks.ts';
import { smallTargetsOf } from './reach.ts';
import type { desktop, Opened, phone, ServedApp } from './served-app.ts';

/** Opens the browser of somebody who has signed in; of nobody where `as` is not told. */
export async function openAs(
  served: Pick<ServedApp, 'open' | 'url'>,
  as: As | undefined,
  how: typeof phone | typeof desktop,
): Promise<Opened> {
  const opened = await served.open('/public', how);
  const { authorization = '' } = as?.({ method: 'GET', url: '/', body: '' }) ?? {};
  const value = authorization.replace('Bearer ', '');
  if (as !== undefined) {
    await opened.context.addCookies([{ name: 'huiquan_session', value, url: served.url }]);
  }
  return opened;
}

/** Waits until the page has what it asked for, and nothing of it moves any more. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => {
    const still = (one: Animation) => one.effect?.getTiming().iterations === Infinity;
    return document.getAnimations().every((one) => one.playState !== 'running' || still(one));
  });
}

/**
 * What is wrong with each page for eyes (pale, cut off, in Latin letters), and for fingers where
 * `targetMin` is told.
 */
export async function troublesOf(
  page: Page,
  addresses: readonly string[],
  rule: { readonly targetMin?: number } = {},
): Promise<Readonly<Record<string, readonly string[]>>> {
  const troubles: Record<string, readonly string[]> = {};
  for (const address of addresses) {
    await page.goto(address);
    await settle(page);
    const { targetMin } = rule;
    const small = targetMin === undefined ? [] : await smallTargetsOf(page, targetMin);
    const found = [
      ...(await paleTextsOf(page)),
      ...small,
      ...(await cutTextsOf(page)),
      ...(await latinTextsOf(page)),
    ];
    if (found.length > 0) troubles[address] = found;
  }
  return troubles;
}
