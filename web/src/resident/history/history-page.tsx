import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type * as own from '../../../../server/src/features/redemption/own.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { Paged } from '../paged.tsx';
import { SignedIn } from '../parts.tsx';
import { type Key, useWords } from '../words.ts';

type Payment = ReplyOf<typeof own.listOwnRedemptionsRoute>['items'][number];
type Refund = Payment['refunds'][number];

const stateWords = {
  tried: 'historyTried',
  sent: 'historySent',
  committed: 'historyCommitted',
  cancelled: 'historyCancelled',
  voided: 'historyVoided',
  reversed: 'historyReversed',
} as const satisfies Readonly<Record<Payment['state'], Key>>;

/** 用券记录: every payment with a voucher, and what was given back. */
export function HistoryPage() {
  const { t } = useWords();
  return (
    <SignedIn>
      <p className="links">
        <Link to="/app/me">‹ {t('back')}</Link>
      </p>
      <h1>{t('historyTitle')}</h1>
      <Payments />
    </SignedIn>
  );
}

function Payments() {
  const { t } = useWords();
  const query = useInfiniteQuery({
    queryKey: ['history'],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      call<typeof own.listOwnRedemptionsRoute>('GET /api/wallet/redemptions', {
        query: { limit: 20, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      }),
    getNextPageParam: (page) => page.next,
  });
  return (
    <Paged query={query} none={t('historyNone')} keyOf={(one) => one.redemptionId}>
      {(one) => <PaymentCard payment={one} />}
    </Paged>
  );
}

function PaymentCard({ payment }: { readonly payment: Payment }) {
  const { t } = useWords();
  const { programmeId, redemptionId, state, refunds } = payment;
  const yuan = (fen: number) => t('historyYuan', { yuan: yuanOf(fen) });
  return (
    <section className="card">
      <p className={state === 'committed' ? 'badge is-good' : 'badge'}>{t(stateWords[state])}</p>
      <h2>{payment.shopName}</h2>
      <p className="quiet dotted">
        <span>{instantOf(payment.decidedAt ?? payment.triedAt)}</span>
        <span>{payment.kindName}</span>
      </p>
      <dl className="sums">
        <dt>{t('historyOrder')}</dt>
        <dd>{yuan(payment.orderFen)}</dd>
        <dt>{t('historyDeduction')}</dt>
        <dd className="strong">{yuan(payment.deductionFen)}</dd>
        <dt>{t('historyPaid')}</dt>
        <dd>{yuan(payment.cashFen)}</dd>
      </dl>
      {refunds.map((one) => (
        <Refunded key={`${one.at} ${one.amountFen}`} refund={one} />
      ))}
      <p className="links">
        <Link to={`/app/complaints/new?programme=${programmeId}&payment=${redemptionId}`}>
          {t('historyComplain')}
        </Link>
      </p>
    </section>
  );
}

function Refunded({ refund }: { readonly refund: Refund }) {
  const { t } = useWords();
  const { kind, at, amountFen, cashFen, outcome, usableFrom } = refund;
  const fate =
    outcome !== 'restored'
      ? t('historyKept')
      : usableFrom === undefined
        ? t('historyRestored')
        : t('historyRestoredFrom', { at: instantOf(usableFrom) });
  return (
    <div className="answer">
      <h3>
        {t(kind === 'refund' ? 'historyRefund' : 'historyReversal')} · {instantOf(at)}
      </h3>
      <p>{t('historyRefunded', { yuan: yuanOf(amountFen), cash: yuanOf(cashFen) })}</p>
      <p className="quiet">{fate}</p>
    </div>
  );
}
