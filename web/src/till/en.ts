import { en as bind } from './bind/en.ts';
import { en as owner } from './owner/en.ts';
import { en as pay } from './pay/en.ts';
import { en as today } from './today/en.ts';
import type { Key } from './words.ts';

/** The words of this face in English. */
export const en: Readonly<Record<Key, string>> = {
  loading: 'Loading…',
  offline: 'No connection. Check the network and try again',
  unexpected: 'Something went wrong. Please try again later',
  noPermission: 'You may not do this',
  retry: 'Try again',
  yuan: 'yuan',
  cancel: 'Cancel',
  close: 'Close',
  menuPay: 'Pay',
  menuToday: 'Today',
  menuTotals: 'Totals',
  menuTill: 'This till',
  online: 'Connected',
  cutOff: 'No connection',
  ...bind,
  ...pay,
  ...today,
  ...owner,
};
