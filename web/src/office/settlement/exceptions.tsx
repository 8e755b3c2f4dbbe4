import { useQuery } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import type * as api from '../../../../server/src/features/settlement/reconciliation.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { allPages } from '../desk/pages.ts';
import { ReasonButton } from '../desk/reason-button.tsx';
import { useWords } from '../words.ts';
import { resolutionWords, sourceWords } from './words.ts';

type Exception = ReplyOf<typeof api.listExceptionsRoute>['items'][number];
const resolutions = ['explained', 'was_paid', 'was_not_paid'] as const;

/** Where two sides say different things: one person proposes an end, another closes. */
export function Exceptions({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['exceptions', programmeId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof api.listExceptionsRoute>(
          'GET /api/programmes/{programmeId}/reconciliation-exceptions',
          {
            params: { programmeId },
            query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
          },
        ),
      ),
  });
  const stateOf = (one: Exception) =>
    t(one.state === 'open' ? 'settleStateOpen' : 'settleStateClosed');
  const columns: readonly Column<Exception>[] = [
    { title: t('settleDay'), key: 'at', value: (one) => instantOf(one.createdAt) },
    { title: t('settleSource'), key: 'source', value: (one) => t(sourceWords[one.source]) },
    { title: t('settleVerdict'), key: 'verdict', value: (one) => one.verdictText },
    {
      title: t('settleState'),
      key: 'state',
      value: stateOf,
      show: (one) => <Tag color={one.state === 'open' ? 'gold' : 'default'}>{stateOf(one)}</Tag>,
    },
    {
      title: t('settleProposal'),
      key: 'proposal',
      value: (one) =>
        one.resolution === undefined
          ? ''
          : `${t(resolutionWords[one.resolution])} ${one.note ?? ''}`,
    },
    { title: '', key: 'act', value: () => '', show: (one) => <ExceptionActs exception={one} /> },
  ];
  return (
    <Listed
      name="exceptions"
      query={query}
      columns={columns}
      rowKey={(one) => one.exceptionId}
      empty={t('settleNoExceptions')}
    />
  );
}

function ExceptionActs({ exception }: { readonly exception: Exception }) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const { data: session } = useSession();
  const params = { exceptionId: exception.exceptionId };
  if (!may('reconciliation.approve') || exception.state === 'closed') return null;
  if (exception.proposedBy !== undefined) {
    if (exception.proposedBy === session?.id) return <span>{t('deskSecond')}</span>;
    const close = () =>
      call<typeof api.closeExceptionRoute>(
        'POST /api/reconciliation-exceptions/{exceptionId}/closing',
        { params },
      );
    return (
      <Button type="link" onClick={() => void act(close)}>
        {t('settleClose')}
      </Button>
    );
  }
  return resolutions.map((resolution) => (
    <ReasonButton
      key={resolution}
      word={t(resolutionWords[resolution])}
      look="link"
      label={t('settleNote')}
      work={(note) =>
        call<typeof api.proposeClosingRoute>(
          'POST /api/reconciliation-exceptions/{exceptionId}/proposal',
          { params, body: { resolution, note } },
        )
      }
    />
  ));
}
