import { canCount } from '../limit/entities.ts';
import { fenOfAmount } from './amount.ts';
import { type Finding, finding } from './findings.ts';
import { isDay } from './moments.ts';
import type { PlanFile } from './plan.ts';
import { effectiveOf } from './stated.ts';

const amountKeys = new Set([
  'amount',
  'total',
  'cap',
  'face',
  'order_at_least',
  'subsidy',
  'at_least',
  'over',
  'at_most',
  'under',
  'max_amount',
  'per_person',
  'round_budget',
]);

type Leaf = { readonly pointer: string; readonly key: string; readonly value: unknown };

/**
 * What a schema cannot see: amounts finer than a 分, days that do not exist, names used twice or
 * never defined. A plan with any of these cannot be normalized.
 */
export function checkForm(file: PlanFile): readonly Finding[] {
  // what amendments change is checked in the file they lead to
  const { amendments: _, ...rest } = file;
  const leaves = [...leavesOf(rest, '', '')];
  return [
    ...leaves.flatMap(checkAmount),
    ...leaves.flatMap(checkDays),
    ...checkDuplicates(file),
    ...checkReferences(file),
    ...checkGateRegions(file),
    ...checkLimits(file),
  ];
}

function* leavesOf(value: unknown, pointer: string, key: string): Generator<Leaf> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* leavesOf(item, `${pointer}/${index}`, key);
    return;
  }
  if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      const inherits = name === 'printed' || name === 'effective';
      yield* leavesOf(item, `${pointer}/${name}`, inherits ? key : name);
    }
    return;
  }
  yield { pointer, key, value };
}

function checkAmount({ pointer, key, value }: Leaf): readonly Finding[] {
  if (!amountKeys.has(key) || value === 'face') return [];
  if (typeof value !== 'number' && typeof value !== 'string') return [];
  if (fenOfAmount(value) !== undefined) return [];
  const message = `金额“${value}”不能精确到分，请改为至多两位小数的元`;
  return [finding('amount_not_exact', { message, pointer, figures: { written: String(value) } })];
}

function checkDays({ pointer, value }: Leaf): readonly Finding[] {
  if (typeof value !== 'string') return [];
  const day = /^(\d{4}-\d{2}-\d{2})(?: \d{2}:\d{2})?$/.exec(value)?.[1];
  if (day === undefined || isDay(day)) return [];
  const message = `日历中没有${day}这一天`;
  return [finding('no_such_day', { message, pointer, figures: { written: value } })];
}

function checkDuplicates(file: PlanFile): readonly Finding[] {
  const lists = {
    parties: file.parties,
    funders: file.funders,
    pools: file.pools,
    kinds: file.kinds,
    packs: file.packs ?? [],
    issuing: file.issuing,
    channels: file.channels ?? [],
    subsidies: file.subsidies ?? [],
    benefits: file.benefits ?? [],
    'merchants/categories': file.merchants?.categories ?? [],
  };
  return Object.entries(lists).flatMap(([list, items]) => {
    const seen = new Set<string>();
    return items.flatMap(({ id }, index) => {
      if (!seen.has(id)) {
        seen.add(id);
        return [];
      }
      const message = `代号“${id}”重复出现`;
      const pointer = `/${list}/${index}/id`;
      return [finding('duplicate_id', { message, pointer, figures: { id } })];
    });
  });
}

type Reference = {
  readonly pointer: string;
  readonly ids: readonly string[];
  readonly in: ReadonlySet<string>;
  readonly what: string;
};

function checkReferences(file: PlanFile): readonly Finding[] {
  return [...moneyReferences(file), ...actReferences(file)].flatMap((reference) =>
    reference.ids
      .filter((id) => !reference.in.has(id))
      .map((id) =>
        finding('unknown_reference', {
          message: `引用的${reference.what}“${id}”在文件中没有定义`,
          pointer: reference.pointer,
          figures: { id },
        }),
      ),
  );
}

function idsOf(items: readonly { readonly id: string }[] | undefined): ReadonlySet<string> {
  return new Set((items ?? []).map((item) => item.id));
}

