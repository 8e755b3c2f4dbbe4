import { makeWords } from '../i18n/language.tsx';
import { zh } from './zh.ts';

/** What this face can say. */
export type Key = keyof typeof zh;

export const { WordsProvider, useWords } = makeWords<Key>(zh, async () => {
  const { en } = await import('./en.ts');
  return en;
});
