import type { EChartsCoreOption } from 'echarts/core';
import type * as contract from '../../../../server/src/features/evaluation/dashboard.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import type { Translate } from '../../i18n/language.tsx';
import { yuanOf } from '../../ui/figures.ts';
import type { Key } from '../words.ts';

/** What the dashboard is told. */
export type Board = ReplyOf<typeof contract.dashboardRoute>;
type Say = Translate<Key>;

const [issued, used, spent] = ['#e8a33d', '#b3261e', '#8c8c8c'];
const yuan = (fen: number) => fen / 100;
const tooltip = {
  trigger: 'axis',
  valueFormatter: (value: unknown) => yuanOf(Math.round(Number(value) * 100)),
};
const base = {
  legend: { top: 0 },
  grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
  tooltip,
};

/** Issued, redeemed and spent by day. */
export function dayOption({ days }: Board, t: Say): EChartsCoreOption {
  const line = (name: string, color: string, data: readonly number[]) => ({
    type: 'line',
    showSymbol: days.length < 32,
    name,
    data,
    color,
  });
  return {
    ...base,
    xAxis: { type: 'category', data: days.map((one) => one.day) },
    yAxis: { type: 'value', name: t('boardYuan') },
    series: [
      line(
        t('boardIssued'),
        issued ?? '',
        days.map((one) => yuan(one.issuedFen)),
      ),
      line(
        t('boardUsed'),
        used ?? '',
        days.map((one) => yuan(one.usedFen)),
      ),
      line(
        t('boardSpent'),
        spent ?? '',
        days.map((one) => yuan(one.orderFen)),
      ),
    ],
  };
}

/** Redeemed and spent by category. */
export function categoryOption({ categories }: Board, t: Say): EChartsCoreOption {
  const bar = (name: string, color: string, data: readonly number[]) => ({
    type: 'bar',
    barMaxWidth: 28,
    name,
    data,
    color,
  });
  return {
    ...base,
    xAxis: { type: 'category', data: categories.map((one) => one.industry) },
    yAxis: { type: 'value', name: t('boardYuan') },
    series: [
      bar(
        t('boardUsed'),
        used ?? '',
        categories.map((one) => yuan(one.usedFen)),
      ),
      bar(
        t('boardSpent'),
        spent ?? '',
        categories.map((one) => yuan(one.orderFen)),
      ),
    ],
  };
}

/** What is not paid yet, by its age in days. */
export function ageingOption({ ageing }: Board, t: Say): EChartsCoreOption {
  return {
    ...base,
    xAxis: { type: 'category', data: ageing.map((one) => String(one.days)) },
    yAxis: { type: 'value', name: t('boardYuan') },
    series: [
      {
        type: 'bar',
        barMaxWidth: 28,
        name: t('boardPayable'),
        color: used,
        data: ageing.map((one) => yuan(one.amountFen)),
      },
    ],
  };
}

/** Counties as dots on the area's outline, the larger the more was redeemed there. */
export function mapOption({ counties, region }: Board): EChartsCoreOption {
  const most = counties.reduce((max, one) => Math.max(max, one.usedFen), 1);
  const dots = counties.flatMap(({ longitude, latitude, usedFen, regionCode, regionName }) =>
    longitude === undefined || latitude === undefined
      ? []
      : [{ name: regionName ?? regionCode, value: [longitude, latitude, usedFen / 100] }],
  );
  return {
    tooltip: {
      formatter: ({ name, value }: { name: string; value: readonly number[] }) =>
        `${name} ${yuanOf(Math.round((value[2] ?? 0) * 100))}`,
    },
    geo: {
      map: region,
      silent: true,
      itemStyle: { areaColor: '#f6f1ee', borderColor: '#b9a9a3' },
    },
    series: [
      {
        type: 'scatter',
        coordinateSystem: 'geo',
        color: used,
        data: dots,
        symbolSize: (value: readonly number[]) =>
          8 + 28 * Math.sqrt(((value[2] ?? 0) * 100) / most),
      },
    ],
  };
}
