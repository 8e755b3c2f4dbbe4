import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import type * as contract from '../../../../server/src/features/complaint/complaint.contract.ts';
import { call } from '../../api/call.ts';
import { instantOf } from '../../ui/figures.ts';
import { Paged } from '../paged.tsx';
import { SignedIn } from '../parts.tsx';
import { useWords } from '../words.ts';
import { type Complaint, decisionWords, kindWords } from './kinds.ts';

/** 我的投诉: what I complained about and what was answered. */
export function ComplaintsPage() {
  const { t } = useWords();
  const [told] = useSearchParams();
  return (
    <SignedIn>
      <p className="links">
        <Link to="/app/me">‹ {t('back')}</Link>
      </p>
      <h1>{t('complaintTitle')}</h1>
      {told.has('sent') ? (
        <p className="good" role="status">
          {t('complaintSent')}
        </p>
      ) : null}
      <p className="quiet">{t('complaintLead')}</p>
      <Link className="first is-wide" to="/app/complaints/new">
        {t('complaintNew')}
      </Link>
      <Complaints />
    </SignedIn>
  );
}

function Complaints() {
  const { t } = useWords();
  const query = useInfiniteQuery({
    queryKey: ['complaints'],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      call<typeof contract.listOwnComplaintsRoute>('GET /api/me/complaints', {
        query: { limit: 20, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      }),
    getNextPageParam: (page) => page.next,
  });
  return (
    <Paged query={query} none={t('complaintNone')} keyOf={(one) => one.complaintId}>
      {(one) => <ComplaintCard complaint={one} />}
    </Paged>
  );
}

function ComplaintCard({ complaint }: { readonly complaint: Complaint }) {
  const { t } = useWords();
  const { kind, programmeTitle, shopName, text, filedAt, dueAt, answer } = complaint;
  return (
    <section className="card">
      <p className={answer === undefined ? 'badge' : 'badge is-good'}>
        {t(answer === undefined ? 'complaintOpen' : 'complaintAnswered')}
      </p>
      <h2>{t(kindWords[kind])}</h2>
      <p className="quiet">{programmeTitle}</p>
      {shopName === undefined ? null : <p>{t('complaintShop', { name: shopName })}</p>}
      <p className="told">{text}</p>
      <p className="quiet">{t('complaintFiledAt', { at: instantOf(filedAt) })}</p>
      {answer === undefined ? (
        <p className="quiet">{t('complaintDueAt', { at: instantOf(dueAt) })}</p>
      ) : (
        <div className="answer">
          <h3>{t(decisionWords[answer.decision])}</h3>
          <p className="told">{answer.text}</p>
          <p className="quiet">
            {t('complaintBy', {
              by: answer.by ?? t('complaintOffice'),
              at: instantOf(answer.at),
            })}
          </p>
        </div>
      )}
    </section>
  );
}
