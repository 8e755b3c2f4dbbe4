import { type Fen, fen, fenOnWire } from '../fen.ts';
import { amountInWords } from './amount.ts';
import { packFen } from './check-money.ts';
import type { Plan, PlanBenefit, SourceClass } from './effective-plan.ts';
import { type Finding, finding } from './findings.ts';
import { legalCapOn } from './legal-caps.ts';
import { largestFaceFen } from './normalize-money.ts';
import type { PlanFile } from './plan.ts';

const unionSources: ReadonlySet<SourceClass> = new Set<SourceClass>([
  'dues',
  'retained',
  'admin_subsidy',
  'after_tax_profit',
]);

/** GB/T 2260: the province whose union rules are known here. */
const shanxi = '14';

/**
 * What a plan gives one person against what the rule in force on its first day allows.
 * @policy SX20 一(二), SX25 一: 300元 per person and year
 */
export function checkCaps(file: PlanFile, plan: Plan): readonly Finding[] {
  if (!file.region.code.startsWith(shanxi)) return [];
  return [
    ...checkVoucherCap(file, plan),
    ...plan.benefits.flatMap((benefit, index) => checkBenefit(benefit, index, file)),
  ];
}

type Given = { readonly given: Fen; readonly what: string; readonly pointer: string };

function checkVoucherCap(file: PlanFile, plan: Plan): readonly Finding[] {
  const unionFunders = new Set(
    plan.funders.filter((one) => unionSources.has(one.source)).map((one) => one.id),
  );
  const pools = plan.pools.filter((pool) => pool.funders.some((id) => unionFunders.has(id)));
  const cap = legalCapOn('voucher', file.dates.from);
  if (pools.length === 0 || cap?.maxFen === undefined) return [];
  const max = cap.maxFen;
  const over = givenPerPerson(plan, new Set(pools.map((pool) => pool.id))).find(
    ({ given }) => given > max,
  );
  if (over === undefined) return [];
  const message =
    `${over.what}为${amountInWords(over.given)}，` +
    `超过${cap.document}规定的每人每年${amountInWords(max)}`;
  const figures = { given_fen: fenOnWire(over.given), cap_fen: fenOnWire(max) };
  const clause = `${cap.document} ${cap.clause}`;
  return [finding('over_legal_cap', { clause, message, figures, pointer: over.pointer })];
}

function givenPerPerson(plan: Plan, pools: ReadonlySet<string>): readonly Given[] {
  const kinds = plan.kinds.filter((kind) => pools.has(kind.pool));
  const issuing = plan.issuing.flatMap((one, index): Given[] => {
    if (!one.kinds.some((id) => kinds.some((kind) => kind.id === id))) return [];
    const pointer = `/issuing/${index}`;
    const pack = plan.packs.find((candidate) => candidate.id === one.pack);
    const packed = pack === undefined ? undefined : packFen(pack.contents, plan.kinds);
    return [
      ...(one.perPersonFen === undefined
        ? []
        : [{ given: one.perPersonFen, what: '每人发放标准', pointer }]),
      ...(packed === undefined ? [] : [{ given: packed, what: '每人券包', pointer }]),
    ];
  });
  const faces = kinds.map((kind) => ({
    given: largestFaceFen(kind.face),
    what: `“${kind.name}”单张面值`,
    pointer: `/kinds/${plan.kinds.indexOf(kind)}/face`,
  }));
  return [...issuing, ...faces, ...limitsPerPerson(plan, kinds)];
}

/** What the limits per year or programme would let one person have. */
function limitsPerPerson(plan: Plan, kinds: Plan['kinds']): readonly Given[] {
  const largest = kinds.map((kind) => largestFaceFen(kind.face)).reduce(maximum, fen(0));
  return plan.limits.flatMap((limit, index): Given[] => {
    const long = limit.period === 'year' || limit.period === 'programme';
    if (limit.entity !== 'person' || limit.action === 'redeem' || !long) return [];
    const byCount = limit.max === undefined ? undefined : fen(largest * BigInt(limit.max));
    const given = limit.maxFen ?? byCount;
    return given === undefined ? [] : [{ given, what: '每人限额', pointer: `/limits/${index}` }];
  });
}

function maximum(a: Fen, b: Fen): Fen {
  return a > b ? a : b;
}

function checkBenefit(benefit: PlanBenefit, index: number, file: PlanFile): readonly Finding[] {
  const cap = legalCapOn(benefit.benefit, benefit.effectiveFrom);
  if (cap === undefined) return [];
  const pointer = `/benefits/${index}`;
  const clause = `${cap.document} ${cap.clause}`;
  const times = file.benefits?.[index]?.max_times_of?.times;
  if (cap.maxFen !== undefined && benefit.maxFen !== undefined && benefit.maxFen > cap.maxFen) {
    const message =
      `“${benefit.name}”标准${amountInWords(benefit.maxFen)}，` +
      `超过${cap.document}规定的${amountInWords(cap.maxFen)}`;
    const figures = { given_fen: fenOnWire(benefit.maxFen), cap_fen: fenOnWire(cap.maxFen) };
    return [finding('over_legal_cap', { clause, message, figures, pointer })];
  }
  const given = cap.maxTimes === undefined ? benefit.maxCount : times;
  const most = cap.maxTimes ?? cap.maxCount;
  if (given === undefined || most === undefined || given <= most) return [];
  const message = `“${benefit.name}”为${given}，超过${cap.document}规定的${most}`;
  const figures = { given, cap: most };
  return [finding('over_legal_cap', { clause, message, figures, pointer })];
}
