import { type Fen, fen, fenOnWire, sumFen } from '../fen.ts';
import { amountInWords } from './amount.ts';
import type { Plan, PlanKind, PlanPool } from './effective-plan.ts';
import { type Finding, finding } from './findings.ts';
import { largestFaceFen, statedFen } from './normalize-money.ts';
import type { PlanFile } from './plan.ts';
import { effectiveOrNone } from './stated.ts';

/** Pools against the total and against their funders, packs and channels against their sums. */
export function checkMoney(file: PlanFile, plan: Plan): readonly Finding[] {
  return [
    ...checkTotal(file, plan),
    ...checkFunders(file, plan),
    ...checkPacks(file, plan),
    ...checkShares(file),
  ];
}

function checkTotal(file: PlanFile, plan: Plan): readonly Finding[] {
  const amounts = plan.pools.map((pool) => pool.amountFen);
  const known = amounts.filter((amount) => amount !== undefined);
  if (plan.totalFen === undefined || known.length === 0) return [];
  const pools = sumFen(known);
  const figures = { pools_fen: fenOnWire(pools), total_fen: fenOnWire(plan.totalFen) };
  const clause = file.pools.find((pool) => pool.clause !== undefined)?.clause;
  const said = `各资金池合计${amountInWords(pools)}，资金总额${amountInWords(plan.totalFen)}`;
  if (pools > plan.totalFen) {
    const message = `${said}，超出${amountInWords(pools - plan.totalFen)}`;
    return [finding('pools_exceed_total', { clause, message, figures, pointer: '/pools' })];
  }
  if (pools === plan.totalFen || known.length < amounts.length) return [];
  const message = `${said}，尚有${amountInWords(plan.totalFen - pools)}没有归入任何资金池`;
  return [finding('pools_do_not_add_up', { clause, message, figures, pointer: '/pools' })];
}

function checkFunders(file: PlanFile, plan: Plan): readonly Finding[] {
  return [...checkCover(plan), ...plan.pools.flatMap((pool) => checkOrder(file, pool))];
}

function checkCover(plan: Plan): readonly Finding[] {
  const amounts = plan.funders.map((funder) => funder.amountFen);
  const stated = amounts.filter((amount) => amount !== undefined);
  if (amounts.length === 0 || stated.length < amounts.length) return [];
  const pools = sumFen(plan.pools.flatMap((pool) => pool.amountFen ?? []));
  const funded = sumFen(stated);
  if (funded >= pools) return [];
  const message =
    `出资合计${amountInWords(funded)}，资金池合计${amountInWords(pools)}，` +
    `缺${amountInWords(pools - funded)}`;
  const figures = { funders_fen: fenOnWire(funded), pools_fen: fenOnWire(pools) };
  return [finding('funders_do_not_cover_pools', { message, figures, pointer: '/funders' })];
}

function checkOrder(file: PlanFile, pool: PlanPool): readonly Finding[] {
  const members = file.funders.filter((funder) => pool.funders.includes(funder.id));
  const orders = new Set(members.map((funder) => funder.order_of_use));
  if (orders.size === members.length) return [];
  const message = `资金池“${pool.name}”的出资方中有使用顺序相同的，先用谁的钱不能确定`;
  const figures = { pool: pool.id, funders: members.map((funder) => funder.id) };
  return [finding('funder_order_ambiguous', { message, figures, pointer: '/funders' })];
}

function checkPacks(file: PlanFile, plan: Plan): readonly Finding[] {
  return (file.packs ?? []).flatMap((pack, index) => {
    const stated = statedFen(pack.amount);
    const sum = packFen(pack.contents, plan.kinds);
    if (stated === undefined || stated === sum) return [];
    const message =
      `券包“${pack.name}”写明${amountInWords(stated)}，` +
      `所含各券合计${amountInWords(sum)}，两者不一致`;
    const figures = { stated_fen: fenOnWire(stated), contents_fen: fenOnWire(sum) };
    const pointer = `/packs/${index}`;
    return [finding('pack_amount_differs', { clause: pack.clause, message, figures, pointer })];
  });
}

/** The face of everything in a pack. */
export function packFen(
  contents: readonly { readonly kind: string; readonly count: number }[],
  kinds: readonly PlanKind[],
): Fen {
  return sumFen(contents.map(({ kind, count }) => stockFen(kind, count, kinds)));
}

/** The most that `count` vouchers of one kind can take off. */
export function stockFen(kindId: string, count: number, kinds: readonly PlanKind[]): Fen {
  const kind = kinds.find((one) => one.id === kindId);
  return fen(kind === undefined ? 0n : largestFaceFen(kind.face) * BigInt(count));
}

function checkShares(file: PlanFile): readonly Finding[] {
  const channels = file.channels ?? [];
  const shares = channels.map((channel) => effectiveOrNone(channel.share_percent));
  const stated = shares.filter((share) => share !== undefined);
  if (stated.length === 0) return [];
  const sum = Math.round(stated.reduce((total, share) => total + share, 0) * 100) / 100;
  if (sum === 100 && stated.length === shares.length) return [];
  const message =
    stated.length < shares.length
      ? '部分发放渠道写了份额，部分没有写，请全部写明或全部不写'
      : `各发放渠道份额合计${sum}%，应为100%`;
  const figures = { sum_percent: sum, channels: channels.map((channel) => channel.id) };
  return [finding('channel_shares_not_whole', { message, figures, pointer: '/channels' })];
}
