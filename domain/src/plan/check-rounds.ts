import { type Fen, fen, fenOnWire, sumFen } from '../fen.ts';
import { dayOf, instantText } from '../instant.ts';
import { amountInWords } from './amount.ts';
import { stockFen } from './check-money.ts';
import type { Plan, PlanPool, PlanRound } from './effective-plan.ts';
import { type Finding, type FindingDraft, finding } from './findings.ts';
import { momentInWords, weekdayOf, weekdays } from './moments.ts';
import { exactFen, largestFaceFen } from './normalize-money.ts';
import { planRounds } from './normalize.ts';
import type { PlanFile } from './plan.ts';
import type { IssuingFile } from './schema-acts.ts';
import { effectiveOrNone, isSilent, printedReadings, resolutionNote } from './stated.ts';

/** The issuings that open rounds. */
function roundIssuings(file: PlanFile): readonly [number, IssuingFile][] {
  return [...file.issuing.entries()].filter(([, issuing]) => issuing.mode !== 'directed');
}

/**
 * Rounds against the pools they are to spend, against the calendar and against the programme.
 * @policy XN23 三(二), 三(五)1: 15 rounds × 约30万 = 450万 against 550万
 */
export function checkRounds(file: PlanFile, plan: Plan): readonly Finding[] {
  return [
    ...roundIssuings(file).flatMap(([index, issuing]) => [
      ...checkBudget(index, issuing, plan),
      ...checkBudgetMet(index, issuing, plan),
      ...checkCalendar(index, issuing, plan),
      ...checkRoundEnds(index, issuing),
      ...checkQuantities(index, issuing),
    ]),
    ...plan.pools.flatMap((pool) => checkPoolSpending(pool, file, plan)),
  ];
}

/** Pools whose kinds come out of this issuing and are settled to shops. */
function poolsOf(issuing: IssuingFile, plan: Plan): readonly PlanPool[] {
  const names = new Set(issuing.kinds ?? []);
  const kinds = plan.kinds.filter((kind) => names.has(kind.id) && kind.settlesTo === 'merchant');
  return plan.pools.filter((pool) => kinds.some((kind) => kind.pool === pool.id));
}

function checkBudget(index: number, issuing: IssuingFile, plan: Plan): readonly Finding[] {
  const pools = poolsOf(issuing, plan);
  const amounts = pools.flatMap((pool) => pool.amountFen ?? []);
  const rounds = planRounds(issuing).length;
  if (amounts.length < pools.length || amounts.length === 0 || rounds === 0) return [];
  const held = sumFen(amounts);
  return printedReadings(issuing.round_budget).flatMap((reading) => {
    const each = exactFen(reading);
    const spent = fen(each * BigInt(rounds));
    return budgetFinding({ index, clause: issuing.clause, rounds, each, spent, held, pools });
  });
}

type Budget = {
  readonly index: number;
  readonly clause: string | undefined;
  readonly rounds: number;
  readonly each: Fen;
  readonly spent: Fen;
  readonly held: Fen;
  readonly pools: readonly PlanPool[];
};

function budgetFinding(budget: Budget): readonly Finding[] {
  const { rounds, each, spent, held, pools } = budget;
  if (within(spent, held, rounds)) return [];
  const over = spent > held;
  const message =
    `${rounds}轮×每轮${amountInWords(each)}＝${amountInWords(spent)}，` +
    `而${pools.map((pool) => pool.name).join('、')}资金池合计${amountInWords(held)}，` +
    (over ? `超出${amountInWords(spent - held)}` : `${amountInWords(held - spent)}没有轮次可发`);
  const draft: FindingDraft = {
    clause: budget.clause,
    message,
    figures: {
      rounds,
      round_budget_fen: fenOnWire(each),
      rounds_fen: fenOnWire(spent),
      pools_fen: fenOnWire(held),
      pools: pools.map((pool) => pool.id),
    },
    pointer: `/issuing/${budget.index}/round_budget`,
  };
  return [finding(over ? 'rounds_exceed_the_pools' : 'rounds_do_not_spend_the_pools', draft)];
}

/** Equal but for rounding: a printed budget per round is in whole 元. */
function within(spent: Fen, held: Fen, rounds: number): boolean {
  const difference = spent > held ? spent - held : held - spent;
  return difference < BigInt(rounds) * 100n;
}

function checkPoolSpending(pool: PlanPool, file: PlanFile, plan: Plan): readonly Finding[] {
  if (pool.amountFen === undefined) return [];
  const kinds = plan.kinds.filter((kind) => kind.pool === pool.id);
  const claimed = new Set(roundIssuings(file).flatMap(([, issuing]) => issuing.kinds ?? []));
  const directed = plan.issuing.filter((issuing) => issuing.mode === 'directed');
  const elsewhere = kinds.some(
    (kind) => !claimed.has(kind.id) || directed.some((one) => one.kinds.includes(kind.id)),
  );
  if (kinds.some((kind) => kind.settlesTo === 'holder')) return [];
  const stock = plan.rounds.flatMap((round) => round.stock);
  const own = stock.filter((part) => kinds.some((kind) => kind.id === part.kind));
  if (own.length === 0) return [];
  const spent = sumFen(own.map((part) => stockFen(part.kind, part.count, plan.kinds)));
  const faces = kinds.map((kind) => largestFaceFen(kind.face));
  const smallest = faces.reduce((least, face) => (face < least ? face : least));
  const rest = pool.amountFen - spent;
  if (rest >= 0n && (elsewhere || rest < smallest * BigInt(plan.rounds.length))) return [];
  const message =
    `各轮安排的${pool.name}券合计${amountInWords(spent)}，` +
    `资金池为${amountInWords(pool.amountFen)}，` +
    (rest < 0n ? `超出${amountInWords(-rest)}` : `${amountInWords(rest)}没有轮次可发`);
  const draft: FindingDraft = {
    clause: file.pools.find((one) => one.id === pool.id)?.clause,
    message,
    figures: {
      pool: pool.id,
      rounds: plan.rounds.length,
      rounds_fen: fenOnWire(spent),
      pools_fen: fenOnWire(pool.amountFen),
    },
    pointer: `/pools/${file.pools.findIndex((one) => one.id === pool.id)}`,
  };
  return [finding(rest < 0n ? 'rounds_exceed_the_pools' : 'rounds_do_not_spend_the_pools', draft)];
}

