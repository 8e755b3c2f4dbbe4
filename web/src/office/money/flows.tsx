import { Button } from 'antd';
import { useSearchParams } from 'react-router';
import { countOf, yuanOf } from '../../ui/figures.ts';
import { Listed, type Column } from '../desk/listed.tsx';
import { useWords } from '../words.ts';
import { useFlows, useFunds, usePoolName } from './queries.ts';
import { accountWords, type Flow, kinds, kindText } from './words.ts';

const placeOf = (kind: string) => {
  const place = kinds.indexOf(kind);
  return place < 0 ? kinds.length : place;
};

/** Every sort of transfer of every pool with its sum: how money came to stand where it stands. */
export function Flows({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const nameOf = usePoolName(programmeId);
  const { data: funds = [] } = useFunds(programmeId);
  const [, setParams] = useSearchParams();
  const query = useFlows(programmeId);
  const rows = query.data?.flows.toSorted(
    (a, b) => placeOf(a.kind) - placeOf(b.kind) || a.pool.localeCompare(b.pool),
  );
  const open = ({ pool, kind }: Flow) => {
    const own = funds.filter((one) => one.pool === pool);
    const [only] = own;
    if (only !== undefined && own.length === 1) {
      setParams(
        (before) => new URLSearchParams([...before, ['fund', only.fundId], ['kind', kind]]),
      );
    } else setParams({ tab: 'funds', 'funds-search': nameOf(pool) });
  };
  const poolOf = (one: Flow) =>
    one.pool === one.targetPool
      ? nameOf(one.pool)
      : `${nameOf(one.pool)} → ${nameOf(one.targetPool)}`;
  const columns: readonly Column<Flow>[] = [
    { title: t('moneyKind'), key: 'kind', value: (one) => kindText(one.kind, t) },
    { title: t('moneyPool'), key: 'pool', value: poolOf },
    { title: t('moneyFrom'), key: 'from', value: (one) => t(accountWords[one.source]) },
    { title: t('moneyTo'), key: 'to', value: (one) => t(accountWords[one.target]) },
    {
      title: t('moneyCount'),
      key: 'count',
      value: (one) => one.count,
      show: (one) => countOf(one.count),
      isAmount: true,
    },
    {
      title: t('moneyAmount'),
      key: 'amount',
      value: (one) => one.amountFen / 100,
      show: (one) => yuanOf(one.amountFen),
      isAmount: true,
    },
    {
      title: '',
      key: 'open',
      value: () => '',
      show: (one) => (
        <Button type="link" onClick={() => open(one)}>
          {t('moneyDetail')}
        </Button>
      ),
    },
  ];
  return (
    <section className="desk-section">
      <h3>{t('moneyFlows')}</h3>
      <p className="desk-quiet">{t('moneyFlowsWhy')}</p>
      <Listed
        name="flows"
        query={{ ...query, data: rows }}
        columns={columns}
        rowKey={(one) => `${one.pool} ${one.targetPool} ${one.source} ${one.target} ${one.kind}`}
        empty={t('moneyNoFlows')}
      />
    </section>
  );
}
