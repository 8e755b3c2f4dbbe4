import { figuresOf } from '@huiquan/domain/evaluation/figures.ts';
import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { findOutlineAround } from '@huiquan/domain/place/outlines.ts';
import { snapshot } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { programmeScope } from '../programme/load-plan.ts';
import { dashboardRoute } from './dashboard.contract.ts';
import { type CountyFigures, type Dashboard, dashboardOf, type Used } from './dashboard.ts';
import { figureWire } from './report-wire.ts';

const usedWire = ({ count, orderFen, usedFen }: Used) => ({
  count,
  orderFen: fenOnWire(orderFen),
  usedFen: fenOnWire(usedFen),
});

function moneyWire({ money }: Dashboard['evaluation']) {
  return {
    fundedFen: fenOnWire(money.fundedFen),
    availableFen: fenOnWire(money.availableFen),
    committedFen: fenOnWire(money.committedFen),
    outstandingFen: fenOnWire(money.outstandingFen),
    payableFen: fenOnWire(money.payableFen),
    settledFen: fenOnWire(money.settledFen),
    returnDueFen: fenOnWire(money.returnDueFen),
    returnedFen: fenOnWire(money.returnedFen),
  };
}

/** What an area is called where the plan or a known outline says so. */
function nameOfArea(code: string, region: Dashboard['region']): string | undefined {
  if (code === region.code) return region.name;
  const outline = findOutlineAround(code)?.properties;
  return outline !== undefined && code === outline.code.padEnd(6, '0') ? outline.name : undefined;
}

function countyWire(county: CountyFigures, region: Dashboard['region']) {
  const { regionCode, shops, longitude, latitude, ...used } = county;
  const regionName = nameOfArea(regionCode, region);
  return {
    regionCode,
    ...(regionName === undefined ? {} : { regionName }),
    shops,
    ...usedWire(used),
    ...(longitude === null || latitude === null ? {} : { longitude, latitude }),
  };
}

function dashboardWire(board: Dashboard) {
  const { evaluation, regionCode, stock, days, counties, ageing } = board;
  const region = regionCode === null ? undefined : findOutlineAround(regionCode)?.properties.code;
  return {
    programmeId: evaluation.programmeId,
    name: evaluation.name,
    ...(region === undefined ? {} : { region }),
    asOf: instantText(evaluation.asOf),
    figures: figuresOf(evaluation).map(figureWire),
    money: moneyWire(evaluation),
    stock,
    days: days.map(({ day, issuedFen, ...used }) => ({
      day,
      issuedFen: fenOnWire(issuedFen),
      ...usedWire(used),
    })),
    categories: evaluation.categories.map(({ industry, redeemedFen, ...one }) => ({
      industry,
      ...usedWire({ ...one, usedFen: redeemedFen }),
    })),
    counties: counties.map((county) => countyWire(county, board.region)),
    ageing: ageing.map((one) => ({ ...one, amountFen: fenOnWire(one.amountFen) })),
  };
}

/** Where programmes stand, for those who may read their evaluation. */
export function dashboardRoutes(context: Context): readonly Handled[] {
  return [
    handle(dashboardRoute, async (request) => {
      const { programmeId } = request.params;
      await request.read(async (tx) => request.authorize(await programmeScope(tx, programmeId)));
      const { actor } = request.principal;
      return dashboardWire(await snapshot(context.db, actor, (tx) => dashboardOf(tx, programmeId)));
    }),
  ];
}
