import { type FormEvent, type ReactNode, useState } from 'react';
import { Problem } from '../../api/problem.ts';
import { reasonOf } from '../../ui/states.tsx';
import { useStateWords, useWords } from '../words.ts';

/** What went wrong, with what each wrong field says of itself. */
export function useOwnerReason(): (error: unknown) => string {
  const words = useStateWords();
  return (error) => {
    const reason = reasonOf(error, words);
    if (!(error instanceof Problem)) return reason;
    const fields = error.errors.flatMap(({ text }) => (text === undefined ? [] : [text]));
    return [reason, ...new Set(fields)].join(' ');
  };
}

type FieldProps = {
  readonly label: string;
  readonly name: string;
  readonly hint?: string;
  readonly value?: string;
  readonly type?: 'text' | 'password' | 'date';
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly isNumeric?: boolean;
};

/** One line to fill in. */
export function Field({ label, hint, value, isNumeric, ...rest }: FieldProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        {...rest}
        required
        autoComplete="off"
        defaultValue={value ?? ''}
        inputMode={isNumeric === true ? 'numeric' : undefined}
        placeholder={hint}
      />
    </label>
  );
}

type FormProps = {
  readonly submitText: string;
  /** Throws what went wrong. */
  readonly onSubmit: (values: (name: string) => string) => Promise<unknown>;
  readonly children: ReactNode;
  readonly isBlocked?: boolean;
};

/** A form that says what went wrong and cannot be sent twice at once. */
export function OwnerForm({ submitText, onSubmit, children, isBlocked }: FormProps) {
  const { t } = useWords();
  const reason = useOwnerReason();
  const [trouble, setTrouble] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    setBusy(true);
    setTrouble(undefined);
    try {
      await onSubmit((name) => {
        const value = data.get(name);
        return typeof value === 'string' ? value.trim() : '';
      });
    } catch (error) {
      setTrouble(reason(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="till-form" onSubmit={(event) => void submit(event)}>
      {children}
      {trouble === undefined ? null : (
        <p className="till-trouble" role="alert">
          {trouble}
        </p>
      )}
      <button type="submit" className="till-primary" disabled={isBusy || isBlocked === true}>
        {isBusy ? t('loading') : submitText}
      </button>
    </form>
  );
}

type ConfirmProps = {
  readonly text: string;
  readonly why: string;
  readonly act: () => Promise<unknown>;
};

/** An act that is asked about once more where it stands. */
export function Confirmed({ text, why, act }: ConfirmProps) {
  const { t } = useWords();
  const reason = useOwnerReason();
  const [isAsking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<string>();
  if (!isAsking) {
    return (
      <button type="button" className="till-small" onClick={() => setAsking(true)}>
        {text}
      </button>
    );
  }
  const run = async () => {
    try {
      await act();
      setAsking(false);
    } catch (error) {
      setTrouble(reason(error));
    }
  };
  return (
    <div className="till-ask" role="group" aria-label={text}>
      <p>{trouble ?? why}</p>
      <button type="button" className="till-small is-strong" onClick={() => void run()}>
        {text}
      </button>
      <button type="button" className="till-small" onClick={() => setAsking(false)}>
        {t('cancel')}
      </button>
    </div>
  );
}
