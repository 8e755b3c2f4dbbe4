import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { walletRoute } from '../../../server/src/features/voucher/voucher.contract.ts';
import { call, type ReplyOf } from '../api/call.ts';
import { Offline } from '../api/problem.ts';
import { clockNow } from '../ui/clock.ts';
import { endOf, instantOf, yuanOf } from '../ui/figures.ts';
import { useSession } from '../ui/session.ts';
import { keepWallet, type LastWallet, lastWallet } from './offline/last-wallet.ts';
import { useOnline } from './offline/online.ts';
import { Paged } from './paged.tsx';
import { SignedIn } from './parts.tsx';
import { type Key, useWords } from './words.ts';

const tabs = ['unused', 'used', 'expired'] as const;
type Tab = (typeof tabs)[number];
type Voucher = ReplyOf<typeof walletRoute>['items'][number];

const empty: Readonly<Record<Tab, Key>> = {
  unused: 'noUnused',
  used: 'noUsed',
  expired: 'noExpired',
};
const pageSize = 20;

/** The vouchers of whoever is signed in, the next to end first. */
export function useWallet(tab: Tab) {
  return useInfiniteQuery({
    queryKey: ['wallet', tab],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => {
      const page = await call<typeof walletRoute>('GET /api/wallet/vouchers', {
        query: { tab, limit: pageSize, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      });
      if (tab === 'unused' && pageParam === '') keepWallet(page.items);
      return page;
    },
    getNextPageParam: (page) => page.next,
  });
}

/** 我的券: unused, used, expired. */
export function WalletPage() {
  const { t } = useWords();
  const [tab, setTab] = useState<Tab>('unused');
  const isOnline = useOnline();
  const session = useSession();
  const last = isOnline && !(session.error instanceof Offline) ? undefined : lastWallet();
  if (last !== undefined) return <LastSeen last={last} retry={() => void session.refetch()} />;
  return (
    <SignedIn>
      <h1>{t('tabWallet')}</h1>
      <div className="picks" role="tablist">
        {tabs.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={one === tab}
            className={one === tab ? 'pick is-on' : 'pick'}
            onClick={() => setTab(one)}
          >
            {t(one)}
          </button>
        ))}
      </div>
      <Vouchers tab={tab} />
      <p className="links">
        <Link to="/app/history">{t('historyLink')}</Link>
      </p>
    </SignedIn>
  );
}

/** The wallet as it was before the network went: to look at, not to pay with. */
function LastSeen({ last, retry }: { readonly last: LastWallet; readonly retry: () => void }) {
  const { t } = useWords();
  return (
    <>
      <h1>{t('tabWallet')}</h1>
      <p className="trouble" role="status">
        {t('lastSeen', { at: instantOf(last.at) })}
      </p>
      {last.items.length === 0 ? <p className="quiet">{t('noUnused')}</p> : null}
      {last.items.map((one) => (
        <VoucherCard key={one.voucherId} voucher={one} tab="unused" isOld />
      ))}
      <button type="button" className="second is-wide" onClick={retry}>
        {t('retry')}
      </button>
    </>
  );
}

function Vouchers({ tab }: { readonly tab: Tab }) {
  const { t } = useWords();
  const wallet = useWallet(tab);
  return (
    <Paged query={wallet} none={t(empty[tab])} keyOf={(one) => one.voucherId}>
      {(one) => <VoucherCard voucher={one} tab={tab} />}
    </Paged>
  );
}

type Carded = { readonly voucher: Voucher; readonly tab: Tab; readonly isOld?: boolean };

function VoucherCard({ voucher, tab, isOld = false }: Carded) {
  const { t } = useWords();
  const isEarly = Date.parse(voucher.usableFrom) > clockNow();
  const places = voucher.categories.join('、');
  return (
    <section className={`card voucher is-${tab}`}>
      <p className="face-value">
        {yuanOf(voucher.faceFen)} <small>{t('yuan')}</small>
      </p>
      <div>
        <h2>{voucher.kindName}</h2>
        <p>{voucher.rule}</p>
        <p className="quiet">{places === '' ? t('anywhere') : t('where', { places })}</p>
        {isEarly ? <p>{t('usableFrom', { at: instantOf(voucher.usableFrom) })}</p> : null}
        <p className="quiet">{t('validTo', { at: endOf(voucher.validTo) })}</p>
        {voucher.state === 'held' ? <p className="badge">{t('held')}</p> : null}
      </div>
      {tab === 'unused' && !isOld && !isEarly && voucher.state === 'unused' ? (
        <Link
          className="first"
          to={`/app/code?voucher=${voucher.voucherId}&name=${encodeURIComponent(voucher.kindName)}`}
        >
          {t('pay')}
        </Link>
      ) : null}
    </section>
  );
}
