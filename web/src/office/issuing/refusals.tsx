import { useQuery } from '@tanstack/react-query';
import type * as contract from '../../../../server/src/features/issuing/issuing.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { Listed, type Column } from '../desk/listed.tsx';
import { allPages } from '../desk/pages.ts';
import { useWords } from '../words.ts';
import { refusalText } from './words.ts';

type Refused = ReplyOf<typeof contract.listRefusalsRoute>['items'][number];

/** The rows of a batch that got nothing, each with its reason. */
export function Refusals({ batchId }: { readonly batchId: string }) {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['batch-refusals', batchId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof contract.listRefusalsRoute>('GET /api/issue-batches/{batchId}/refusals', {
          params: { batchId },
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      ),
  });
  const columns: readonly Column<Refused>[] = [
    { title: t('issueRow'), key: 'row', value: (one) => one.row, isAmount: true },
    {
      title: t('issueReason'),
      key: 'reason',
      value: (one) => refusalText(one.code),
      show: (one) => <span className="desk-wrap">{refusalText(one.code)}</span>,
    },
  ];
  if (query.data?.length === 0) return null;
  return (
    <section className="desk-section">
      <h2>{t('issueRefusals')}</h2>
      <Listed
        name="refused"
        query={query}
        columns={columns}
        rowKey={(one) => one.entitlementId}
        empty={t('issueNoRefusals')}
      />
    </section>
  );
}
