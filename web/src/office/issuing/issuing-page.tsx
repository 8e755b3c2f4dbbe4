import { useQuery } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import { useSearchParams } from 'react-router';
import type * as contract from '../../../../server/src/features/issuing/issuing.contract.ts';
import { call } from '../../api/call.ts';
import type { Translate } from '../../i18n/language.tsx';
import { countOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { Listed, type Column } from '../desk/listed.tsx';
import { allPages } from '../desk/pages.ts';
import { useDesk } from '../desk/use-desk.ts';
import { useOpen } from '../desk/use-open.ts';
import { type Key, useWords } from '../words.ts';
import { BatchPanel } from './batch-panel.tsx';
import { DraftPanel } from './draft-panel.tsx';
import { type Batch, batchColours, batchWords } from './words.ts';

const lookAgainMs = 1_500;
const isUnderWay = (batch: Batch) => batch.state === 'issuing' || batch.state === 'recalling';

/** Issuing by list: dry run, approval by another person, progress, recall. */
export function IssuingPage({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const desk = useDesk(programmeId);
  const [batchId, open] = useOpen('batch');
  const [draft, openDraft] = useOpen('draft');
  const [, setParams] = useSearchParams();
  // In one step: two changes of the address at once would undo each other.
  const show = (prepared: string) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      next.delete('draft');
      next.set('batch', prepared);
      return next;
    });
  const query = useQuery({
    queryKey: ['batches', programmeId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof contract.listBatchesRoute>('GET /api/programmes/{programmeId}/issue-batches', {
          params: { programmeId },
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      ),
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) === true ? lookAgainMs : false),
  });
  return (
    <>
      <h1>{t('issueTitle')}</h1>
      <Listed
        name="batches"
        query={query}
        columns={batchColumns(t, open)}
        rowKey={(one) => one.batchId}
        empty={t('issueNone')}
        tools={
          desk?.batch.mayPrepare === true ? (
            <Button type="primary" onClick={() => openDraft('choose')}>
              {t('issueNew')}
            </Button>
          ) : null
        }
      />
      {draft === null ? null : (
        <DraftPanel
          programmeId={programmeId}
          rosterId={draft === 'choose' ? undefined : draft}
          batches={query.data ?? []}
          onChosen={openDraft}
          onPrepared={show}
        />
      )}
      {batchId === null || draft !== null ? null : (
        <BatchPanel batchId={batchId} onClosed={() => open(undefined)} />
      )}
    </>
  );
}

function batchColumns(
  t: Translate<Key>,
  open: (batchId: string) => void,
): readonly Column<Batch>[] {
  return [
    {
      title: t('issueRoster'),
      key: 'roster',
      value: (one) => one.rosterName,
      show: (one) => (
        <Button type="link" className="desk-link" onClick={() => open(one.batchId)}>
          <span className="desk-wrap">{one.rosterName}</span>
        </Button>
      ),
    },
    { title: t('issueOwner'), key: 'owner', value: (one) => one.organisationName },
    {
      title: t('issueState'),
      key: 'state',
      value: (one) => t(batchWords[one.state]),
      show: (one) => (
        <Tag color={batchColours[one.state] ?? 'default'}>{t(batchWords[one.state])}</Tag>
      ),
    },
    {
      title: t('issuePeople'),
      key: 'people',
      value: (one) => one.entitlementCount,
      show: (one) => countOf(one.entitlementCount),
      isAmount: true,
    },
    {
      title: t('issueVouchers'),
      key: 'vouchers',
      value: (one) => one.voucherCount,
      show: (one) => countOf(one.voucherCount),
      isAmount: true,
    },
    {
      title: t('issueAmount'),
      key: 'amount',
      value: (one) => one.amountFen / 100,
      show: (one) => yuanOf(one.amountFen),
      isAmount: true,
    },
    { title: t('issueMade'), key: 'made', value: (one) => instantOf(one.createdAt) },
  ];
}
