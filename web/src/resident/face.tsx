import { lazy, Suspense } from 'react';
import { NavLink, Navigate, Route, Routes } from 'react-router';
import { useElder } from './elder.ts';
import { HomePage } from './home.tsx';
import { useOnline } from './offline/online.ts';
import { useWords } from './words.ts';

// The first page must come fast on a slow phone: the others are fetched when they are opened.
const SignInPage = lazy(async () => ({ default: (await import('./sign-in.tsx')).SignInPage }));
const RealNamePage = lazy(async () => ({ default: (await import('./sign-in.tsx')).RealNamePage }));
const RoundPage = lazy(async () => ({ default: (await import('./round.tsx')).RoundPage }));
const WalletPage = lazy(async () => ({ default: (await import('./wallet.tsx')).WalletPage }));
const CodePage = lazy(async () => ({ default: (await import('./code.tsx')).CodePage }));
const ShopsPage = lazy(async () => ({ default: (await import('./shops.tsx')).ShopsPage }));
const HistoryPage = lazy(async () => ({
  default: (await import('./history/history-page.tsx')).HistoryPage,
}));
const ConsentsPage = lazy(async () => ({
  default: (await import('./consent/consents-page.tsx')).ConsentsPage,
}));
const ComplaintsPage = lazy(async () => ({
  default: (await import('./complaints/complaints-page.tsx')).ComplaintsPage,
}));
const NewComplaintPage = lazy(async () => ({
  default: (await import('./complaints/new-complaint-page.tsx')).NewComplaintPage,
}));
const MePage = lazy(async () => ({ default: (await import('./me.tsx')).MePage }));

function Head() {
  const { t, language, setLanguage } = useWords();
  const [isElder, setElder] = useElder();
  return (
    <header className="head">
      <NavLink to="/" className="brand">
        {t('title')}
      </NavLink>
      <button type="button" className="plain" onClick={() => setElder(!isElder)}>
        {isElder ? t('elderOff') : t('elderOn')}
      </button>
      <button
        type="button"
        className="plain"
        onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
      >
        {t('language')}
      </button>
    </header>
  );
}

function Pages() {
  return (
    <Routes>
      <Route path="/" element={<HomePage />} />
      <Route path="/app/sign-in" element={<SignInPage />} />
      <Route path="/app/real-name" element={<RealNamePage />} />
      <Route path="/app/rounds/:programmeId/:number" element={<RoundPage />} />
      <Route path="/app/wallet" element={<WalletPage />} />
      <Route path="/app/code" element={<CodePage />} />
      <Route path="/app/shops/:programmeId" element={<ShopsPage />} />
      <Route path="/app/me" element={<MePage />} />
      <Route path="/app/history" element={<HistoryPage />} />
      <Route path="/app/consents" element={<ConsentsPage />} />
      <Route path="/app/complaints" element={<ComplaintsPage />} />
      <Route path="/app/complaints/new" element={<NewComplaintPage />} />
      <Route path="*" element={<Navigate to="/" replace />} />
    </Routes>
  );
}

/** The resident's face: a head, a page, four tabs. */
export function Face() {
  const { t } = useWords();
  const isOnline = useOnline();
  return (
    <div className="face">
      <Head />
      {isOnline ? null : (
        <p className="offline" role="status">
          {t('cutOff')}
        </p>
      )}
      <main>
        <Suspense fallback={<p className="quiet">{t('loading')}</p>}>
          <Pages />
        </Suspense>
      </main>
      <nav className="tabs">
        <NavLink to="/" end>
          {t('tabHome')}
        </NavLink>
        <NavLink to="/app/wallet">{t('tabWallet')}</NavLink>
        <NavLink to="/app/code">{t('tabCode')}</NavLink>
        <NavLink to="/app/me">{t('tabMe')}</NavLink>
      </nav>
    </div>
  );
}
