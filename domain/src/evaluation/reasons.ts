import {
  decimalsOf,
  exact,
  type Exact,
  isMore,
  minus,
  plus,
  printedValue,
  rounded,
  times,
} from './exact.ts';
import { type Figure, levelNames, type PrintedFigure } from './figures.ts';

/** What a reason may be derived from: the ledger's figures and all printed ones. */
type Grounds = {
  readonly figure: PrintedFigure;
  readonly agrees: boolean;
  readonly figures: ReadonlyMap<string, Figure>;
  readonly printed: ReadonlyMap<string, PrintedFigure>;
};

const levels = ['province', 'city', 'county'] as const;
const shown = (value: Exact, decimals = 2) => rounded(value, decimals);

function printedOf(grounds: Grounds, id: string): Exact | undefined {
  const found = grounds.printed.get(id);
  return found === undefined ? undefined : printedValue(found.printed);
}

function ledgerOf(grounds: Grounds, id: string): Exact | undefined {
  return grounds.figures.get(id)?.value;
}

/** The article's two parts of a level, electronic and paper. */
function partsOf(grounds: Grounds, level: string) {
  const electronic = grounds.printed.get(`electronic.${level}`);
  const paper = grounds.printed.get(`paper.${level}`);
  if (electronic === undefined || paper === undefined) return undefined;
  const sum = plus(printedValue(electronic.printed), printedValue(paper.printed));
  return { text: `${electronic.printed}+${paper.printed}=${shown(sum)}亿元`, sum };
}

/** What a member may get at most: 元 per member, from the ledger's plan figures. */
function standardOf(grounds: Grounds): Exact | undefined {
  const [planned, members] = ['planned.total', 'members.total'].map((id) => ledgerOf(grounds, id));
  return planned === undefined || members === undefined || members.over === 0n
    ? undefined
    : perMember(planned, members);
}

/** 亿元 ÷ 万人 in 元. */
function perMember(money: Exact, members: Exact): Exact {
  return exact(money.over * members.under * 10_000n, money.under * members.over);
}

function unlevelled(grounds: Grounds): Exact {
  return ledgerOf(grounds, 'paper.unlevelled') ?? exact(0n);
}

/** Parts that add up to more than the level's members may get under the cap. */
function overCap(grounds: Grounds, level: string) {
  const parts = partsOf(grounds, level);
  const members = printedOf(grounds, `members.${level}`);
  const standard = standardOf(grounds);
  if (parts === undefined || members === undefined || standard === undefined) return undefined;
  if (members.over === 0n) return undefined;
  const average = perMember(parts.sum, members);
  if (!isMore(average, standard)) return undefined;
  const most = times(times(members, standard), exact(1n, 10_000n));
  return { members, standard, average, most, rest: minus(parts.sum, most) };
}

function issuedReason(grounds: Grounds, level: string): string | undefined {
  const parts = partsOf(grounds, level);
  if (parts === undefined) return undefined;
  const { printed } = grounds.figure;
  const halfUp = shown(parts.sum, decimalsOf(printed));
  const sentences: string[] = [];
  if (halfUp !== printed) {
    sentences.push(`文章分项${parts.text}，四舍五入为${halfUp}，文章印作${printed}`);
  }
  const over = overCap(grounds, level);
  if (over !== undefined) {
    const { members, standard, average, most, rest } = over;
    sentences.push(
      `${parts.text}按${shown(members, 0)}万会员为每人${shown(average)}元，` +
        `超过每人${shown(standard, 0)}元的标准：账上守住标准，本级至多${shown(most)}亿元，` +
        `其余${shown(rest)}亿元没有本级会员可以归属，登记为未分级` +
        '(或会员数印得偏少，或有人超标准领取，或发给了别级会员，文章未说明)',
    );
  }
  return sentences.length === 0 ? undefined : sentences.join(';');
}

function paperReason(grounds: Grounds, level: string): string | undefined {
  const ledger = ledgerOf(grounds, `paper.${level}`);
  const over = overCap(grounds, level);
  if (grounds.agrees || ledger === undefined || over === undefined) return undefined;
  const beside = unlevelled(grounds);
  const whole = plus(ledger, beside);
  if (shown(whole) !== shown(printedValue(grounds.figure.printed))) return undefined;
  return (
    `另有${shown(beside)}亿元超出本级会员每人${shown(over.standard, 0)}元的标准，登记为未分级；` +
    `两者相加${shown(whole)}亿元，与文章一致`
  );
}

function shortfallReason(grounds: Grounds, level: string): string | undefined {
  if (grounds.agrees) return undefined;
  const { printed } = grounds.figure;
  const issued = grounds.printed.get(`issued.${level}`);
  const planned = ledgerOf(grounds, `planned.${level}`);
  const parts = partsOf(grounds, level);
  if (issued === undefined || planned === undefined || parts === undefined) return undefined;
  const fromRounded = minus(planned, printedValue(issued.printed));
  if (shown(fromRounded, decimalsOf(printed)) !== printed) return undefined;
  const fromParts = minus(planned, parts.sum);
  return (
    `文章用已取整的${issued.printed}亿元相减：${shown(planned)}-${issued.printed}=${printed};` +
    `按文章自己的分项${parts.text}，应为${shown(planned)}-${shown(parts.sum)}=${shown(fromParts)}亿元`
  );
}

function totalReason(grounds: Grounds): string | undefined {
  const ofLevels = levels.map((level) => grounds.printed.get(`issued.${level}`));
  const known = ofLevels.flatMap((one) => (one === undefined ? [] : [one]));
  if (known.length !== levels.length) return undefined;
  const sum = known.map((one) => printedValue(one.printed)).reduce(plus);
  const { printed } = grounds.figure;
  if (shown(sum, decimalsOf(printed)) === printed) return undefined;
  const names = levels.map((level) => levelNames[level]).join('、');
  const text = known.map((one) => one.printed).join('+');
  const decimals = decimalsOf(printed);
  return `文章${names}印数相加${text}=${shown(sum, decimals)}，与合计${printed}不同：各级印数分别取舍`;
}

/**
 * Why a printed figure differs from the ledger's, or what stands behind it, worked out from the
 * article's own figures and the ledger's; undefined where there is nothing to say. Nothing here
 * knows the article: every number comes from the two sides.
 * @policy SX20E; inv-46
 */
export function reasonOf(grounds: Grounds): string | undefined {
  const [figure = '', level = ''] = grounds.figure.figure.split('.');
  const value = ledgerOf(grounds, grounds.figure.figure);
  if (value === undefined) return '本系统尚不能办理，账上没有这个数';
  const derived =
    level === 'total' && figure === 'issued'
      ? totalReason(grounds)
      : figure === 'issued'
        ? issuedReason(grounds, level)
        : figure === 'paper'
          ? paperReason(grounds, level)
          : figure === 'shortfall'
            ? shortfallReason(grounds, level)
            : undefined;
  if (derived !== undefined || grounds.agrees) return derived;
  return '与账上不同，文章自己的数字不能解释';
}
