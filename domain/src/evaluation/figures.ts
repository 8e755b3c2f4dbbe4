import type { Fen } from '../fen.ts';
import {
  type Evaluation,
  issuedFen,
  type LevelFigures,
  plannedFen,
  totalsOf,
} from './evaluation.ts';
import { type Exact, exact, ratio } from './exact.ts';

/** In what a figure is counted: 亿元, 万人, percent, times, pieces. */
export const figureUnits = ['亿元', '万人', '%', '倍', '个', '万张'] as const;
/** One of them. */
export type FigureUnit = (typeof figureUnits)[number];

/** One line of the report; `value` is undefined where the ledger has nothing to say. */
export type Figure = {
  /** `issued.city`, `share.paper`: what a printed figure is compared by. */
  readonly id: string;
  readonly name: string;
  readonly unit: FigureUnit;
  readonly value: Exact | undefined;
};

/** A figure as an article prints it, and where. */
export type PrintedFigure = {
  readonly figure: string;
  /** Digits as printed: `2.48`. */
  readonly printed: string;
  readonly unit: FigureUnit;
  /** As it reads there, where it is more than digits: 近17. */
  readonly words?: string | undefined;
  readonly clause: string;
};

/** The level's name in the documents' words. */
export const levelNames = {
  total: '合计',
  province: '省级',
  city: '市级',
  county: '县级',
  enterprise: '企业',
  unlevelled: '未分级',
} as const;

const measureNames = {
  members: '会员',
  planned: '预计发放',
  electronic: '电子券发放',
  paper: '纸质券发放',
  issued: '实际发放',
  shortfall: '比预计少',
} as const;

/** What the line `id` of a level is called (`issued.county`); undefined for other lines. */
export function levelLineName(id: string): string | undefined {
  const [measure = '', level = ''] = id.split('.');
  const names = new Map<string, string>(Object.entries(levelNames));
  const measures = new Map<string, string>(Object.entries(measureNames));
  const [of, what] = [names.get(level), measures.get(measure)];
  return of === undefined || what === undefined ? undefined : `${of}${what}`;
}

const fenPerYi = 10_000_000_000n;
const yi = (amount: Fen | bigint) => exact(amount, fenPerYi);
const wan = (count: number) => exact(count, 10_000);
const percent = (part: bigint | number, whole: bigint | number) =>
  ratio(BigInt(part) * 100n, whole);

function levelLines(
  evaluation: Evaluation,
  level: keyof typeof levelNames,
  figures: Omit<LevelFigures, 'level'>,
): readonly Figure[] {
  const { members, electronicFen, paperFen } = figures;
  const planned = plannedFen(evaluation, members);
  const issued = issuedFen(figures);
  const name = levelNames[level];
  const hasPlan = evaluation.standardFen !== undefined && members > 0;
  const told = (value: Exact) => (hasPlan ? value : undefined);
  return [
    {
      id: `members.${level}`,
      name: `${name}${measureNames.members}`,
      unit: '万人',
      value: told(wan(members)),
    },
    {
      id: `planned.${level}`,
      name: `${name}${measureNames.planned}`,
      unit: '亿元',
      value: told(yi(planned)),
    },
    {
      id: `electronic.${level}`,
      name: `${name}${measureNames.electronic}`,
      unit: '亿元',
      value: yi(electronicFen),
    },
    {
      id: `paper.${level}`,
      name: `${name}${measureNames.paper}`,
      unit: '亿元',
      value: yi(paperFen),
    },
    {
      id: `issued.${level}`,
      name: `${name}${measureNames.issued}`,
      unit: '亿元',
      value: yi(issued),
    },
    {
      id: `shortfall.${level}`,
      name: `${name}${measureNames.shortfall}`,
      unit: '亿元',
      value: told(yi(planned - issued)),
    },
  ];
}

function effectLines(evaluation: Evaluation): readonly Figure[] {
  const { electronicFen, paperFen } = totalsOf(evaluation);
  const { orderFen, redeemedFen } = evaluation.spending;
  const { approvedFen, money } = evaluation;
  const all = electronicFen + paperFen;
  return [
    { id: 'share.paper', name: '纸质券占比', unit: '%', value: percent(paperFen, all) },
    { id: 'share.electronic', name: '电子券占比', unit: '%', value: percent(electronicFen, all) },
    { id: 'spending', name: '电子券拉动消费', unit: '亿元', value: yi(orderFen) },
    {
      id: 'leverage.issued',
      name: '拉动效应（消费÷电子券发放额）',
      unit: '倍',
      value: ratio(orderFen, electronicFen),
    },
    {
      id: 'leverage.redeemed',
      name: '拉动效应（消费÷核销额）',
      unit: '倍',
      value: ratio(orderFen, redeemedFen),
    },
    {
      id: 'rate.issued',
      name: '发放率（发放÷批准）',
      unit: '%',
      value: percent(electronicFen, approvedFen),
    },
    {
      id: 'rate.redeemed',
      name: '核销率（核销÷发放）',
      unit: '%',
      value: percent(redeemedFen, electronicFen),
    },
    {
      id: 'residual',
      name: '结余（到账减核销）',
      unit: '亿元',
      value: yi(money.fundedFen - redeemedFen),
    },
    { id: 'expired', name: '逾期未用', unit: '亿元', value: yi(money.expiredFen) },
    { id: 'return_due', name: '待退回', unit: '亿元', value: yi(money.returnDueFen) },
    { id: 'returned', name: '已退回', unit: '亿元', value: yi(money.returnedFen) },
  ];
}

function countyLines({ guarantee }: Evaluation): readonly Figure[] {
  const line = (id: string, name: string, count: number): Figure => ({
    id: `counties.${id}`,
    name,
    unit: '个',
    value: guarantee.counties === 0 ? undefined : exact(count),
  });
  return [
    line('total', '县（市、区）', guarantee.counties),
    line('full', '财政保障100%的县', guarantee.full),
    line('upper', '财政保障50%（含）到100%的县', guarantee.upper),
    line('lower', '财政保障低于50%的县', guarantee.lower),
    line('none', '财政保障为0的县', guarantee.none),
    line('silent', '未报财政保障的县', guarantee.silent),
  ];
}

/**
 * Every figure of an evaluation by its id, exact. Figures that nothing in the ledger can tell
 * (travel
 * cards) stand without a value.
 * @policy SX20E; requirement A1
 */
export function figuresOf(evaluation: Evaluation): readonly Figure[] {
  const told = evaluation.levels.filter(
    (one) => one.members > 0 || one.electronicFen > 0n || one.paperFen > 0n,
  );
  return [
    ...levelLines(evaluation, 'total', totalsOf(evaluation)),
    ...told.flatMap((one) => levelLines(evaluation, one.level, one)),
    ...effectLines(evaluation),
    ...countyLines(evaluation),
    { id: 'travel_cards', name: '“云游行”旅游年卡', unit: '万张', value: undefined },
  ];
}
