import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type * as contract from '../../../../server/src/features/settlement/settlement.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { yuanOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { allPages } from '../desk/pages.ts';
import type { Desk } from '../desk/second-person.tsx';
import { useDesk } from '../desk/use-desk.ts';
import { useWords } from '../words.ts';
import { payoutWords, type Run } from './words.ts';

type Payout = ReplyOf<typeof contract.listPayoutsRoute>['items'][number];

/** What a run pays to each merchant, every attempt, and what the bank said. */
export function Payouts({ run: { runId, programmeId } }: { readonly run: Run }) {
  const { t } = useWords();
  const desk = useDesk(programmeId)?.settlement;
  const query = useQuery({
    queryKey: ['payouts', runId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof contract.listPayoutsRoute>('GET /api/settlement-runs/{runId}/payouts', {
          params: { runId },
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      ),
  });
  const columns: readonly Column<Payout>[] = [
    { title: t('settleMerchant'), key: 'merchant', value: (one) => one.merchantName },
    {
      title: t('settleAmount'),
      key: 'amount',
      value: (one) => one.amountFen / 100,
      show: (one) => yuanOf(one.amountFen),
      isAmount: true,
    },
    { title: t('settleAttempt'), key: 'attempt', value: (one) => one.attempt, isAmount: true },
    { title: t('settleState'), key: 'state', value: (one) => t(payoutWords[one.state]) },
    { title: t('settleFailure'), key: 'failure', value: (one) => one.failure ?? '' },
    {
      title: '',
      key: 'act',
      value: () => '',
      show: (one) => (desk === undefined ? null : <PayoutActs payout={one} desk={desk} />),
    },
  ];
  return (
    <Listed
      name="payouts"
      query={query}
      columns={columns}
      rowKey={(one) => one.payoutId}
      empty={t('settleNoPayouts')}
    />
  );
}

function PayoutActs({ payout, desk }: { readonly payout: Payout; readonly desk: Desk }) {
  const { t } = useWords();
  const act = useAct();
  const params = { payoutId: payout.payoutId };
  const isBack = payout.state === 'failed' || payout.state === 'came_back';
  if (isBack && desk.mayPrepare) {
    const retry = () =>
      call<typeof contract.retryPayoutRoute>('POST /api/payouts/{payoutId}/retry', { params });
    return (
      <Button type="link" onClick={() => void act(retry)}>
        {t('settleRetry')}
      </Button>
    );
  }
  if (payout.state !== 'prepared' || payout.attempt < 2 || !desk.mayApprove) return null;
  const decide = (decision: 'approved' | 'rejected') => () =>
    call<typeof contract.decidePayoutRoute>('POST /api/payouts/{payoutId}/decision', {
      params,
      body: { decision },
    });
  return (
    <>
      <Button type="link" onClick={() => void act(decide('approved'))}>
        {t('settlePayoutApprove')}
      </Button>
      <Button type="link" onClick={() => void act(decide('rejected'))}>
        {t('deskReject')}
      </Button>
    </>
  );
}
