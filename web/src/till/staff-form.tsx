import { type FormEvent, type ReactNode, useState } from 'react';
import { useWords } from './words.ts';

type Credentials = {
  readonly loginName: string;
  readonly password: string;
  readonly totp?: string;
};

type Props = {
  readonly title: string;
  readonly submitText: string;
  readonly loginName?: string;
  readonly onSubmit: (given: Credentials) => Promise<void>;
  /** What went wrong, in words. */
  readonly reason: (error: unknown) => string;
  readonly children?: ReactNode;
};

/** Login name, password and the six digits of those who have them. */
export function StaffForm({ title, submitText, onSubmit, reason, children, ...given }: Props) {
  const { t } = useWords();
  const [loginName, setLoginName] = useState(given.loginName ?? '');
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState('');
  const [trouble, setTrouble] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(undefined);
    try {
      const name = loginName.trim().toLowerCase();
      await onSubmit({ loginName: name, password, ...(totp === '' ? {} : { totp }) });
    } catch (error) {
      setTrouble(reason(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="till-form" onSubmit={(event) => void submit(event)}>
      <h2>{title}</h2>
      <label>
        <span>{t('bindLoginName')}</span>
        <input
          name="loginName"
          autoComplete="username"
          autoCapitalize="none"
          required
          value={loginName}
          onChange={(event) => setLoginName(event.target.value)}
        />
      </label>
      <label>
        <span>{t('bindPassword')}</span>
        <input
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      <label>
        <span>{t('bindTotp')}</span>
        <input
          name="totp"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9]{6}"
          maxLength={6}
          placeholder={t('bindTotpHint')}
          value={totp}
          onChange={(event) => setTotp(event.target.value.replaceAll(/\D/g, ''))}
        />
      </label>
      {trouble === undefined ? null : (
        <p className="till-trouble" role="alert">
          {trouble}
        </p>
      )}
      <button type="submit" className="till-primary" disabled={isBusy}>
        {isBusy ? t('loading') : submitText}
      </button>
      {children}
    </form>
  );
}
