import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type * as returns from '../../../../server/src/features/expiry/expiry.contract.ts';
import type * as contract from '../../../../server/src/features/settlement/settlement.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';
import { returnWords } from './words.ts';

type Return = ReplyOf<typeof returns.listReturnsRoute>['items'][number];
type Overdue = ReplyOf<typeof contract.overdueReturnsRoute>['rows'][number];
type Props = { readonly programmeId: string };

/** Residuals on their way back to those who paid them, and those that are late. */
export function Returns({ programmeId }: Props) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const params = { programmeId };
  const query = useQuery({
    queryKey: ['returns', programmeId],
    queryFn: async () =>
      (
        await call<typeof returns.listReturnsRoute>(
          'GET /api/programmes/{programmeId}/fund-returns',
          { params },
        )
      ).items,
  });
  const prepare = () =>
    call<typeof returns.prepareReturnsRoute>('POST /api/programmes/{programmeId}/fund-returns', {
      params,
    });
  const columns: readonly Column<Return>[] = [
    {
      title: t('settleAmount'),
      key: 'amount',
      value: (one) => one.amountFen / 100,
      show: (one) => yuanOf(one.amountFen),
      isAmount: true,
    },
    { title: t('settleState'), key: 'state', value: (one) => t(returnWords[one.state]) },
    { title: t('settleReturnBy'), key: 'by', value: (one) => one.returnBy ?? '' },
    { title: t('settleMade'), key: 'made', value: (one) => instantOf(one.createdAt) },
    { title: '', key: 'act', value: () => '', show: (one) => <ReturnActs one={one} /> },
  ];
  return (
    <>
      <h3>{t('settleReturns')}</h3>
      <Listed
        name="returns"
        query={query}
        columns={columns}
        rowKey={(one) => one.returnId}
        empty={t('settleNoReturns')}
        tools={
          may('fund_return.create') ? (
            <Button type="primary" onClick={() => void act(prepare)}>
              {t('settlePrepareReturns')}
            </Button>
          ) : null
        }
      />
      <OverdueReturns programmeId={programmeId} />
    </>
  );
}

function ReturnActs({ one }: { readonly one: Return }) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  if (one.state !== 'prepared' || !may('fund_return.approve')) return null;
  const params = { returnId: one.returnId };
  const approve = () =>
    call<typeof returns.approveReturnRoute>('POST /api/fund-returns/{returnId}/approval', {
      params,
    });
  const reject = () =>
    call<typeof returns.rejectReturnRoute>('POST /api/fund-returns/{returnId}/rejection', {
      params,
    });
  return (
    <>
      <Button type="link" onClick={() => void act(approve)}>
        {t('deskApprove')}
      </Button>
      <Button type="link" onClick={() => void act(reject)}>
        {t('deskReject')}
      </Button>
    </>
  );
}

function OverdueReturns({ programmeId }: Props) {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['overdue', programmeId],
    queryFn: async () =>
      (
        await call<typeof contract.overdueReturnsRoute>(
          'GET /api/programmes/{programmeId}/overdue-returns',
          { params: { programmeId } },
        )
      ).rows,
  });
  const columns: readonly Column<Overdue>[] = [
    { title: t('settleLate'), key: 'late', value: (one) => one.daysLate, isAmount: true },
    { title: t('settleReturnBy'), key: 'by', value: (one) => one.returnBy },
    {
      title: t('settleAmount'),
      key: 'amount',
      value: (one) => one.amountFen / 100,
      show: (one) => yuanOf(one.amountFen),
      isAmount: true,
    },
  ];
  return (
    <>
      <h3>{t('settleOverdue')}</h3>
      <Listed
        name="overdue"
        query={query}
        columns={columns}
        rowKey={(one) => `${one.fundId} ${one.returnId ?? ''}`}
        empty={t('settleNoOverdue')}
      />
    </>
  );
}
