import type { Key } from './words.ts';

/** The words of this face in English. */
export const en: Readonly<Record<Key, string>> = {
  title: 'Huiquan',
  loading: 'Loading…',
  offline: 'No connection. Check the network and try again',
  unexpected: 'Something went wrong. Please try again later',
  noPermission: 'You may not do this',
  retry: 'Try again',
};
