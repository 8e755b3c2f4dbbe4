import { useState } from 'react';
import { Loaded } from '../../ui/states.tsx';
import { tillCall } from '../call.ts';
import { Failed } from '../failed.tsx';
import { useStateWords, useWords } from '../words.ts';
import { RedemptionDialog } from './redemption-dialog.tsx';
import { RedemptionRow } from './redemption-row.tsx';
import { type Listed, useToday } from './redemptions.ts';

/** The shop's day, newest first; a line opens what can be done with it. */
export function TodayPage() {
  const { t } = useWords();
  const words = useStateWords();
  const query = useToday();
  const [opened, setOpened] = useState<Listed>();
  return (
    <section className="till-wide">
      <h1>{t('todayTitle')}</h1>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <p className="till-empty">{t('todayEmpty')}</p>;
          return (
            <>
              <ul className="rows">
                {items.map((one) => (
                  <RedemptionRow key={one.redemptionId} one={one} open={setOpened} />
                ))}
              </ul>
              {query.hasNextPage ? (
                <button
                  type="button"
                  className="till-secondary"
                  disabled={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {query.isFetchingNextPage ? t('todayLoading') : t('todayMore')}
                </button>
              ) : null}
            </>
          );
        }}
      </Loaded>
      {opened === undefined ? null : (
        <RedemptionDialog
          one={opened}
          send={tillCall}
          close={(changed) => {
            setOpened(undefined);
            if (changed === 'changed') void query.refetch();
          }}
        />
      )}
    </section>
  );
}

/** The last few, beside the keypad of a wide screen. */
export function Recent() {
  const { t } = useWords();
  const query = useToday();
  const [opened, setOpened] = useState<Listed>();
  const items = query.data?.pages[0]?.items.slice(0, 8) ?? [];
  return (
    <aside className="recent" aria-label={t('recentTitle')}>
      <h2>{t('recentTitle')}</h2>
      {items.length === 0 ? <p className="till-empty">{t('todayEmpty')}</p> : null}
      <ul className="rows">
        {items.map((one) => (
          <RedemptionRow key={one.redemptionId} one={one} open={setOpened} />
        ))}
      </ul>
      {opened === undefined ? null : (
        <RedemptionDialog
          one={opened}
          send={tillCall}
          close={(changed) => {
            setOpened(undefined);
            if (changed === 'changed') void query.refetch();
          }}
        />
      )}
    </aside>
  );
}
