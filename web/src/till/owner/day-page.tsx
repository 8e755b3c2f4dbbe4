import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type * as lists from '../../../../server/src/features/redemption/list.contract.ts';
import { call } from '../../api/call.ts';
import { clockNow } from '../../ui/clock.ts';
import { dayOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../failed.tsx';
import { RedemptionDialog } from '../today/redemption-dialog.tsx';
import { RedemptionRow } from '../today/redemption-row.tsx';
import type { Listed } from '../today/redemptions.ts';
import { TotalsSheet } from '../today/totals-page.tsx';
import { useStateWords, useWords } from '../words.ts';
import type { OwnMerchant } from './area.tsx';

/** Any day of any shop: the sales, giving back, and the sums. */
export function DayPage({ merchant }: { readonly merchant: OwnMerchant }) {
  const { t } = useWords();
  const [shopId, setShop] = useState(merchant.shops[0]?.shopId ?? '');
  const [day, setDay] = useState(dayOf(clockNow()));
  return (
    <section className="till-wide">
      <h1>{t('dayTitle')}</h1>
      <div className="owner-filter">
        <label>
          <span>{t('dayShop')}</span>
          <select value={shopId} onChange={(event) => setShop(event.target.value)}>
            {merchant.shops.map((one) => (
              <option key={one.shopId} value={one.shopId}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t('dayDay')}</span>
          <input type="date" value={day} onChange={(event) => setDay(event.target.value)} />
        </label>
      </div>
      {shopId === '' || day === '' ? null : <Day shopId={shopId} day={day} />}
    </section>
  );
}

type DayProps = { readonly shopId: string; readonly day: string };

const pageSize = 50;

function useDay({ shopId, day }: DayProps) {
  return useInfiniteQuery({
    queryKey: ['owner-day', shopId, day],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      call<typeof lists.shopRedemptionsRoute>('GET /api/shops/{shopId}/redemptions', {
        params: { shopId },
        query: { day, limit: pageSize, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      }),
    getNextPageParam: (last) => last.next,
  });
}

function Day({ shopId, day }: DayProps) {
  const { t } = useWords();
  const words = useStateWords();
  const [opened, setOpened] = useState<Listed>();
  const query = useDay({ shopId, day });
  const totals = useQuery({
    queryKey: ['owner-totals', shopId, day],
    queryFn: () =>
      call<typeof lists.shopTotalsRoute>('GET /api/shops/{shopId}/totals', {
        params: { shopId },
        query: { day },
      }),
  });
  const again = () => {
    void query.refetch();
    void totals.refetch();
  };
  return (
    <Loaded
      query={query}
      words={words}
      failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
    >
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return <p className="till-empty">{t('dayEmpty')}</p>;
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
                onClick={() => void query.fetchNextPage()}
              >
                {t('todayMore')}
              </button>
            ) : null}
            {totals.data === undefined ? null : <TotalsSheet totals={totals.data} />}
            {opened === undefined ? null : (
              <RedemptionDialog
                one={opened}
                send={call}
                close={(changed) => {
                  setOpened(undefined);
                  if (changed === 'changed') again();
                }}
              />
            )}
          </>
        );
      }}
    </Loaded>
  );
}
