import { useQuery } from '@tanstack/react-query';
import { Alert, Descriptions, Drawer, Tabs } from 'antd';
import type * as contract from '../../../../server/src/features/roster/roster.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { useStateWords, useWords } from '../words.ts';
import { Correction } from './correction.tsx';
import { Decide } from './decide.tsx';
import { Problems } from './problems.tsx';
import { Questions } from './questions.tsx';
import { type Roster, rosterWords, type Source } from './words.ts';

const lookAgainMs = 1_500;

type Props = {
  readonly rosterId: string;
  readonly sources: readonly Source[];
  readonly onClosed: () => void;
};

/** One roster: what became of its rows, what is still to be decided, and its confirmation. */
export function RosterPanel({ rosterId, sources, onClosed }: Props) {
  const { t } = useWords();
  const words = useStateWords();
  const query = useQuery({
    queryKey: ['roster', rosterId],
    queryFn: () =>
      call<typeof contract.getRosterRoute>('GET /api/rosters/{rosterId}', { params: { rosterId } }),
    refetchInterval: ({ state }) => (state.data?.state === 'importing' ? lookAgainMs : false),
  });
  return (
    <Drawer open size="large" title={query.data?.fileName ?? t('rosterTitle')} onClose={onClosed}>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(roster) => (
          <>
            <Facts roster={roster} sources={sources} />
            <Decide roster={roster} />
            <Rows roster={roster} />
          </>
        )}
      </Loaded>
    </Drawer>
  );
}

function Facts({
  roster,
  sources,
}: {
  readonly roster: Roster;
  readonly sources: readonly Source[];
}) {
  const { t } = useWords();
  const source = sources.find((one) => one.source === roster.source)?.name ?? roster.source;
  const figure = (key: string, label: string, count: number) => ({
    key,
    label,
    children: countOf(count),
  });
  const items = [
    { key: 'owner', label: t('rosterOwner'), children: roster.organisationName },
    { key: 'state', label: t('rosterState'), children: t(rosterWords[roster.state]) },
    { key: 'source', label: t('rosterSource'), children: source },
    { key: 'made', label: t('rosterMade'), children: instantOf(roster.createdAt) },
    figure('rows', t('rosterRows'), roster.rowsTotal),
    figure('accepted', t('rosterAccepted'), roster.rowsAccepted),
    figure('failed', t('rosterFailed'), roster.rowsFailed),
    figure('duplicate', t('rosterDuplicate'), roster.rowsDuplicate),
    figure('existing', t('rosterExisting'), roster.rowsExisting),
    figure('questioned', t('rosterQuestioned'), roster.openTasks),
    { key: 'amount', label: t('rosterAmount'), children: yuanOf(roster.amountFen) },
    ...(roster.contentHash === undefined
      ? []
      : [
          {
            key: 'hash',
            label: t('rosterHash'),
            children: <code>{roster.contentHash.slice(0, 16)}</code>,
          },
        ]),
  ];
  return (
    <>
      {roster.state === 'importing' ? (
        <Alert
          type="info"
          showIcon
          role="status"
          className="desk-note"
          title={t('rosterReading', { file: roster.fileName, rows: countOf(roster.rowsTotal) })}
          description={t('rosterReadingWhy')}
        />
      ) : null}
      {roster.state === 'failed' ? (
        <Alert type="error" showIcon className="desk-note" title={t('rosterFailedWhy')} />
      ) : null}
      <Descriptions column={{ xs: 1, md: 2 }} size="small" bordered items={items} />
    </>
  );
}

function Rows({ roster }: { readonly roster: Roster }) {
  const { t } = useWords();
  const { rosterId, rowsFailed, rowsDuplicate, rowsExisting, openTasks } = roster;
  const wrong = rowsFailed + rowsDuplicate + rowsExisting;
  const mayWork = roster.desk.mayPrepare;
  const isLive = roster.state === 'imported' || roster.state === 'confirmed';
  const items = [
    {
      key: 'problems',
      label: `${t('rosterTabProblems')} ${countOf(wrong)}`,
      children: <Problems roster={roster} />,
    },
    ...(mayWork
      ? [
          {
            key: 'questions',
            label: `${t('rosterTabQuestions')} ${countOf(openTasks)}`,
            children: <Questions roster={roster} />,
          },
        ]
      : []),
    ...(mayWork && isLive
      ? [
          {
            key: 'correct',
            label: t('rosterTabCorrect'),
            children: <Correction rosterId={rosterId} />,
          },
        ]
      : []),
  ];
  if (roster.state === 'importing' || roster.state === 'failed') return null;
  const start = openTasks > 0 && mayWork ? 'questions' : 'problems';
  return <Tabs className="desk-section" defaultActiveKey={start} items={items} />;
}