function moneyReferences(file: PlanFile): readonly Reference[] {
  const funders = { in: idsOf(file.funders), what: '出资方' };
  const pools = { in: idsOf(file.pools), what: '资金池' };
  const kinds = { in: idsOf(file.kinds), what: '券种' };
  const categories = { in: idsOf(file.merchants?.categories), what: '商户类别' };
  const parties = { in: idsOf(file.parties), what: '单位' };
  return [
    ...file.funders.map((funder, n) => ({
      pointer: `/funders/${n}/party`,
      ids: [funder.party],
      ...parties,
    })),
    ...file.pools.map((pool, n) => ({
      pointer: `/pools/${n}/funders`,
      ids: pool.funders,
      ...funders,
    })),
    ...file.kinds.flatMap((kind, n) => [
      { pointer: `/kinds/${n}/pool`, ids: [kind.pool], ...pools },
      { pointer: `/kinds/${n}/categories`, ids: kind.categories ?? [], ...categories },
      { pointer: `/kinds/${n}/exclusive_with`, ids: kind.exclusive_with ?? [], ...kinds },
    ]),
    ...(file.packs ?? []).map((pack, n) => ({
      pointer: `/packs/${n}/contents`,
      ids: pack.contents.map((part) => part.kind),
      ...kinds,
    })),
    ...(file.subsidies ?? []).flatMap((subsidy, n) => [
      { pointer: `/subsidies/${n}/pool`, ids: [subsidy.pool], ...pools },
      ...subsidy.tiers.map((tier, m) => ({
        pointer: `/subsidies/${n}/tiers/${m}/kind`,
        ids: tier.kind === undefined ? [] : [tier.kind],
        ...kinds,
      })),
    ]),
  ];
}

function actReferences(file: PlanFile): readonly Reference[] {
  const kinds = { in: idsOf(file.kinds), what: '券种' };
  const parties = { in: idsOf(file.parties), what: '单位' };
  const packs = { in: idsOf(file.packs), what: '券包' };
  return [
    ...file.approvals.flatMap((approval, n) => [
      { pointer: `/approvals/${n}/prepared_by`, ids: approval.prepared_by, ...parties },
      { pointer: `/approvals/${n}/approved_by`, ids: approval.approved_by, ...parties },
    ]),
    ...file.issuing.flatMap((issuing, n) => [
      { pointer: `/issuing/${n}/kinds`, ids: issuing.kinds ?? [], ...kinds },
      { pointer: `/issuing/${n}/pack`, ids: issuing.pack ? [issuing.pack] : [], ...packs },
      {
        pointer: `/issuing/${n}/quantities`,
        ids: Object.keys(issuing.quantities === undefined ? {} : effectiveOf(issuing.quantities)),
        ...kinds,
      },
      ...(issuing.round_quantities ?? []).map((one, m) => ({
        pointer: `/issuing/${n}/round_quantities/${m}`,
        ids: Object.keys(one.quantities),
        ...kinds,
      })),
    ]),
    ...(file.limits ?? []).map((limit, n) => {
      const of = effectiveOf(limit).of;
      return { pointer: `/limits/${n}/of`, ids: Array.isArray(of) ? of : [], ...kinds };
    }),
    ...(file.channels ?? []).map((channel, n) => ({
      pointer: `/channels/${n}/operator`,
      ids: [channel.operator],
      ...parties,
    })),
    ...(file.merchants?.categories ?? []).map((category, n) => ({
      pointer: `/merchants/categories/${n}/reviewed_by`,
      ids: category.reviewed_by === undefined ? [] : [effectiveOf(category.reviewed_by)],
      ...parties,
    })),
    {
      pointer: '/eligibility/list/provided_by',
      ids: file.eligibility.list?.provided_by ?? [],
      ...parties,
    },
    ...(file.reports ?? []).map((report, n) => ({
      pointer: `/reports/${n}`,
      ids: report.to === undefined ? report.by : [...report.by, report.to],
      ...parties,
    })),
  ];
}

function checkGateRegions(file: PlanFile): readonly Finding[] {
  return (file.gates ?? []).flatMap((gate, index) => {
    if (gate.gate !== 'location' || gate.region !== undefined) return [];
    const message = '定位核验没有写明地区代码（region），无法判断领券人是否在范围内';
    return [
      finding('location_region_missing', {
        clause: gate.clause,
        message,
        pointer: `/gates/${index}`,
      }),
    ];
  });
}

const acts = { claim: '领取', issue: '发放', redeem: '用券' } as const;

function checkLimits(file: PlanFile): readonly Finding[] {
  return (file.limits ?? []).flatMap((stated, index) => {
    const limit = effectiveOf(stated);
    const { action, entity, period, clause } = limit;
    if (!canCount({ action, entity, period })) {
      const text = `限额按“${entity}”“${period}”计，而${acts[action]}时无从得知，不能计数`;
      const at = `/limits/${index}`;
      return [finding('limit_cannot_count', { clause, message: text, pointer: at })];
    }
    if (limit.max !== undefined || limit.max_amount !== undefined) return [];
    const message = '限额没有写明上限：请写 max（张数）或 max_amount（金额）';
    const pointer = `/limits/${index}`;
    return [finding('limit_without_maximum', { clause: limit.clause, message, pointer })];
  });
}
