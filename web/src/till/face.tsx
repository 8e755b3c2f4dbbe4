import { useEffect } from 'react';
import { NavLink, Navigate, Route, Routes } from 'react-router';
import { BindPage } from './bind/bind-page.tsx';
import { AsideBar } from './pay/aside-bar.tsx';
import { useDesk } from './pay/desk.ts';
import { PayPage } from './pay/pay-page.tsx';
import { signOutCashier, SignInPage } from './sign-in/sign-in-page.tsx';
import { useTill } from './terminal.ts';
import { Recent, TodayPage } from './today/today-page.tsx';
import { TotalsPage } from './today/totals-page.tsx';
import { TillPage } from './till-page.tsx';
import { useWords } from './words.ts';

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
      <Route path="*" element={<Counter />} />
    </Routes>
  );
}

function Counter() {
  const { stage } = useTill();
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
        <strong>{terminal?.shopName}</strong>
        <span>{cashier?.name}</span>
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