function checkBudgetMet(index: number, issuing: IssuingFile, plan: Plan): readonly Finding[] {
  const budget = effectiveOrNone(issuing.round_budget);
  if (budget === undefined) return [];
  const planned = exactFen(budget);
  const off = planRounds(issuing).filter((round) => {
    const sum = roundFen(round, plan);
    const difference = sum > planned ? sum - planned : planned - sum;
    return sum > 0n && difference * 10n > planned;
  });
  const first = off[0];
  if (first === undefined) return [];
  const sum = roundFen(first, plan);
  const message =
    `每轮拟发${amountInWords(planned)}，第${first.no}轮安排的张数合计` +
    `${amountInWords(sum)}，相差超过一成`;
  const figures = {
    rounds: off.map((round) => String(round.no)),
    round_budget_fen: fenOnWire(planned),
    round_fen: fenOnWire(sum),
  };
  const pointer = `/issuing/${index}/quantities`;
  return [finding('round_budget_not_met', { clause: issuing.clause, message, figures, pointer })];
}

function roundFen(round: PlanRound, plan: Plan): Fen {
  return sumFen(round.stock.map((part) => stockFen(part.kind, part.count, plan.kinds)));
}

function checkCalendar(index: number, issuing: IssuingFile, plan: Plan): readonly Finding[] {
  const rounds = planRounds(issuing);
  const pointer = `/issuing/${index}/calendar`;
  const { clause } = issuing;
  if (rounds.length === 0) {
    const message = '抢券或摇号没有轮次：请写明日历（calendar）';
    return [finding('rounds_missing', { clause, message, pointer })];
  }
  const findings: Finding[] = [];
  const calendar = effectiveOrNone(issuing.calendar);
  if (calendar !== undefined && 'weekday' in calendar) {
    const { count } = calendar;
    if (count !== undefined && count !== rounds.length) {
      const message = `写明${count}轮，按日历推算为${rounds.length}轮`;
      const figures = { stated: count, derived: rounds.length };
      findings.push(finding('round_count_differs', { clause, message, figures, pointer }));
    }
    for (const day of [calendar.from, calendar.to]) {
      if (weekdayOf(day) === weekdays.indexOf(calendar.weekday)) continue;
      const message = `轮次起止日${day}不是所写的发券星期，当日没有轮次`;
      const figures = { day, weekday: calendar.weekday };
      findings.push(finding('calendar_edge_off_weekday', { clause, message, figures, pointer }));
    }
  }
  const outside = rounds.filter((one) => one.opensAt < plan.startsAt || one.opensAt >= plan.endsAt);
  if (outside[0] !== undefined) {
    const opens = instantText(outside[0].opensAt);
    const when = momentInWords(outside[0].opensAt);
    const message = `第${outside[0].no}轮（${when}）不在活动时间内，共${outside.length}轮如此`;
    const figures = { rounds: outside.map((round) => String(round.no)), opens_at: opens };
    findings.push(finding('round_outside_programme', { clause, message, figures, pointer }));
  }
  return findings;
}

function checkRoundEnds(index: number, issuing: IssuingFile): readonly Finding[] {
  const findings: Finding[] = [];
  const rounds = planRounds(issuing);
  const pointer = `/issuing/${index}/round_ends`;
  const { clause } = issuing;
  if (isSilent(issuing.round_ends) && rounds.length > 0) {
    const note = resolutionNote(issuing.round_ends) || '，现按当日24:00结束';
    const message = `文件写了每轮开始时间，没有写每轮何时结束${note}`;
    const figures = { rounds: rounds.length };
    findings.push(finding('round_end_silent', { clause, message, figures, pointer }));
  }
  const backwards = rounds.find((round) => round.closesAt <= round.opensAt);
  if (backwards !== undefined) {
    const message = `第${backwards.no}轮的结束时间不晚于开始时间`;
    const figures = { day: dayOf(backwards.opensAt) };
    findings.push(finding('round_ends_before_it_opens', { clause, message, figures, pointer }));
  }
  const overlap = rounds.find((round, n) => {
    const next = rounds[n + 1];
    return next !== undefined && round.closesAt > next.opensAt;
  });
  if (overlap !== undefined) {
    const message = `第${overlap.no}轮尚未结束，下一轮已经开始`;
    const figures = { round: overlap.no, closes_at: instantText(overlap.closesAt) };
    findings.push(finding('rounds_overlap', { clause, message, figures, pointer }));
  }
  return findings;
}

function checkQuantities(index: number, issuing: IssuingFile): readonly Finding[] {
  const given = printedReadings(issuing.quantities).length > 0;
  const rounds = planRounds(issuing);
  const each = rounds.length > 0 && (issuing.round_quantities?.length ?? 0) >= rounds.length;
  if (given || each) return [];
  const message = `文件没有写每轮各券种发多少张${resolutionNote(issuing.quantities)}`;
  const figures = { kinds: issuing.kinds ?? [] };
  const pointer = `/issuing/${index}/quantities`;
  const { clause } = issuing;
  return [finding('round_quantities_silent', { clause, message, figures, pointer })];
}
