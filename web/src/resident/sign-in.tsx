import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import type {
  requestSmsCodeRoute,
  signInResidentRoute,
  verifyRealNameRoute,
} from '../../../server/src/features/account/account.contract.ts';
import { call } from '../api/call.ts';
import { sessionKey, useSession } from '../ui/session.ts';
import { ConsentAsk } from './consent/ask.tsx';
import { consentsKey, fetchConsents, useConsents } from './consent/consents.ts';
import { forgetWallet } from './offline/last-wallet.ts';
import { SignedIn, Trouble } from './parts.tsx';
import { useWords } from './words.ts';

const resendSeconds = 60;

/** Counts down from `resendSeconds` each time it is started. */
function useCountdown(): readonly [number, () => void] {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left === 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left]);
  return [left, () => setLeft(resendSeconds)];
}

/** The code sent to a phone, and the sign-in by it. */
function useSignIn() {
  const [phone, setPhone] = useState('');
  const [code, setCode] = useState('');
  const [left, startCountdown] = useCountdown();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: () =>
      call<typeof requestSmsCodeRoute>('POST /api/sign-in/sms-codes', { body: { phone } }),
    onSuccess: startCountdown,
  });
  const signIn = useMutation({
    mutationFn: () =>
      call<typeof signInResidentRoute>('POST /api/sign-in/resident', {
        body: { phone, code, keep: 'cookie' },
      }),
    onSuccess: async () => {
      // Whose wallet was last seen here is not known.
      forgetWallet();
      await queries.invalidateQueries({ queryKey: sessionKey });
      const consents = await queries.fetchQuery({
        queryKey: consentsKey,
        queryFn: fetchConsents,
        staleTime: 0,
      });
      const isFirst = consents.some((one) => one.answered === undefined);
      await navigate(isFirst ? '/app/consents?first' : '/');
    },
  });
  return { phone, setPhone, code, setCode, left, send, signIn };
}

/** Sign in by phone: number, code, done. */
export function SignInPage() {
  const { t } = useWords();
  const { phone, setPhone, code, setCode, left, send, signIn } = useSignIn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form className="card form" onSubmit={submit}>
      <h1>{t('signInTitle')}</h1>
      <p className="quiet">{t('signInWhy')}</p>
      <label>
        {t('phone')}
        <input
          type="tel"
          autoComplete="tel"
          inputMode="numeric"
          required
          value={phone}
          onChange={(event) => setPhone(event.target.value)}
        />
      </label>
      <button
        type="button"
        className="second"
        disabled={left > 0 || phone.trim() === '' || send.isPending}
        onClick={() => send.mutate()}
      >
        {left > 0 ? t('sendAgain', { seconds: left }) : t('sendCode')}
      </button>
      {send.isSuccess ? <p role="status">{t('codeSent')}</p> : <Trouble error={send.error} />}
      <label>
        {t('smsCode')}
        <input
          autoComplete="one-time-code"
          inputMode="numeric"
          required
          maxLength={6}
          value={code}
          onChange={(event) => setCode(event.target.value.trim())}
        />
      </label>
      <Trouble error={signIn.error} />
      <button className="first" disabled={code.length !== 6 || signIn.isPending}>
        {t('signIn')}
      </button>
    </form>
  );
}

/** Who it is: once, and then every voucher is this person's. */
export function RealNamePage() {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [residentId, setResidentId] = useState('');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const session = useSession();
  const consents = useConsents(session.data?.kind === 'resident');
  const verify = useMutation({
    mutationFn: () =>
      call<typeof verifyRealNameRoute>('POST /api/me/real-name', { body: { name, residentId } }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      await navigate(-1);
    },
  });
  if (consents.data?.some((one) => one.purpose === 'real_name' && !one.isAgreed) === true) {
    return (
      <section className="card">
        <ConsentAsk
          purpose="real_name"
          agreed={() => undefined}
          refused={() => void navigate(-1)}
        />
      </section>
    );
  }
  return (
    <SignedIn>
      <form
        className="card form"
        onSubmit={(event) => {
          event.preventDefault();
          verify.mutate();
        }}
      >
        <h1>{t('realNameTitle')}</h1>
        <p className="quiet">{t('realNameWhy')}</p>
        <label>
          {t('name')}
          <input required value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        <label>
          {t('idNumber')}
          <input
            required
            maxLength={18}
            value={residentId}
            onChange={(event) => setResidentId(event.target.value)}
          />
        </label>
        <Trouble error={verify.error} />
        <button className="first" disabled={verify.isPending}>
          {t('confirmName')}
        </button>
      </form>
    </SignedIn>
  );
}
