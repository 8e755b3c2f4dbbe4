import { Alert, Button, Tag } from 'antd';
import { useSearchParams } from 'react-router';
import { yuanOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useStateWords, useWords } from '../words.ts';
import { Flows } from './flows.tsx';
import { useFunds, useMoney, usePoolName } from './queries.ts';
import { Bar, parts, Tiles } from './standing.tsx';
import { type Balances, type Fund, type Money, warningWords } from './words.ts';

type Props = { readonly programmeId: string };
type Pool = Money['pools'][number];

function sum(list: readonly Balances[]): Balances {
  const of = (pick: (balances: Balances) => number) =>
    list.reduce((total, one) => total + pick(one), 0);
  return {
    fundedFen: of((one) => one.fundedFen),
    available: of((one) => one.available),
    committed: of((one) => one.committed),
    outstanding: of((one) => one.outstanding),
    payable: of((one) => one.payable),
    payable_held: of((one) => one.payable_held),
    settled: of((one) => one.settled),
    receivable: of((one) => one.receivable),
    return_due: of((one) => one.return_due),
    returned: of((one) => one.returned),
  };
}

/** The pools of who sees only funds of his own. */
function poolsOf(funds: readonly Fund[], nameOf: (pool: string) => string): readonly Pool[] {
  return [...Map.groupBy(funds, (one) => one.pool)].map(([pool, list]) => {
    const balances = sum(list.map((one) => one.balances));
    const isUsedUp = balances.fundedFen > 0 && balances.available === 0 && balances.committed === 0;
    return { pool, name: nameOf(pool), isUsedUp, balances };
  });
}

/** How every 分 stands: the whole programme, its pools, what needs a look, and how it came so. */
export function Picture({ programmeId }: Props) {
  const words = useStateWords();
  const { t } = useWords();
  const money = useMoney(programmeId);
  const funds = useFunds(programmeId);
  const nameOf = usePoolName(programmeId);
  const query = {
    data: money.data === undefined || funds.data === undefined ? undefined : funds.data,
    error: money.error ?? funds.error,
    isPending: money.isPending || funds.isPending,
    refetch: () => [money.refetch(), funds.refetch()],
  };
  return (
    <Loaded
      query={query}
      words={words}
      failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
    >
      {(own) => {
        const pools = money.data?.pools ?? poolsOf(own, nameOf);
        const all = sum(pools.map((one) => one.balances));
        if (pools.length === 0) return <Alert type="info" showIcon title={t('moneyNone')} />;
        return (
          <>
            <Tiles balances={all} />
            <Bar balances={all} label={t('moneyAll')} />
            <Warnings warnings={money.data?.warnings ?? []} funds={own} nameOf={nameOf} />
            <Pools pools={pools} />
            <Flows programmeId={programmeId} />
          </>
        );
      }}
    </Loaded>
  );
}

type Warned = {
  readonly warnings: Money['warnings'];
  readonly funds: readonly Fund[];
  readonly nameOf: (pool: string) => string;
};

function Warnings({ warnings, funds, nameOf }: Warned) {
  const { t } = useWords();
  const [, setParams] = useSearchParams();
  if (warnings.length === 0) return null;
  const funder = (fundId: string) => funds.find((one) => one.fundId === fundId)?.funderName ?? '';
  const show = (fundId: string) =>
    setParams((before) => new URLSearchParams([...before, ['fund', fundId]]));
  return (
    <section className="desk-section">
      <h3>{t('moneyWarnings')}</h3>
      {warnings.slice(0, 10).map((one) => (
        <Alert
          key={`${one.fundId} ${one.warning}`}
          className="money-warning"
          type={one.warning === 'used_up' ? 'error' : 'warning'}
          showIcon
          title={t('moneyWarning', {
            pool: nameOf(one.pool),
            funder: funder(one.fundId),
            warning: t(warningWords[one.warning]),
            amount: yuanOf(one.availableFen),
          })}
          action={
            <Button size="small" onClick={() => show(one.fundId)}>
              {t('moneyDetail')}
            </Button>
          }
        />
      ))}
    </section>
  );
}

function Pools({ pools }: { readonly pools: readonly Pool[] }) {
  const { t } = useWords();
  const amount = (fen: number) => ({ value: fen / 100, show: yuanOf(fen) });
  const columns: readonly Column<Pool>[] = [
    {
      title: t('moneyPool'),
      key: 'pool',
      value: (one) => one.name,
      show: (one) => (
        <>
          <strong>{one.name}</strong>{' '}
          {one.isUsedUp ? <Tag color="error">{t('moneyUsedUp')}</Tag> : null}
          <Bar balances={one.balances} label={one.name} />
        </>
      ),
    },
    {
      title: t('moneyPlanned'),
      key: 'planned',
      value: (one) => (one.plannedFen ?? 0) / 100,
      show: (one) => (one.plannedFen === undefined ? '' : yuanOf(one.plannedFen)),
      isAmount: true,
    },
    {
      title: t('moneyFunded'),
      key: 'funded',
      value: (one) => amount(one.balances.fundedFen).value,
      show: (one) => amount(one.balances.fundedFen).show,
      isAmount: true,
    },
    ...parts.map((part) => ({
      title: t(part.word),
      key: part.key,
      value: (one: Pool) => amount(part.of(one.balances)).value,
      show: (one: Pool) => amount(part.of(one.balances)).show,
      isAmount: true,
    })),
  ];
  const query = { data: pools, error: null, isPending: false, refetch: () => undefined };
  return (
    <section className="desk-section">
      <h3>{t('moneyPools')}</h3>
      <Listed
        name="pools"
        query={query}
        columns={columns}
        rowKey={(one) => one.pool}
        empty={t('moneyNone')}
      />
    </section>
  );
}
