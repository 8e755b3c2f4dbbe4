import { useQuery } from '@tanstack/react-query';
import type * as api from '../../../../server/src/features/settlement/reconciliation.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { Listed, type Column } from '../desk/listed.tsx';
import { allPages } from '../desk/pages.ts';
import { useWords } from '../words.ts';

type Notice = ReplyOf<typeof api.listParkedNoticesRoute>['items'][number];

/** What the payment network told about no payment of ours, of whatever programme. */
export function ParkedNotices() {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['parked-notices'],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof api.listParkedNoticesRoute>('GET /api/parked-payment-notices', {
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      ),
  });
  const columns: readonly Column<Notice>[] = [
    { title: t('settleNoticeAt'), key: 'at', value: (one) => instantOf(one.at) },
    { title: t('settleNoticeTrade'), key: 'trade', value: (one) => one.tradeNumber ?? '' },
    { title: t('settleRedemption'), key: 'request', value: (one) => one.requestId ?? '' },
    {
      title: t('settleTheirsFen'),
      key: 'amount',
      isAmount: true,
      value: (one) => one.amountFen ?? 0,
      show: (one) => (one.amountFen === undefined ? '' : yuanOf(one.amountFen)),
    },
    {
      title: t('settleNoticeTold'),
      key: 'told',
      value: (one) => one.told,
      show: (one) => <span className="desk-wrap">{one.told}</span>,
    },
  ];
  return (
    <section className="desk-section">
      <h2>{t('settleNotices')}</h2>
      <p className="desk-quiet">{t('settleNoticesWhy')}</p>
      <Listed
        name="notices"
        query={query}
        columns={columns}
        rowKey={(one) => one.noticeId}
        empty={t('settleNoNotices')}
      />
    </section>
  );
}
