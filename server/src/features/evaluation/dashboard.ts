import type { Evaluation } from '@huiquan/domain/evaluation/evaluation.ts';
import { type Fen, zeroFen } from '@huiquan/domain/fen.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { currentPlan } from '../programme/load-plan.ts';
import { ageingReport } from '../settlement/clearing.ts';
import { evaluateProgramme } from './evaluate.ts';

const sql = twin(import.meta.url);

/** What was used: redemptions less what was given back of them. */
export type Used = { readonly count: number; readonly orderFen: Fen; readonly usedFen: Fen };

/** What happened on one calendar day. */
export type DayFigures = Used & { readonly day: string; readonly issuedFen: Fen };

/** What was used at the shops of one county, and where the middle of them is. */
export type CountyFigures = Used & {
  readonly regionCode: string;
  readonly shops: number;
  readonly longitude: number | null;
  readonly latitude: number | null;
};

/** Redemptions of one age in days that are not paid for. */
export type Waiting = { readonly days: number; readonly count: number; readonly amountFen: bigint };

/** Where a programme stands, beside its evaluation of the same instant. */
export type Dashboard = {
  readonly evaluation: Evaluation;
  readonly regionCode: string | null;
  /** Where the plan runs, by code and name. */
  readonly region: { readonly code: string; readonly name: string };
  readonly stock: { readonly offered: number; readonly claimed: number };
  readonly days: readonly DayFigures[];
  readonly counties: readonly CountyFigures[];
  readonly ageing: readonly Waiting[];
};

type Counted<T> = Omit<T, 'count'> & { readonly count: bigint };
const counted = <T extends { readonly count: bigint }>(row: T) => ({
  ...row,
  count: Number(row.count),
});

async function daysOf(tx: Tx, programmeId: string): Promise<readonly DayFigures[]> {
  type UsedRow = Counted<Used & { readonly day: string }>;
  const used = (await tx.rows<UsedRow>(sql('usedByDay'), { programmeId })).map(counted);
  type IssuedRow = { readonly day: string; readonly issuedFen: Fen };
  const issued = await tx.rows<IssuedRow>(sql('issuedByDay'), { programmeId });
  const byDay = new Map(used.map((row) => [row.day, row]));
  const issuedBy = new Map(issued.map((row) => [row.day, row.issuedFen]));
  const days = [...new Set([...byDay.keys(), ...issuedBy.keys()])].toSorted();
  return days.map((day) => ({
    ...(byDay.get(day) ?? { count: 0, orderFen: zeroFen, usedFen: zeroFen }),
    day,
    issuedFen: issuedBy.get(day) ?? zeroFen,
  }));
}

async function ageingOf(tx: Tx, programmeId: string): Promise<readonly Waiting[]> {
  const sums = new Map<number, { days: number; count: number; amountFen: bigint }>();
  for (const { days, redemptionCount, amountFen } of await ageingReport(tx, { programmeId })) {
    const sum = sums.get(days) ?? { days, count: 0, amountFen: 0n };
    sum.count += redemptionCount;
    sum.amountFen += amountFen;
    sums.set(days, sum);
  }
  return [...sums.values()].toSorted((a, b) => a.days - b.days);
}

/**
 * Where a programme stands, by day, category and county, from the ledger and the registers at one
 * instant. Run it in one snapshot. Refuses `not_found`, `programme_not_running`.
 * @policy requirement A2
 */
export async function dashboardOf(tx: Tx, programmeId: string): Promise<Dashboard> {
  const evaluation = await evaluateProgramme(tx, programmeId);
  const stock = await tx.one<{ offered: bigint; claimed: bigint }>(sql('stockOfRounds'), {
    programmeId,
  });
  const { plan } = await currentPlan(tx, programmeId);
  const place = await tx.one<{ regionCode: string | null }>(sql('regionOf'), { programmeId });
  const counties = await tx.rows<Counted<CountyFigures>>(sql('usedByCounty'), { programmeId });
  return {
    evaluation,
    regionCode: place.regionCode,
    region: { code: plan.region.code, name: plan.region.name },
    stock: { offered: Number(stock.offered), claimed: Number(stock.claimed) },
    days: await daysOf(tx, programmeId),
    counties: counties.map(counted),
    ageing: await ageingOf(tx, programmeId),
  };
}
