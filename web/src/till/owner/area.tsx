import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, Navigate, NavLink, Route, Routes } from 'react-router';
import type { ownMerchantsRoute } from '../../../../server/src/features/merchant/till.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { useSession } from '../../ui/session.ts';
import { Loaded } from '../../ui/states.tsx';
import { OwnerSignIn, useOwnerSignOut } from '../bind/bind-page.tsx';
import { Failed } from '../failed.tsx';
import { useStateWords, useWords } from '../words.ts';
import { ApplicationsPage } from './applications-page.tsx';
import { DayPage } from './day-page.tsx';
import { FactsPage } from './facts-page.tsx';
import { RegisterPage } from './register-page.tsx';
import { ShopsPage } from './shops-page.tsx';
import { StatementPage } from './statement-page.tsx';

type Owned = ReplyOf<typeof ownMerchantsRoute>;

/** One merchant of the owner who is signed in. */
export type OwnMerchant = Owned['items'][number];

/** What an owner keeps in order, in a session of the browser; no till is needed. */
export function OwnerArea() {
  const { t } = useWords();
  const words = useStateWords();
  const session = useSession();
  const signOut = useOwnerSignOut();
  return (
    <div className="owner">
      <header className="till-head">
        <strong>{t('ownerTitle')}</strong>
        <Link to="/">{t('ownerToTill')}</Link>
        {session.data === null || session.data === undefined ? null : (
          <button type="button" className="till-small" onClick={() => void signOut()}>
            {t('ownerSignOut')}
          </button>
        )}
      </header>
      <Loaded
        query={session}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(signedIn) => {
          if (signedIn === null) {
            return (
              <main className="till-narrow">
                <p className="till-lead">{t('ownerLead')}</p>
                <OwnerSignIn />
              </main>
            );
          }
          const isOwner = signedIn.grants.some((grant) => grant.role === 'MOW');
          return isOwner ? <Owned /> : <p className="till-empty">{t('ownerNoRole')}</p>;
        }}
      </Loaded>
    </div>
  );
}

function Owned() {
  const { t } = useWords();
  const words = useStateWords();
  const [chosen, choose] = useState<string>();
  const query = useQuery({
    queryKey: ['own-merchants'],
    queryFn: () => call<typeof ownMerchantsRoute>('GET /api/owner/merchants', {}),
  });
  return (
    <Loaded
      query={query}
      words={words}
      failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
    >
      {({ items, unregistered }) => {
        const [waiting] = unregistered;
        const merchant = items.find((one) => one.merchantId === chosen) ?? items[0];
        if (merchant === undefined) {
          return waiting === undefined ? (
            <p className="till-empty">{t('ownerNothing')}</p>
          ) : (
            <RegisterPage merchantId={waiting} />
          );
        }
        return (
          <>
            {items.length < 2 ? null : (
              <label className="owner-choose">
                <span>{t('ownerMerchant')}</span>
                <select
                  value={merchant.merchantId}
                  onChange={(event) => choose(event.target.value)}
                >
                  {items.map((one) => (
                    <option key={one.merchantId} value={one.merchantId}>
                      {one.name}
                    </option>
                  ))}
                </select>
              </label>
            )}
            <Sections key={merchant.merchantId} merchant={merchant} />
          </>
        );
      }}
    </Loaded>
  );
}

function Sections({ merchant }: { readonly merchant: OwnMerchant }) {
  const { t } = useWords();
  return (
    <>
      <nav className="owner-menu">
        <NavLink to="/owner/shops">{t('ownerNavShops')}</NavLink>
        <NavLink to="/owner/applications">{t('ownerNavApply')}</NavLink>
        <NavLink to="/owner/day">{t('ownerNavDay')}</NavLink>
        <NavLink to="/owner/settlement">{t('ownerNavMoney')}</NavLink>
        <NavLink to="/owner/facts">{t('ownerNavFacts')}</NavLink>
      </nav>
      <main>
        <Routes>
          <Route path="shops" element={<ShopsPage merchant={merchant} />} />
          <Route path="applications" element={<ApplicationsPage merchant={merchant} />} />
          <Route path="day" element={<DayPage merchant={merchant} />} />
          <Route path="settlement" element={<StatementPage merchant={merchant} />} />
          <Route path="facts" element={<FactsPage merchant={merchant} />} />
          <Route path="*" element={<Navigate to="/owner/shops" replace />} />
        </Routes>
      </main>
    </>
  );
}
