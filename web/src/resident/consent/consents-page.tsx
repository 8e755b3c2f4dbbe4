import { Link, useNavigate, useSearchParams } from 'react-router';
import type { ConsentAnswer } from '@huiquan/domain/consent/texts.ts';
import { instantOf } from '../../ui/figures.ts';
import { Shown, SignedIn, Trouble } from '../parts.tsx';
import { useWords } from '../words.ts';
import { type Consent, purposeWords, useAnswer, useConsents } from './consents.ts';

/** 信息授权: each purpose by itself, agreed to or not; the first sign-in leads here. */
export function ConsentsPage() {
  const { t } = useWords();
  const [asked] = useSearchParams();
  return (
    <SignedIn>
      {asked.has('first') ? null : (
        <p className="links">
          <Link to="/app/me">‹ {t('back')}</Link>
        </p>
      )}
      <h1>{t('consentTitle')}</h1>
      <p className="quiet">{t('consentLead')}</p>
      <Consents />
      {asked.has('first') ? <Done /> : null}
    </SignedIn>
  );
}

function Done() {
  const { t } = useWords();
  const navigate = useNavigate();
  return (
    <button type="button" className="first is-wide" onClick={() => void navigate('/')}>
      {t('consentDone')}
    </button>
  );
}

function Consents() {
  const consents = useConsents(true);
  return (
    <Shown query={consents}>
      {(items) => items.map((one) => <ConsentCard key={one.purpose} consent={one} />)}
    </Shown>
  );
}

function ConsentCard({ consent }: { readonly consent: Consent }) {
  const { t } = useWords();
  const answer = useAnswer();
  const { purpose, isAgreed, answered } = consent;
  const { title, text } = purposeWords[purpose];
  const give = (how: ConsentAnswer) => answer.mutate({ purpose, answer: how });
  const isRefused = answered?.answer === 'refused';
  return (
    <section className="card" aria-label={t(title)}>
      <h2>{t(title)}</h2>
      <p>{t(text)}</p>
      <Standing consent={consent} />
      <Trouble error={answer.error} />
      <div className="pair">
        {isAgreed ? (
          <button
            type="button"
            className="second"
            disabled={answer.isPending}
            onClick={() => give('refused')}
          >
            {t('consentWithdraw')}
          </button>
        ) : (
          <button
            type="button"
            className="second"
            disabled={answer.isPending}
            onClick={() => give('agreed')}
          >
            {t('consentAgree')}
          </button>
        )}
        {isAgreed || isRefused ? null : (
          <button
            type="button"
            className="second"
            disabled={answer.isPending}
            onClick={() => give('refused')}
          >
            {t('consentRefuse')}
          </button>
        )}
      </div>
    </section>
  );
}

function Standing({ consent: { isAgreed, answered } }: { readonly consent: Consent }) {
  const { t } = useWords();
  if (answered === undefined) return null;
  const at = instantOf(answered.at);
  if (isAgreed) return <p className="badge is-good">{t('consentAgreedAt', { at })}</p>;
  if (answered.answer === 'refused')
    return <p className="badge">{t('consentRefusedAt', { at })}</p>;
  return <p className="badge">{t('consentChanged')}</p>;
}
