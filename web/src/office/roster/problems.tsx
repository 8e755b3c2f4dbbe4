import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type * as contract from '../../../../server/src/features/roster/roster.contract.ts';
import { call, download, type ReplyOf } from '../../api/call.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { allPages } from '../desk/pages.ts';
import { useWords } from '../words.ts';
import type { Roster } from './words.ts';

type Wrong = ReplyOf<typeof contract.listProblemsRoute>['items'][number];

/** The reason without the field that stands beside it. */
function reasonIn({ message, column }: Wrong): string {
  const prefix = column === undefined ? '' : `${column}：`;
  return prefix !== '' && message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

/** The rows that were not taken, each with its field and reason, and the file to mend them in. */
export function Problems({ roster }: { readonly roster: Roster }) {
  const { t } = useWords();
  const act = useAct();
  const { rosterId, desk } = roster;
  const query = useQuery({
    queryKey: ['roster-problems', rosterId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof contract.listProblemsRoute>('GET /api/rosters/{rosterId}/problems', {
          params: { rosterId },
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      ),
  });
  const save = () =>
    act(() => download('GET /api/rosters/{rosterId}/failures.xlsx', { params: { rosterId } }));
  const columns: readonly Column<Wrong>[] = [
    { title: t('rosterRow'), key: 'row', value: (one) => one.row, isAmount: true },
    { title: t('rosterField'), key: 'field', value: (one) => one.column ?? t('rosterWholeRow') },
    {
      title: t('rosterProblem'),
      key: 'reason',
      value: reasonIn,
      show: (one) => <span className="desk-wrap">{reasonIn(one)}</span>,
    },
  ];
  const hasRows = query.data !== undefined && query.data.length > 0;
  return (
    <>
      {hasRows && desk.mayPrepare ? (
        <p className="desk-pair">
          <Button onClick={() => void save()}>{t('rosterDownload')}</Button>
          <span className="desk-quiet">{t('rosterDownloadWhy')}</span>
        </p>
      ) : null}
      <Listed
        name="problems"
        query={query}
        columns={columns}
        rowKey={(one) => `${one.row} ${one.code} ${one.column ?? ''}`}
        empty={t('rosterNoProblems')}
      />
    </>
  );
}
