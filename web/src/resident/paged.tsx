import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Fragment, type Key as ReactKey, type ReactNode } from 'react';
import { Shown } from './parts.tsx';
import { useWords } from './words.ts';

type Page<Item> = { readonly items: readonly Item[] };

type Props<Item> = {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>;
  /** What is said where there is nothing. */
  readonly none: string;
  readonly keyOf: (item: Item) => ReactKey;
  readonly children: (item: Item) => ReactNode;
};

/** A list that comes in pages: its items, that there are none, and the way to more. */
export function Paged<Item>({ query, none, keyOf, children }: Props<Item>) {
  const { t } = useWords();
  return (
    <Shown query={query}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return <p className="quiet">{none}</p>;
        return (
          <>
            {items.map((one) => (
              <Fragment key={keyOf(one)}>{children(one)}</Fragment>
            ))}
            {query.hasNextPage ? (
              <button
                type="button"
                className="second is-wide"
                onClick={() => void query.fetchNextPage()}
              >
                {t('loadMore')}
              </button>
            ) : null}
          </>
        );
      }}
    </Shown>
  );
}
