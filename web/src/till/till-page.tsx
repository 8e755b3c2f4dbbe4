import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { tillRoute } from '../../../server/src/features/merchant/till.contract.ts';
import { tillCall } from './call.ts';
import { Choice } from './choice.tsx';
import { signOutCashier } from './sign-in/sign-in-page.tsx';
import { isMuted, setMuted, signal } from './sound.ts';
import { useTill } from './terminal.ts';
import { useWords } from './words.ts';

/** The till itself: where it stands, who works it, sound, language, lock. */
export function TillPage() {
  const { t, language, setLanguage } = useWords();
  const [sound, setSound] = useState<'muted' | 'loud'>(isMuted() ? 'muted' : 'loud');
  const place = useQuery({
    queryKey: ['till', 'open'],
    queryFn: () => tillCall<typeof tillRoute>('GET /api/till', {}),
  });
  const turn = (chosen: 'muted' | 'loud') => {
    setMuted(chosen);
    setSound(chosen);
    if (chosen === 'loud') signal('attention');
  };
  const sounds = [['loud', t('tillSoundOn')] as const, ['muted', t('tillSoundOff')] as const];
  const languages = [['zh', t('tillChinese')] as const, ['en', t('tillEnglish')] as const];
  return (
    <section className="till-narrow">
      <h1>{t('tillTitle')}</h1>
      {place.data?.merchantState === 'suspended' ? (
        <p className="till-trouble">{t('tillMerchantSuspended')}</p>
      ) : null}
      {place.data?.shopState === 'closed' ? (
        <p className="till-trouble">{t('tillShopClosed')}</p>
      ) : null}
      <Facts />
      <Choice label={t('tillSound')} chosen={sound} options={sounds} choose={turn} />
      <Choice
        label={t('tillLanguage')}
        chosen={language}
        options={languages}
        choose={setLanguage}
      />
      <button
        type="button"
        className="till-secondary"
        onClick={() => void signOutCashier('cashier')}
      >
        {t('tillLock')}
      </button>
      <p className="till-quiet">
        {t('tillUnbindHow')} <Link to="/owner">{t('bindOwnerArea')}</Link>
      </p>
    </section>
  );
}

function Facts() {
  const { t } = useWords();
  const { terminal, cashier } = useTill();
  return (
    <dl className="till-facts">
      <div>
        <dt>{t('tillShop')}</dt>
        <dd>{terminal?.shopName}</dd>
      </div>
      <div>
        <dt>{t('tillLabel')}</dt>
        <dd>{terminal?.label}</dd>
      </div>
      <div>
        <dt>{t('tillNumber')}</dt>
        <dd className="is-code">{terminal?.terminalId}</dd>
      </div>
      <div>
        <dt>{t('tillCashier')}</dt>
        <dd>{cashier?.name}</dd>
      </div>
    </dl>
  );
}
