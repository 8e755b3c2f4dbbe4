import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import type { signOutRoute } from '../../../server/src/features/account/account.contract.ts';
import type * as profile from '../../../server/src/features/people/profile.contract.ts';
import { call } from '../api/call.ts';
import { instantOf, yuanOf } from '../ui/figures.ts';
import { forgetWallet } from './offline/last-wallet.ts';
import { Shown, SignedIn, Trouble } from './parts.tsx';
import { type Key, useWords } from './words.ts';

const listStates: Readonly<Record<string, Key>> = {
  waiting: 'stateWaiting',
  bound: 'stateBound',
  issued: 'stateIssued',
  returned: 'stateReturned',
  registration_closed: 'stateRegistrationClosed',
};

/** 我的: who I am here, which lists I am on, who looked at my data. */
export function MePage() {
  return (
    <SignedIn>
      <Me />
    </SignedIn>
  );
}

function Me() {
  const { t } = useWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const me = useQuery({
    queryKey: ['me'],
    queryFn: () => call<typeof profile.getProfileRoute>('GET /api/me/profile', {}),
  });
  const signOut = useMutation({
    mutationFn: () => call<typeof signOutRoute>('DELETE /api/session', {}),
    onSuccess: async () => {
      forgetWallet();
      queries.clear();
      await navigate('/');
    },
  });
  return (
    <>
      <h1>{t('meTitle')}</h1>
      <Shown query={me}>
        {(told) => (
          <>
            <section className="card">
              <h2>{told.name ?? told.phone}</h2>
              <p>{told.phone}</p>
              {told.verifiedAt === undefined ? (
                <>
                  <p className="badge">{t('notVerified')}</p>
                  <Link className="first" to="/app/real-name">
                    {t('realNameTitle')}
                  </Link>
                </>
              ) : (
                <p className="badge is-good">{t('verified')}</p>
              )}
            </section>
            <nav className="card rows">
              <Link to="/app/history">{t('historyLink')}</Link>
              <Link to="/app/complaints">{t('complaintTitle')}</Link>
              <Link to="/app/consents">{t('consentTitle')}</Link>
            </nav>
            {told.verifiedAt === undefined ? null : <Verified />}
          </>
        )}
      </Shown>
      <Trouble error={signOut.error} />
      <button type="button" className="second" onClick={() => signOut.mutate()}>
        {t('signOut')}
      </button>
    </>
  );
}

function Verified() {
  const { t } = useWords();
  const lists = useQuery({
    queryKey: ['lists'],
    queryFn: () => call<typeof profile.listOwnEntitlementsRoute>('GET /api/me/entitlements', {}),
  });
  const accesses = useQuery({
    queryKey: ['accesses'],
    queryFn: () =>
      call<typeof profile.listAccessesRoute>('GET /api/me/personal-data-accesses', {
        query: { limit: 20 },
      }),
  });
  return (
    <>
      <section className="card">
        <h2>{t('lists')}</h2>
        <Shown query={lists}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="quiet">{t('noLists')}</p>
            ) : (
              items.map((one) => (
                <p key={`${one.programmeId} ${one.source}`} className="dotted">
                  <span>{one.title}</span>
                  <span>
                    {yuanOf(one.amountFen)} {t('yuan')}
                  </span>
                  <span>{t(listStates[one.state] ?? 'stateWaiting')}</span>
                </p>
              ))
            )
          }
        </Shown>
      </section>
      <section className="card">
        <h2>{t('accesses')}</h2>
        <Shown query={accesses}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="quiet">{t('noAccesses')}</p>
            ) : (
              items.map((one) => (
                <p key={`${one.at} ${one.by}`}>
                  {instantOf(one.at)} {one.by} {one.reason}
                </p>
              ))
            )
          }
        </Shown>
      </section>
    </>
  );
}
