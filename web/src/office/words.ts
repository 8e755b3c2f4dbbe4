import { makeWords } from '../i18n/language.tsx';
import { type StateWords, stateWordsOf } from '../ui/states.tsx';
import { zh } from './zh.ts';

/** What this face can say. */
export type Key = keyof typeof zh;

export const { WordsProvider, useWords } = makeWords<Key>(zh, async () => {
  const { en } = await import('./en.ts');
  return en;
});

/** The words of loading and failing. */
export function useStateWords(): StateWords {
  return stateWordsOf(useWords().t);
}
