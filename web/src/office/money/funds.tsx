import { App, Button } from 'antd';
import { useSearchParams } from 'react-router';
import type * as contract from '../../../../server/src/features/fund/fund.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, yuanOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';
import { NewFund } from './new-fund.tsx';
import { useFunds, usePoolName } from './queries.ts';
import { parts } from './standing.tsx';
import { type Fund, sourceText } from './words.ts';

/** The funds: each funder's money of one source in one pool, in the order in which it is used. */
export function Funds({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const { message } = App.useApp();
  const query = useFunds(programmeId);
  const openPlanned = () =>
    act(async () => {
      const name = 'POST /api/programmes/{programmeId}/planned-funds';
      const sent = { params: { programmeId } };
      const { opened } = await call<typeof contract.openPlannedFundsRoute>(name, sent);
      void message.info(t('moneyOpened', { count: countOf(opened) }));
    });
  return (
    <Listed
      name="funds"
      query={query}
      columns={useColumns(programmeId, query.data ?? [])}
      rowKey={(one) => one.fundId}
      empty={t('moneyNoFunds')}
      tools={
        <>
          {may('allocation.create') ? (
            <Button onClick={() => void openPlanned()}>{t('moneyOpenPlanned')}</Button>
          ) : null}
          {may('funding_order.create') ? <NewFund programmeId={programmeId} /> : null}
        </>
      }
    />
  );
}

function useColumns(programmeId: string, funds: readonly Fund[]): readonly Column<Fund>[] {
  const { t } = useWords();
  const [, setParams] = useSearchParams();
  const nameOf = usePoolName(programmeId);
  return [
    { title: t('moneyPool'), key: 'pool', value: (one) => nameOf(one.pool) },
    { title: t('moneyFunder'), key: 'funder', value: (one) => one.funderName },
    { title: t('moneySource'), key: 'source', value: (one) => sourceText(one.sourceClass, t) },
    ...(funds.some((one) => one.channel !== '')
      ? [{ title: t('moneyChannel'), key: 'channel', value: (one: Fund) => one.channelName }]
      : []),
    {
      title: t('moneyOrderOfUse'),
      key: 'position',
      value: (one) => one.position,
      isAmount: true,
    },
    {
      title: t('moneyFunded'),
      key: 'funded',
      value: (one) => one.balances.fundedFen / 100,
      show: (one) => yuanOf(one.balances.fundedFen),
      isAmount: true,
    },
    ...parts.map((part) => ({
      title: t(part.word),
      key: part.key,
      value: (one: Fund) => part.of(one.balances) / 100,
      show: (one: Fund) => yuanOf(part.of(one.balances)),
      isAmount: true,
    })),
    {
      title: '',
      key: 'open',
      value: () => '',
      show: (one) => (
        <Button
          type="link"
          onClick={() =>
            setParams((before) => new URLSearchParams([...before, ['fund', one.fundId]]))
          }
        >
          {t('moneyDetail')}
        </Button>
      ),
    },
  ];
}
