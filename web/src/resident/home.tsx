import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type {
  getPublicProgrammeRoute,
  listPublicProgrammesRoute,
} from '../../../server/src/features/programme/programme.contract.ts';
import type { listRoundsRoute } from '../../../server/src/features/round/round.contract.ts';
import { call, type ReplyOf } from '../api/call.ts';
import { setClock } from '../ui/clock.ts';
import { endOf, instantOf } from '../ui/figures.ts';
import { Shown, useLeft, useNow } from './parts.tsx';
import { useWords } from './words.ts';

type Round = ReplyOf<typeof listRoundsRoute>['items'][number];

/** What everybody may know of a programme. */
export function useProgramme(programmeId: string) {
  return useQuery({
    queryKey: ['programme', programmeId],
    queryFn: () =>
      call<typeof getPublicProgrammeRoute>('GET /api/public/programmes/{programmeId}', {
        params: { programmeId },
      }),
  });
}

/** The rounds with their stock; the page's clock goes by the time they tell. */
export function useRounds(programmeId: string, everyMs: number) {
  return useQuery({
    queryKey: ['rounds', programmeId],
    refetchInterval: everyMs,
    queryFn: async () => {
      const found = await call<typeof listRoundsRoute>('GET /api/programmes/{programmeId}/rounds', {
        params: { programmeId },
      });
      setClock(found.serverTime);
      return found;
    },
  });
}

/** The programmes that run, each with its next round, and how one claims. */
export function HomePage() {
  const { t } = useWords();
  const programmes = useQuery({
    queryKey: ['programmes'],
    queryFn: () =>
      call<typeof listPublicProgrammesRoute>('GET /api/public/programmes', {
        query: { limit: 20 },
      }),
  });
  return (
    <>
      <h1>{t('programmes')}</h1>
      <Shown query={programmes}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{t('noProgrammes')}</p>
          ) : (
            items.map((one) => (
              <ProgrammeCard key={one.programmeId} programmeId={one.programmeId} />
            ))
          )
        }
      </Shown>
      <section className="card">
        <h2>{t('guide')}</h2>
        <ol>
          {(['guide1', 'guide2', 'guide3', 'guide4'] as const).map((key) => (
            <li key={key}>{t(key)}</li>
          ))}
        </ol>
      </section>
    </>
  );
}

function ProgrammeCard({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  return (
    <section className="card">
      <Shown query={useProgramme(programmeId)}>
        {(programme) => (
          <>
            <h2>{programme.name}</h2>
            <p className="quiet dotted">
              <span>{programme.region}</span>
              <span>{t('until', { at: endOf(programme.redeemUntil) })}</span>
            </p>
            {programme.state === 'running' ? (
              <NextRound programmeId={programmeId} hasRounds={programme.rounds.length > 0} />
            ) : (
              <p className="badge">{programme.state === 'stopped' ? t('stopped') : t('ended')}</p>
            )}
            <p className="links">
              <Link to={`/app/shops/${programmeId}`}>{t('shopsLink')}</Link>
              <a href={`/public/programmes/${programmeId}`}>{t('publicLink')}</a>
              <Link to={`/app/complaints/new?programme=${programmeId}`}>{t('complaintNew')}</Link>
              {programme.hotlines.slice(-1).map((one) => (
                <a key={one.number} href={`tel:${one.number}`}>
                  {t('hotline')} {one.number}
                </a>
              ))}
            </p>
          </>
        )}
      </Shown>
    </section>
  );
}

function NextRound(props: { readonly programmeId: string; readonly hasRounds: boolean }) {
  const { t } = useWords();
  const now = useNow();
  const rounds = useRounds(props.programmeId, 30_000);
  if (!props.hasRounds) return <p>{t('noRound')}</p>;
  return (
    <Shown query={rounds}>
      {({ items }) => {
        const next = items.find((one) => Date.parse(one.closesAt) > now && one.state !== 'closed');
        if (next === undefined) return <p>{t('noMoreRounds')}</p>;
        return <Countdown programmeId={props.programmeId} round={next} now={now} />;
      }}
    </Shown>
  );
}

type Counted = { readonly programmeId: string; readonly round: Round; readonly now: number };

function Countdown({ programmeId, round, now }: Counted) {
  const { t } = useWords();
  const left = useLeft();
  const opensAt = Date.parse(round.opensAt);
  const isOpen = now >= opensAt;
  return (
    <div className="round">
      <p className="dotted">
        <span>{t('nextRound', { number: round.number })}</span>
        <span>{isOpen ? t('openNow') : t('opensAt', { at: instantOf(round.opensAt) })}</span>
      </p>
      {isOpen ? null : (
        <p className="clock" role="timer">
          <span>{t('opensIn')}</span> {left(opensAt, now)}
        </p>
      )}
      <Link
        className={isOpen ? 'first' : 'second'}
        to={`/app/rounds/${programmeId}/${round.number}`}
      >
        {isOpen ? t('goClaim') : t('see')}
      </Link>
    </div>
  );
}
