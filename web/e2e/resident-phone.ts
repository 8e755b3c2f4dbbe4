import type { BrowserContextOptions } from 'playwright-core';
import { type Opened, phone, type ServedApp } from './served-app.ts';

/** Opens a page of the resident's face on a phone in which this person has signed in. */
export async function openAsResident(
  served: ServedApp,
  address: string,
  given: { readonly personId?: string; readonly how?: BrowserContextOptions } = {},
): Promise<Opened & { readonly personId: string }> {
  const resident = await served.signInResident(given.personId);
  const { authorization = '' } = resident({ method: 'GET', url: '/', body: '' });
  const value = authorization.replace('Bearer ', '');
  const cookie = { name: 'huiquan_session', value, url: served.url };
  const opened = await served.open('/', { ...phone, ...given.how });
  await opened.context.addCookies([cookie]);
  await opened.page.goto(address);
  return { ...opened, personId: resident.personId };
}
