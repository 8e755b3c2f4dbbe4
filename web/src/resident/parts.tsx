import { type ReactNode, useEffect, useState } from 'react';
import { Link } from 'react-router';
import { Problem } from '../api/problem.ts';
import { clockNow } from '../ui/clock.ts';
import { useSession } from '../ui/session.ts';
import { Loaded, reasonOf } from '../ui/states.tsx';
import { useOnline } from './offline/online.ts';
import { useStateWords, useWords } from './words.ts';

type Query<T> = Parameters<typeof Loaded<T>>[0]['query'];

/** Shows what a query found, that it loads, or why it failed with a way to try again. */
export function Shown<T>(props: {
  readonly query: Query<T>;
  readonly children: (data: T) => ReactNode;
}) {
  const words = useStateWords();
  const { t } = useWords();
  const isOnline = useOnline();
  const { error } = props.query;
  if (error instanceof Problem && error.code === 'real_name_required') {
    return (
      <div className="card center">
        <p>{t('realNameFirst')}</p>
        <Link className="first" to="/app/real-name">
          {t('realNameTitle')}
        </Link>
      </div>
    );
  }
  return (
    <Loaded
      query={props.query}
      words={words}
      loading={
        <p className="quiet" role="status">
          {t(isOnline ? 'loading' : 'waiting')}
        </p>
      }
      failed={(reason, retry) => (
        <div className="card" role="alert">
          <p>{reason}</p>
          <button type="button" className="second" onClick={retry}>
            {t('retry')}
          </button>
        </div>
      )}
    >
      {props.children}
    </Loaded>
  );
}

/** Why something did not work, in words; nothing where it did. */
export function Trouble({ error }: { readonly error: unknown }) {
  const words = useStateWords();
  if (error === null || error === undefined) return null;
  return (
    <p className="trouble" role="alert">
      {reasonOf(error, words)}
    </p>
  );
}

/** Only for who is signed in; others are shown the way. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const { t } = useWords();
  const session = useSession();
  return (
    <Shown query={session}>
      {(found) =>
        found?.kind === 'resident' ? (
          children
        ) : (
          <div className="card center">
            <p>{t('signInFirst')}</p>
            <Link className="first" to="/app/sign-in">
              {t('signIn')}
            </Link>
          </div>
        )
      }
    </Shown>
  );
}

/** The server's time, once a second. */
export function useNow(): number {
  const [now, setNow] = useState(clockNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(clockNow()), 250);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Time that is left, as a clock: 1 天 02:03:04. */
export function useLeft(): (until: number, now: number) => string {
  const { t } = useWords();
  return (until, now) => {
    const seconds = Math.max(0, Math.ceil((until - now) / 1000));
    const two = (value: number) => String(value).padStart(2, '0');
    const days = Math.floor(seconds / 86_400);
    const clock = [seconds / 3_600, seconds / 60, seconds]
      .map((value, place) => Math.floor(value) % (place === 0 ? 24 : 60))
      .map(two)
      .join(':');
    return days > 0 ? `${t('days', { days })} ${clock}` : clock;
  };
}
