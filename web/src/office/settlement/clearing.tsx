import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useSearchParams } from 'react-router';
import type * as contract from '../../../../server/src/features/settlement/settlement.contract.ts';
import { call, download, type ReplyOf } from '../../api/call.ts';
import { clockNow } from '../../ui/clock.ts';
import { dayOf, yuanOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useWords } from '../words.ts';
import { useFunders } from './funders.ts';
import { waitWords } from './words.ts';

type Cleared = ReplyOf<typeof contract.clearingRoute>['rows'][number];
type Waiting = ReplyOf<typeof contract.ageingRoute>['rows'][number];
type Props = { readonly programmeId: string };

const amount = <Row,>(title: string, key: string, fenOf: (row: Row) => number): Column<Row> => ({
  title,
  key,
  value: (row) => fenOf(row) / 100,
  show: (row) => yuanOf(fenOf(row)),
  isAmount: true,
});

const flow = 'GET /api/programmes/{programmeId}/use-flow';

/** What each merchant is owed by each funder for one day, and the day's ledgers. */
export function Clearing({ programmeId }: Props) {
  const { t } = useWords();
  const act = useAct();
  const [params, setParams] = useSearchParams();
  const day = params.get('day') ?? dayOf(clockNow());
  const query = useQuery({
    queryKey: ['clearing', programmeId, day],
    queryFn: async () =>
      (
        await call<typeof contract.clearingRoute>('GET /api/programmes/{programmeId}/clearing', {
          params: { programmeId },
          query: { day },
        })
      ).rows,
  });
  const choose = (value: string) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      next.set('day', value);
      return next;
    });
  const funders = [...new Map((query.data ?? []).map((row) => [row.funderName, row])).keys()];
  const columns: readonly Column<Cleared>[] = [
    { title: t('settleMerchant'), key: 'merchant', value: (row) => row.merchantName },
    { title: t('settleFunder'), key: 'funder', value: (row) => row.funderName },
    {
      title: t('settleRedemptions'),
      key: 'redemptions',
      value: (row) => row.redemptionCount,
      isAmount: true,
    },
    amount(t('settleRedeemed'), 'redeemed', (row) => row.redeemedFen),
    { title: t('settleRefunds'), key: 'refunds', value: (row) => row.refundCount, isAmount: true },
    amount(t('settleRefunded'), 'refunded', (row) => row.refundedFen),
    amount(t('settleNet'), 'net', (row) => row.redeemedFen - row.refundedFen),
  ];
  return (
    <>
      <Listed
        key={day}
        name="clearing"
        query={query}
        columns={columns}
        rowKey={(row) => `${row.merchantId} ${row.fundId}`}
        empty={t('settleNoClearing')}
        tools={
          <label className="desk-pair">
            {t('settleDay')}
            <Input type="date" value={day} onChange={(event) => choose(event.target.value)} />
          </label>
        }
      />
      <FundersLedgers
        programmeId={programmeId}
        day={day}
        isEmpty={funders.length === 0}
        onAsked={(funderId, kind) =>
          void act(() =>
            download(flow, { params: { programmeId }, query: { day, funderId, flow: kind } }),
          )
        }
      />
    </>
  );
}

function FundersLedgers(props: {
  readonly programmeId: string;
  readonly day: string;
  readonly isEmpty: boolean;
  readonly onAsked: (funderId: string, kind: 'uses' | 'refunds') => void;
}) {
  const { t } = useWords();
  const { programmeId, isEmpty, onAsked } = props;
  const funds = useFunders(programmeId);
  if (isEmpty || funds.length === 0) return null;
  return (
    <section className="desk-section">
      <h3>{t('settleTabFiles')}</h3>
      <p>{t('settleLedgerWhy')}</p>
      {funds.map((fund) => (
        <p key={fund.funderId} className="desk-pair">
          <strong>{fund.funderName}</strong>
          <Button onClick={() => onAsked(fund.funderId, 'uses')}>{t('settleFlow')}</Button>
          <Button onClick={() => onAsked(fund.funderId, 'refunds')}>
            {t('settleFlowRefunds')}
          </Button>
        </p>
      ))}
    </section>
  );
}

/** Every redemption that is not paid for, by what it waits for. */
export function Ageing({ programmeId }: Props) {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['ageing', programmeId],
    queryFn: async () =>
      (
        await call<typeof contract.ageingRoute>(
          'GET /api/programmes/{programmeId}/settlement-ageing',
          { params: { programmeId } },
        )
      ).rows,
  });
  const columns: readonly Column<Waiting>[] = [
    { title: t('settleDays'), key: 'days', value: (row) => row.days, isAmount: true },
    { title: t('settleWaits'), key: 'waits', value: (row) => t(waitWords[row.waitsFor]) },
    { title: t('settleMerchant'), key: 'merchant', value: (row) => row.merchantName },
    { title: t('settleLines'), key: 'lines', value: (row) => row.redemptionCount, isAmount: true },
    amount(t('settleAmount'), 'amount', (row) => row.amountFen),
  ];
  return (
    <Listed
      name="ageing"
      query={query}
      columns={columns}
      rowKey={(row) => `${row.merchantId} ${row.waitsFor} ${row.days}`}
      empty={t('settleNoAgeing')}
    />
  );
}
