import type { Article, Compared } from '@huiquan/domain/evaluation/article.ts';
import { compareWithArticle } from '@huiquan/domain/evaluation/article.ts';
import {
  type Evaluation,
  evaluationLevels,
  issuedFen,
  totalsOf,
} from '@huiquan/domain/evaluation/evaluation.ts';
import { ratio, rounded } from '@huiquan/domain/evaluation/exact.ts';
import { type Figure, figuresOf, levelNames } from '@huiquan/domain/evaluation/figures.ts';
import { yuanText } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';

/** What every report says of its figures. */
export const roundingPolicy =
  '取舍规则：账上金额精确到分，比率用精确数相除；表中按所示位数四舍五入（五入离零），不用取整后的数再计算；' +
  '与文章比较时按文章印出的位数取舍，相同即为一致。';

/** A table: its title, its header and its rows, all text. */
export type Table = {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** A whole report, before it is printed or written to a file. */
export type Report = {
  readonly evaluation: Evaluation;
  readonly figures: readonly Figure[];
  readonly compared: readonly Compared[];
  readonly tables: readonly Table[];
};

const none = '无';

function shown(figure: Figure | undefined, decimals = 2): string {
  return figure?.value === undefined ? none : rounded(figure.value, decimals);
}

function levelTable(figures: readonly Figure[]): Table {
  const value = (kind: string, level: string, decimals = 2) =>
    shown(
      figures.find((one) => one.id === `${kind}.${level}`),
      decimals,
    );
  const told = (['total', ...evaluationLevels] as const).filter((level) =>
    figures.some((one) => one.id === `issued.${level}`),
  );
  return {
    title: '一、计划与完成(分级)',
    header: ['级别', '会员(万人)', '预计(亿元)', '电子券', '纸质券', '实际', '比预计少'],
    rows: told.map((level) => [
      levelNames[level],
      value('members', level),
      value('planned', level),
      value('electronic', level),
      value('paper', level),
      value('issued', level),
      value('shortfall', level),
    ]),
  };
}

function effectTable(figures: readonly Figure[]): Table {
  const start = figures.findIndex((one) => one.id === 'share.paper');
  const end = figures.findIndex((one) => one.id === 'counties.total');
  return {
    title: '二、形式、拉动与结余',
    header: ['项目', '数值', '单位'],
    rows: figures.slice(start, end).map((one) => [one.name, shown(one), one.unit]),
  };
}

function categoryTable({ categories, spending }: Evaluation): Table {
  return {
    title: '三、消费构成(按商户行业)',
    header: ['行业', '笔数', '消费(元)', '核销(元)', '占消费%'],
    rows: categories.map((one) => {
      const share = ratio(one.orderFen * 100n, spending.orderFen);
      return [
        one.industry,
        String(one.count),
        yuanText(one.orderFen),
        yuanText(one.redeemedFen),
        share === undefined ? none : rounded(share, 1),
      ];
    }),
  };
}

function countyTable(figures: readonly Figure[]): Table {
  return {
    title: '四、县(市、区)工会经费财政保障',
    header: ['项目', '个数'],
    rows: figures
      .filter((one) => one.id.startsWith('counties.'))
      .map((one) => [one.name, shown(one, 0)]),
  };
}

function comparedTable(article: Article, compared: readonly Compared[]): Table {
  return {
    title: `五、与${article.title}逐项比较`,
    header: ['指标', '账上', '文章', '单位', '差', '条款', '原因'],
    rows: compared.map((one) => [
      one.name,
      one.ledger ?? none,
      one.printed,
      one.unit,
      one.agrees ? '一致' : (one.difference ?? none),
      one.clause,
      one.reason ?? '',
    ]),
  };
}

/**
 * The report of an evaluation, beside a published one where there is one. Every figure of ours
 * comes
 * from `evaluation`; the article's stand beside them and are never calculated into them.
 * @policy SX20E; requirement A1
 */
export function reportOf(evaluation: Evaluation, article: Article | undefined): Report {
  const figures = figuresOf(evaluation);
  const compared = article === undefined ? [] : compareWithArticle(figures, article);
  const tables = [
    levelTable(figures),
    effectTable(figures),
    categoryTable(evaluation),
    ...(evaluation.guarantee.counties === 0 ? [] : [countyTable(figures)]),
    ...(article === undefined ? [] : [comparedTable(article, compared)]),
  ];
  return { evaluation, figures, compared, tables };
}

/** How many columns of a terminal a text takes: Chinese characters take two. */
export function columnsOf(text: string): number {
  return Array.from(text).reduce(
    (sum, character) => sum + (/[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]/u.test(character) ? 2 : 1),
    0,
  );
}

function tableText({ title, header, rows }: Table): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...lines.map((line) => columnsOf(line[column] ?? ''))),
  );
  const lineText = (line: readonly string[]) =>
    line
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - columnsOf(cell)))
      .join('  ')
      .trimEnd();
  return [title, ...lines.map(lineText)].join('\n');
}

/** The report as a terminal shows it. */
export function reportText({ evaluation, tables }: Report): string {
  const { name, code, asOf, notBuilt } = evaluation;
  const totals = totalsOf(evaluation);
  const head = [
    `${name}(${code})评估`,
    `截至 ${instantText(asOf)}，共发放 ${yuanText(issuedFen(totals))} 元，数字全部出自账本与登记簿。`,
    roundingPolicy,
  ];
  const missing =
    notBuilt.length === 0 ? [] : [`本系统尚不能办理、账上没有的：${notBuilt.join('、')}。`];
  return [head.join('\n'), ...tables.map(tableText), ...missing].join('\n\n');
}

/** The report as rows of one sheet: table, row, column, value. */
export function* reportRows({ tables }: Report): Generator<readonly string[]> {
  for (const { title, header, rows } of tables) {
    yield [title];
    yield header;
    yield* rows;
    yield [];
  }
  yield [roundingPolicy];
}
