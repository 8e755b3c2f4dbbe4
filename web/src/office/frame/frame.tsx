import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Layout, Result, Select, Spin } from 'antd';
import { Suspense, useEffect } from 'react';
import { Navigate, NavLink, Route, Routes, useNavigate, useParams } from 'react-router';
import type { signOutRoute } from '../../../../server/src/features/account/account.contract.ts';
import type * as contract from '../../../../server/src/features/programme/programme.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { sessionKey, useSession } from '../../ui/session.ts';
import { Loaded } from '../../ui/states.tsx';
import { ActProvider } from '../desk/act.tsx';
import { Failed } from '../desk/failed.tsx';
import { useMay, useMayBeyondBranch } from '../desk/may.ts';
import { useSeesWhole } from '../desk/reach.ts';
import { allPages } from '../desk/pages.ts';
import { usePartDesk } from '../desk/use-desk.ts';
import { useStateWords, useWords } from '../words.ts';
import { areas } from './areas.tsx';
import { SignIn } from './sign-in.tsx';

type Programme = ReplyOf<typeof contract.listProgrammesRoute>['items'][number];

const failed = (reason: string, retry: () => void) => <Failed reason={reason} retry={retry} />;

/** The office: signed in, one programme chosen, the areas that one's roles open. */
export function Frame() {
  const words = useStateWords();
  const { t } = useWords();
  const session = useSession();
  return (
    <Loaded query={session} words={words} failed={failed}>
      {(signedIn) => {
        if (signedIn === null) return <SignIn />;
        if (signedIn.kind !== 'staff') return <Result status="403" title={t('frameOther')} />;
        return (
          <ActProvider>
            <Programmes />
          </ActProvider>
        );
      }}
    </Loaded>
  );
}

function Programmes() {
  const { t } = useWords();
  const words = useStateWords();
  const may = useMay();
  const query = useQuery({
    queryKey: ['programmes'],
    queryFn: async (): Promise<readonly Programme[]> => {
      if (!may('programme.read')) return [];
      return allPages((cursor) =>
        call<typeof contract.listProgrammesRoute>('GET /api/programmes', {
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      );
    },
  });
  return (
    <Loaded query={query} words={words} failed={failed}>
      {(programmes) => {
        const [first] = programmes;
        // An administrator has accounts to keep, an organiser may make the first programme.
        if (first === undefined && !may('staff.read') && !may('programme.create')) {
          return <Result status="404" title={t('frameNoProgrammes')} extra={<SignOut />} />;
        }
        const start = `/p/${first?.programmeId ?? 'none'}`;
        return (
          <Routes>
            <Route path="/p/:programmeId/*" element={<Area programmes={programmes} />} />
            <Route path="*" element={<Navigate to={start} replace />} />
          </Routes>
        );
      }}
    </Loaded>
  );
}

/** Accounts are kept, and programmes made, before there is any programme. */
const beforeProgrammes: ReadonlySet<string> = new Set(['plan', 'staff']);

type Offer = {
  readonly hasProgrammes: boolean;
  readonly seesWhole: boolean;
  readonly desk: ReturnType<typeof usePartDesk>['desk'];
};

/** The areas that one's roles open; few of them without a programme, or below its organiser. */
function useOffered({ hasProgrammes, seesWhole, desk }: Offer): typeof areas {
  const may = useMay();
  const mayBeyondBranch = useMayBeyondBranch();
  return areas.filter((area) => {
    if (!hasProgrammes && !beforeProgrammes.has(area.path)) return false;
    if (area.showsPart === true) return area.permissions.some(may);
    const named = area.namedFor === undefined ? undefined : desk?.[area.namedFor];
    if (named?.mayPrepare === true || named?.mayApprove === true) return true;
    return seesWhole && area.permissions.some(mayBeyondBranch);
  });
}

function SignOut() {
  const { t } = useWords();
  const client = useQueryClient();
  const leave = async () => {
    await call<typeof signOutRoute>('DELETE /api/session', {}).catch(() => undefined);
    client.clear();
    await client.invalidateQueries({ queryKey: sessionKey });
    location.assign('/office');
  };
  return <Button onClick={() => void leave()}>{t('frameSignOut')}</Button>;
}

function Area({ programmes }: { readonly programmes: readonly Programme[] }) {
  const { t, language, setLanguage } = useWords();
  const { noPermission } = useStateWords();
  const navigate = useNavigate();
  const { programmeId = '', '*': path = '' } = useParams();
  const seesWhole = useSeesWhole(programmeId);
  const hasProgrammes = programmes.length > 0;
  const { desk, isTold } = usePartDesk(programmeId, { seesWhole });
  const open = useOffered({ hasProgrammes, seesWhole: seesWhole === true, desk });
  const offered = isTold ? open : [];
  const [home] = offered;
  useEffect(() => {
    // On a phone the menu is wider than the screen: where one is stands in sight.
    const here = document.querySelector('.frame-menu .active');
    here?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [path, isTold]);
  return (
    <Layout className="frame">
      <header className="frame-head">
        <strong>{t('title')}</strong>
        {programmes.length === 0 ? null : (
          <Select
            aria-label={t('frameProgramme')}
            className="frame-programme"
            value={programmeId}
            onChange={(chosen) => void navigate(`/p/${chosen}/${path}`)}
            options={programmes.map((one) => ({ value: one.programmeId, label: one.title }))}
          />
        )}
        <Button type="text" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {t('frameLanguage')}
        </Button>
        <SignOut />
      </header>
      <nav className="frame-menu" aria-label={t('frameMenu')}>
        {offered.map(({ path: place, word, Mark }) => (
          <NavLink key={place} to={`/p/${programmeId}/${place}`}>
            {t(word)}
            {Mark === undefined ? null : <Mark key={programmeId} programmeId={programmeId} />}
          </NavLink>
        ))}
      </nav>
      <main className="frame-main">
        <Suspense fallback={<Spin />}>
          <Routes>
            {home === undefined ? null : (
              <Route index element={<Navigate to={home.path} replace />} />
            )}
            {offered.map(({ path: place, Page }) => (
              <Route
                key={place}
                path={place}
                element={<Page key={programmeId} programmeId={programmeId} />}
              />
            ))}
            <Route
              path="*"
              element={isTold ? <Result status="403" title={noPermission} /> : <Spin />}
            />
          </Routes>
        </Suspense>
      </main>
    </Layout>
  );
}
