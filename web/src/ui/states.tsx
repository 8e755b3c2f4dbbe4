import type { ReactNode } from 'react';
import { Offline, Problem } from '../api/problem.ts';
import type { Translate } from '../i18n/language.tsx';

/** The words of the states that every page can be in. */
export type StateWords = {
  readonly loading: string;
  readonly offline: string;
  readonly unexpected: string;
  readonly noPermission: string;
  readonly retry: string;
};

/** The words of the states, as a face says them. */
export function stateWordsOf(t: Translate<keyof StateWords>): StateWords {
  return {
    loading: t('loading'),
    offline: t('offline'),
    unexpected: t('unexpected'),
    noPermission: t('noPermission'),
    retry: t('retry'),
  };
}

/** What went wrong, in words for the person who reads it. */
export function reasonOf(error: unknown, words: StateWords): string {
  if (error instanceof Offline) return words.offline;
  if (error instanceof Problem) {
    if (error.code === 'forbidden' || error.code === 'not_found') {
      return error.code === 'forbidden' ? words.noPermission : error.message;
    }
    return error.code === 'internal_error' ? words.unexpected : error.message;
  }
  return words.unexpected;
}

type Query<T> = {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
};

type Show<T> = {
  readonly query: Query<T>;
  readonly words: StateWords;
  readonly loading?: ReactNode;
  readonly failed: (reason: string, retry: () => void) => ReactNode;
  readonly children: (data: T) => ReactNode;
};

/** Shows a query's data, or that it loads, or why it does not, with a way to try again. */
export function Loaded<T>({ query, words, loading, failed, children }: Show<T>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) {
    return loading ?? <p role="status">{words.loading}</p>;
  }
  return failed(reasonOf(query.error, words), () => void query.refetch());
}
