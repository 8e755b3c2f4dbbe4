import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Card, Tag } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/complaint/complaint.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { useMay } from '../desk/may.ts';
import { type Key, useStateWords, useWords } from '../words.ts';
import { AnswerDialog } from './answer-dialog.tsx';
import './complaints.css';

/** A complaint as the offices see it. */
type Complaint = ReplyOf<typeof contract.listComplaintsRoute>['items'][number];
type State = 'open' | 'answered';

const kindWords = {
  claim: 'complaintKindClaim',
  payment: 'complaintKindPayment',
  refund: 'complaintKindRefund',
  price: 'complaintKindPrice',
  refused: 'complaintKindRefused',
  misuse: 'complaintKindMisuse',
  other: 'complaintKindOther',
} as const satisfies Readonly<Record<Complaint['kind'], Key>>;

const decisionWords = {
  upheld: 'complaintUpheld',
  dismissed: 'complaintDismissed',
  explained: 'complaintExplained',
} as const satisfies Readonly<Record<NonNullable<Complaint['answer']>['decision'], Key>>;

/** What residents complained about in this programme: what waits, and what was answered. */
export function ComplaintsPage({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  return (
    <>
      <h1>{t('complaintTitle')}</h1>
      <div className="complaint-columns">
        <Column programmeId={programmeId} state="open" />
        <Column programmeId={programmeId} state="answered" />
      </div>
    </>
  );
}

const columnWords = {
  open: { title: 'complaintOpen', none: 'complaintNoneOpen' },
  answered: { title: 'complaintAnswered', none: 'complaintNoneAnswered' },
} as const;

function Column({ programmeId, state }: { readonly programmeId: string; readonly state: State }) {
  const { t } = useWords();
  const words = useStateWords();
  const query = useInfiniteQuery({
    queryKey: ['complaints', programmeId, state],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      call<typeof contract.listComplaintsRoute>('GET /api/programmes/{programmeId}/complaints', {
        params: { programmeId },
        query: { state, limit: 20, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      }),
    getNextPageParam: (page) => page.next,
  });
  const { title, none } = columnWords[state];
  return (
    <section aria-label={t(title)}>
      <h2>{t(title)}</h2>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <p className="desk-quiet">{t(none)}</p>;
          return items.map((one) => <ComplaintCard key={one.complaintId} complaint={one} />);
        }}
      </Loaded>
      {query.hasNextPage ? (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('complaintMore')}
        </Button>
      ) : null}
    </section>
  );
}

function ComplaintCard({ complaint }: { readonly complaint: Complaint }) {
  const { t } = useWords();
  const may = useMay();
  const [isAnswering, setAnswering] = useState(false);
  const { kind, phone, filedAt, dueAt, isLate, shopName, redemptionId, text, answer } = complaint;
  return (
    <Card
      size="small"
      title={t(kindWords[kind])}
      extra={isLate ? <Tag color="error">{t('complaintLate')}</Tag> : null}
    >
      <p className="desk-quiet">{t('complaintFrom', { phone, at: instantOf(filedAt) })}</p>
      {shopName === undefined ? null : <p>{t('complaintShop', { name: shopName })}</p>}
      {redemptionId === undefined ? null : (
        <p className="desk-quiet">{t('complaintPayment', { id: redemptionId })}</p>
      )}
      <p className="complaint-told">{text}</p>
      {answer === undefined ? (
        <div className="desk-acts">
          <span className="desk-quiet">{t('complaintDue', { at: instantOf(dueAt) })}</span>
          {may('complaint.answer') ? (
            <Button type="primary" onClick={() => setAnswering(true)}>
              {t('complaintAnswer')}
            </Button>
          ) : null}
        </div>
      ) : (
        <Answered answer={answer} />
      )}
      {isAnswering ? (
        <AnswerDialog complaintId={complaint.complaintId} onClosed={() => setAnswering(false)} />
      ) : null}
    </Card>
  );
}

function Answered({ answer }: { readonly answer: NonNullable<Complaint['answer']> }) {
  const { t } = useWords();
  const by = answer.by ?? t('complaintOffice');
  return (
    <div className="complaint-answer">
      <strong>{t(decisionWords[answer.decision])}</strong>
      <p className="complaint-told">{answer.text}</p>
      <span className="desk-quiet">{t('complaintBy', { by, at: instantOf(answer.at) })}</span>
    </div>
  );
}
