import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Tag } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/roster/roster.contract.ts';
import { call } from '../../api/call.ts';
import type { Translate } from '../../i18n/language.tsx';
import { countOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { Listed, type Column } from '../desk/listed.tsx';
import { allPages } from '../desk/pages.ts';
import { useDesk } from '../desk/use-desk.ts';
import { useOpen } from '../desk/use-open.ts';
import { type Key, useWords } from '../words.ts';
import { ImportDialog } from './import-dialog.tsx';
import { RosterPanel } from './roster-panel.tsx';
import { type ListedRoster, rosterWords, type Source } from './words.ts';

const lookAgainMs = 1_500;

function useSources(programmeId: string) {
  return useQuery({
    queryKey: ['roster-sources', programmeId],
    queryFn: async () =>
      (
        await call<typeof contract.listSourcesRoute>(
          'GET /api/programmes/{programmeId}/roster-sources',
          { params: { programmeId } },
        )
      ).items,
  });
}

/** The rosters of a programme; one that is being read tells how far it is, also after a reload. */
export function Rosters({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const desk = useDesk(programmeId);
  const [rosterId, open] = useOpen('roster');
  const [uploading, setUploading] = useState<string>();
  const sources = useSources(programmeId);
  const query = useQuery({
    queryKey: ['rosters', programmeId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof contract.listRostersRoute>('GET /api/programmes/{programmeId}/rosters', {
          params: { programmeId },
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      ),
    refetchInterval: ({ state }) => {
      const isReading = state.data?.some((one) => one.state === 'importing') === true;
      return isReading || uploading !== undefined ? lookAgainMs : false;
    },
  });
  const reading = query.data?.filter((one) => one.state === 'importing') ?? [];
  const columns = rosterColumns(t, sources.data ?? [], open);
  return (
    <>
      <OnTheirWay reading={reading} uploading={uploading} />
      <Listed
        name="rosters"
        query={query}
        columns={columns}
        rowKey={(one) => one.rosterId}
        empty={t('rosterNone')}
        tools={
          desk?.roster.mayPrepare === true ? (
            <ImportDialog
              programmeId={programmeId}
              sources={sources.data ?? []}
              onSent={setUploading}
              onKnown={open}
            />
          ) : null
        }
      />
      {rosterId === null ? null : (
        <RosterPanel
          rosterId={rosterId}
          sources={sources.data ?? []}
          onClosed={() => open(undefined)}
        />
      )}
    </>
  );
}

/** What is being sent or read, and that reading goes on without this page. */
function OnTheirWay(props: {
  readonly reading: readonly ListedRoster[];
  readonly uploading: string | undefined;
}) {
  const { reading, uploading } = props;
  const { t } = useWords();
  if (reading.length === 0 && uploading !== undefined) {
    const title = t('rosterUploading', { file: uploading });
    return <Alert type="warning" showIcon role="status" className="desk-note" title={title} />;
  }
  return reading.map((one) => (
    <Alert
      key={one.rosterId}
      type="info"
      showIcon
      role="status"
      className="desk-note"
      title={t('rosterReading', { file: one.fileName, rows: countOf(one.rowsTotal) })}
      description={t('rosterReadingWhy')}
    />
  ));
}

const colours: Readonly<Partial<Record<ListedRoster['state'], string>>> = {
  importing: 'blue',
  imported: 'gold',
  confirmed: 'green',
  failed: 'red',
};

function rosterColumns(
  t: Translate<Key>,
  sources: readonly Source[],
  open: (rosterId: string) => void,
): readonly Column<ListedRoster>[] {
  const figure = (
    title: Key,
    key: string,
    value: (one: ListedRoster) => number,
  ): Column<ListedRoster> => ({
    title: t(title),
    key,
    value,
    show: (one) => countOf(value(one)),
    isAmount: true,
  });
  return [
    {
      title: t('rosterFile'),
      key: 'file',
      value: (one) => one.fileName,
      show: (one) => (
        <Button type="link" className="desk-link" onClick={() => open(one.rosterId)}>
          <span className="desk-wrap">{one.fileName}</span>
        </Button>
      ),
    },
    { title: t('rosterOwner'), key: 'owner', value: (one) => one.organisationName },
    {
      title: t('rosterSource'),
      key: 'source',
      value: (one) => sources.find((each) => each.source === one.source)?.name ?? one.source,
    },
    {
      title: t('rosterState'),
      key: 'state',
      value: (one) => t(rosterWords[one.state]),
      show: (one) => <Tag color={colours[one.state] ?? 'default'}>{t(rosterWords[one.state])}</Tag>,
    },
    figure('rosterAccepted', 'accepted', (one) => one.rowsAccepted),
    figure('rosterFailed', 'failed', (one) => one.rowsFailed),
    figure('rosterQuestioned', 'questioned', (one) => one.openTasks),
    {
      title: t('rosterAmount'),
      key: 'amount',
      value: (one) => one.amountFen / 100,
      show: (one) => yuanOf(one.amountFen),
      isAmount: true,
    },
    { title: t('rosterMade'), key: 'made', value: (one) => instantOf(one.createdAt) },
  ];
}
