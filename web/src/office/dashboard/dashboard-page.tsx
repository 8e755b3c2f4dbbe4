import { useQuery } from '@tanstack/react-query';
import { Card, Statistic } from 'antd';
import { useMemo } from 'react';
import type * as contract from '../../../../server/src/features/evaluation/dashboard.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, instantOf, percentOf, yuanOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useStateWords, useWords } from '../words.ts';
import { Chart } from './chart.tsx';
import { ageingOption, type Board, categoryOption, dayOption, mapOption } from './options.ts';
import { loadOutline } from './outline.ts';

/** Where a programme stands at a glance, from the ledger, with the instant it was read. */
export function DashboardPage({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const words = useStateWords();
  const query = useQuery({
    queryKey: ['dashboard', programmeId],
    queryFn: () =>
      call<typeof contract.dashboardRoute>('GET /api/programmes/{programmeId}/dashboard', {
        params: { programmeId },
      }),
  });
  return (
    <>
      <h1>{t('boardTitle')}</h1>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(board) => (
          <>
            <p className="desk-lead">{t('boardAsOf', { at: instantOf(board.asOf) })}</p>
            <Tiles board={board} />
            <Charts board={board} />
            <Counties board={board} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Tiles({ board }: { readonly board: Board }) {
  const { t } = useWords();
  const { figures, money, stock } = board;
  const figure = (id: string) => {
    const found = figures.find((one) => one.id === id);
    return found?.value === undefined ? t('boardNone') : `${found.value}${found.unit}`;
  };
  const claimed = stock.offered === 0 ? t('boardNone') : percentOf(stock.claimed / stock.offered);
  const tiles = [
    ...(stock.offered === 0
      ? [{ id: 'issued', title: t('boardIssuedRate'), value: figure('rate.issued') }]
      : [{ id: 'claimed', title: t('boardClaimed'), value: claimed }]),
    { id: 'redeemed', title: t('boardRedeemed'), value: figure('rate.redeemed') },
    { id: 'leverage', title: t('boardLeverage'), value: figure('leverage.redeemed') },
    { id: 'outstanding', title: t('boardOutstanding'), value: yuanOf(money.outstandingFen) },
    { id: 'payable', title: t('boardPayable'), value: yuanOf(money.payableFen) },
    { id: 'settled', title: t('boardSettled'), value: yuanOf(money.settledFen) },
    { id: 'return-due', title: t('boardReturnDue'), value: yuanOf(money.returnDueFen) },
    { id: 'returned', title: t('boardReturned'), value: yuanOf(money.returnedFen) },
  ];
  const isMoney = new Set(['outstanding', 'payable', 'settled', 'return-due', 'returned']);
  return (
    <div className="desk-tiles">
      {tiles.map(({ id, title, value }) => (
        <Card key={id} size="small" data-tile={id}>
          <Statistic
            title={title}
            value={value}
            formatter={(shown) => shown}
            {...(isMoney.has(id) ? { suffix: t('boardYuan') } : {})}
          />
          {id === 'claimed' ? (
            <small>
              {t('boardClaimedOf', {
                claimed: countOf(stock.claimed),
                offered: countOf(stock.offered),
              })}
            </small>
          ) : null}
        </Card>
      ))}
    </div>
  );
}

function Charts({ board }: { readonly board: Board }) {
  const { t } = useWords();
  const options = useMemo(
    () => ({
      day: dayOption(board, t),
      category: categoryOption(board, t),
      ageing: ageingOption(board, t),
    }),
    [board, t],
  );
  const drawn = [
    { key: 'day', title: t('boardByDay'), option: options.day, rows: board.days.length },
    {
      key: 'category',
      title: t('boardByCategory'),
      option: options.category,
      rows: board.categories.length,
    },
    { key: 'ageing', title: t('boardAgeing'), option: options.ageing, rows: board.ageing.length },
  ];
  return (
    <div className="desk-charts">
      {drawn.map(({ key, title, option, rows }) => (
        <Card key={key} title={title} size="small">
          {rows === 0 ? <p>{t('boardNothing')}</p> : <Chart option={option} label={title} />}
        </Card>
      ))}
      <CountyMap board={board} />
    </div>
  );
}

function CountyMap({ board }: { readonly board: Board }) {
  const { t } = useWords();
  const { region } = board;
  const { data: isKnown } = useQuery({
    queryKey: ['outline', region],
    queryFn: () => loadOutline(region ?? ''),
    staleTime: Infinity,
  });
  const option = useMemo(() => mapOption(board), [board]);
  if (isKnown !== true) return null;
  return (
    <Card title={t('boardMap')} size="small">
      <Chart option={option} label={t('boardMap')} />
    </Card>
  );
}

type County = Board['counties'][number];

function Counties({ board }: { readonly board: Board }) {
  const { t } = useWords();
  const columns: readonly Column<County>[] = [
    { title: t('boardCounty'), key: 'region', value: (one) => one.regionName ?? one.regionCode },
    { title: t('boardShops'), key: 'shops', value: (one) => one.shops, isAmount: true },
    { title: t('boardCount'), key: 'count', value: (one) => one.count, isAmount: true },
    {
      title: t('boardUsedYuan'),
      key: 'used',
      value: (one) => one.usedFen / 100,
      show: (one) => yuanOf(one.usedFen),
      isAmount: true,
    },
    {
      title: t('boardSpentYuan'),
      key: 'spent',
      value: (one) => one.orderFen / 100,
      show: (one) => yuanOf(one.orderFen),
      isAmount: true,
    },
  ];
  const { counties } = board;
  const query = { data: counties, error: null, isPending: false, refetch: () => undefined };
  return (
    <section className="desk-section">
      <h2>{t('boardByCounty')}</h2>
      <Listed
        name="counties"
        query={query}
        columns={columns}
        rowKey={(one) => one.regionCode}
        empty={t('boardNothing')}
      />
    </section>
  );
}
