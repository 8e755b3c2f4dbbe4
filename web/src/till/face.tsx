import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { NavLink, Navigate, Route, Routes } from 'react-router';
import type { tillRoute } from '../../../server/src/features/merchant/till.contract.ts';
import { BindPage } from './bind/bind-page.tsx';
import { tillCall } from './call.ts';
import { AsideBar } from './pay/aside-bar.tsx';
import { useDesk } from './pay/desk.ts';
import { PayPage } from './pay/pay-page.tsx';
import { signOutCashier, SignInPage } from './sign-in/sign-in-page.tsx';
import { useTill } from './terminal.ts';
import { Recent, TodayPage } from './today/today-page.tsx';
import { TotalsPage } from './today/totals-page.tsx';
import { TillPage } from './till-page.tsx';
import { useWords } from './words.ts';

// Cashiers never need it: it is fetched when an owner does.
const OwnerArea = lazy(async () => {
  const area = await import('./owner/area.tsx');
  return { default: area.OwnerArea };
});

const idleMs = 30 * 60_000;
const signs = ['pointerdown', 'keydown'] as const;

/** Locks a till that nobody has touched for half an hour. */
function useIdleLock(): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void signOutCashier('idle'), idleMs);
    };
    again();
    for (const sign of signs) globalThis.addEventListener(sign, again);
    return () => {
      clearTimeout(timer);
      for (const sign of signs) globalThis.removeEventListener(sign, again);
    };
  }, []);
}

/** The till, as far as it is bound and its cashier signed in. */
export function Face() {
  const { t } = useWords();
  const { stage } = useTill();
  if (stage === 'starting') return <p role="status">{t('loading')}</p>;
  return (
    <Routes>
      <Route
        path="owner/*"
        element={
          <Suspense fallback={<p role="status">{t('loading')}</p>}>
            <OwnerArea />
          </Suspense>
        }
      />
      <Route path="*" element={<Counter />} />
    </Routes>
  );
}

const checkMs = 60_000;

/** Asks the server now and then where this till stands: an end of the binding closes it. */
function useTillCheck(): void {
  const { stage } = useTill();
  useQuery({
    queryKey: ['till', stage],
    enabled: stage === 'open' || stage === 'locked',
    refetchInterval: checkMs,
    queryFn: () =>
      tillCall<typeof tillRoute>('GET /api/till', {}, stage === 'open' ? 'cashier' : 'alone'),
  });
}

function Counter() {
  const { stage } = useTill();
  useTillCheck();
  if (stage === 'locked') return <SignInPage />;
  return stage === 'open' ? <OpenTill /> : <BindPage />;
}

function OpenTill() {
  const { t } = useWords();
  const { terminal, cashier } = useTill();
  const { isCutOff } = useDesk();
  useIdleLock();
  return (
    <div className="till">
      <header className="till-head">
        <div className="till-place">
          <strong>{terminal?.shopName}</strong>
          <span>{cashier?.name}</span>
        </div>
        <span className={isCutOff ? 'till-light is-off' : 'till-light'} role="status">
          {isCutOff ? t('cutOff') : t('online')}
        </span>
      </header>
      <AsideBar />
      <main className="till-main">
        <Routes>
          <Route
            index
            element={
              <div className="counter">
                <PayPage />
                <Recent />
              </div>
            }
          />
          <Route path="today" element={<TodayPage />} />
          <Route path="totals" element={<TotalsPage />} />
          <Route path="till" element={<TillPage />} />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </main>
      <nav className="till-menu">
        <NavLink to="/" end>
          {t('menuPay')}
        </NavLink>
        <NavLink to="/today">{t('menuToday')}</NavLink>
        <NavLink to="/totals">{t('menuTotals')}</NavLink>
        <NavLink to="/till">{t('menuTill')}</NavLink>
      </nav>
    </div>
  );
}
