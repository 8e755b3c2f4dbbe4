import type { TestStaff } from '../../server/src/http/test-app.ts';
import { desktop, type Opened, type ServedApp } from './served-app.ts';

/** Opens a page of the office in a browser in which `as` has signed in. */
export async function openOffice(
  served: ServedApp,
  as: TestStaff,
  address: string,
): Promise<Opened> {
  const opened = await served.open('/office', desktop);
  const { authorization = '' } = as({ method: 'GET', url: '/', body: '' });
  const value = authorization.replace('Bearer ', '');
  await opened.context.addCookies([{ name: 'huiquan_session', value, url: served.url }]);
  await opened.page.goto(`/office${address}`);
  return opened;
}
