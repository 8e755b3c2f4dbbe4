import { useQuery } from '@tanstack/react-query';
import { Descriptions, Drawer } from 'antd';
import type * as contract from '../../../../server/src/features/issuing/issuing.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { useMay } from '../desk/may.ts';
import { useStateWords, useWords } from '../words.ts';
import { ProgressView } from './progress-view.tsx';
import { Recalls } from './recalls.tsx';
import { Refusals } from './refusals.tsx';
import { Start } from './start.tsx';
import { type Batch, batchWords, type Progress } from './words.ts';
import { Waiting } from './waiting.tsx';

const lookAgainMs = 1_500;

/** The rows of a batch that somebody or something still works on. */
function isMoving(progress: Progress | undefined): boolean {
  if (progress === undefined) return false;
  const { batch, rows } = progress;
  const isQueued = rows.some((row) => row.state === 'committed' && row.isBound);
  return (
    batch.state === 'issuing' ||
    batch.state === 'recalling' ||
    (batch.state === 'issued' && isQueued)
  );
}

/** One batch: what it does, its approval by another person, how far it is, and its recall. */
export function BatchPanel(props: { readonly batchId: string; readonly onClosed: () => void }) {
  const { batchId, onClosed } = props;
  const { t } = useWords();
  const words = useStateWords();
  const query = useQuery({
    queryKey: ['batch', batchId],
    queryFn: () =>
      call<typeof contract.getBatchRoute>('GET /api/issue-batches/{batchId}', {
        params: { batchId },
      }),
    refetchInterval: ({ state }) => (isMoving(state.data) ? lookAgainMs : false),
  });
  return (
    <Drawer
      open
      size="large"
      title={query.data?.batch.rosterName ?? t('issueTitle')}
      onClose={onClosed}
    >
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(progress) => (
          <>
            <Facts batch={progress.batch} />
            <Body progress={progress} />
          </>
        )}
      </Loaded>
    </Drawer>
  );
}

function Facts({ batch }: { readonly batch: Batch }) {
  const { t } = useWords();
  const { approvedAt, issuedAt } = batch;
  const items = [
    { key: 'owner', label: t('issueOwner'), children: batch.organisationName },
    { key: 'state', label: t('issueState'), children: t(batchWords[batch.state]) },
    { key: 'people', label: t('issuePeople'), children: countOf(batch.entitlementCount) },
    { key: 'vouchers', label: t('issueVouchers'), children: countOf(batch.voucherCount) },
    { key: 'amount', label: t('issueAmount'), children: yuanOf(batch.amountFen) },
    { key: 'made', label: t('issueMade'), children: instantOf(batch.createdAt) },
    ...(approvedAt === undefined
      ? []
      : [{ key: 'approved', label: t('issueApproved'), children: instantOf(approvedAt) }]),
    ...(issuedAt === undefined
      ? []
      : [{ key: 'issued', label: t('issueFinished'), children: instantOf(issuedAt) }]),
    { key: 'hash', label: t('issueHash'), children: <code>{batch.contentHash.slice(0, 16)}</code> },
  ];
  return <Descriptions column={{ xs: 1, md: 2 }} size="small" bordered items={items} />;
}

function Body({ progress }: { readonly progress: Progress }) {
  const may = useMay();
  const { batch } = progress;
  if (batch.state === 'cancelled') return null;
  if (batch.state === 'prepared') return <Waiting progress={progress} />;
  return (
    <>
      {batch.state === 'approved' && may('issue_batch.execute') ? <Start batch={batch} /> : null}
      <ProgressView progress={progress} />
      {batch.state === 'approved' ? null : <Refusals batchId={batch.batchId} />}
      {may('recall.read') ? <Recalls batch={batch} desk={progress.recallDesk} /> : null}
    </>
  );
}
