import {
  type CategoryFigures,
  type Evaluation,
  type EvaluationLevel,
  evaluationLevels,
  type GuaranteeFigures,
  type LevelFigures,
  membersByLevel,
  type MoneyFigures,
  type StatedMembers,
} from '@huiquan/domain/evaluation/evaluation.ts';
import { type Fen, fen, sumFen, zeroFen } from '@huiquan/domain/fen.ts';
import { dayOf } from '@huiquan/domain/instant.ts';
import { unbuiltFeatures } from '@huiquan/domain/plan/check-features.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { AccountKind } from '../../ledger/post.ts';
import { sumPerPerson } from '../paper/paper.ts';
import { currentPlan } from '../programme/load-plan.ts';

const sql = twin(import.meta.url);

/** The programme with this code. Refuses `not_found`. */
export async function findProgrammeByCode(tx: Tx, code: string): Promise<string> {
  const row = await tx.maybe<{ programmeId: string }>(sql('findProgramme'), { code });
  return row?.programmeId ?? refuse('not_found', { code });
}

/**
 * What a programme did, at this instant, from its ledger and its registers only: plan against done
 * by level, electronic against paper, spending and where it went, counties by fiscal guarantee,
 * where
 * the money is. Run it in one snapshot. Reads no roster and no voucher row. Refuses `not_found`,
 * `programme_not_running` for a programme without an approved plan.
 * @policy SX20E; requirement A1, inv-46
 */
export async function evaluateProgramme(tx: Tx, programmeId: string): Promise<Evaluation> {
  const { plan, code } = await currentPlan(tx, programmeId);
  const values = { programmeId, day: dayOf(tx.now) };
  const categories = await tx.rows<Omit<CategoryFigures, 'count'> & { readonly count: bigint }>(
    sql('spendingByIndustry'),
    values,
  );
  type Sums = { approvedFen: Fen; expiredFen: Fen };
  const sums = await tx.one<Sums>(sql('approvedAndExpired'), values);
  return {
    programmeId,
    code,
    planId: plan.id,
    name: plan.name,
    asOf: tx.now,
    standardFen: sumPerPerson(plan),
    levels: await levelsOf(tx, values),
    approvedFen: sums.approvedFen,
    spending: {
      count: categories.reduce((sum, one) => sum + Number(one.count), 0),
      orderFen: sumFen(categories.map((one) => one.orderFen)),
      redeemedFen: sumFen(categories.map((one) => one.redeemedFen)),
    },
    categories: categories.map((one) => ({ ...one, count: Number(one.count) })),
    guarantee: await tx.one<GuaranteeFigures>(sql('countiesByGuarantee'), values),
    money: await moneyOf(tx, programmeId, sums.expiredFen),
    notBuilt: notBuilt(plan),
  };
}

type Values = { readonly programmeId: string; readonly day: string };

async function levelsOf(tx: Tx, values: Values): Promise<readonly LevelFigures[]> {
  type Amount = { level: EvaluationLevel; amountFen: Fen };
  type Stated = Omit<StatedMembers, 'members'> & { readonly members: bigint };
  const stated = await tx.rows<Stated>(sql('membersStated'), values);
  const members = membersByLevel(stated.map((one) => ({ ...one, members: Number(one.members) })));
  const electronic = await tx.rows<Amount>(sql('electronicByLevel'), values);
  const paper = await tx.rows<Amount>(sql('paperByLevel'), values);
  const amountOf = (rows: readonly Amount[], level: EvaluationLevel) =>
    rows.find((row) => row.level === level)?.amountFen ?? zeroFen;
  return evaluationLevels.map((level) => ({
    level,
    members: members.get(level) ?? 0,
    electronicFen: amountOf(electronic, level),
    paperFen: amountOf(paper, level),
  }));
}

async function moneyOf(tx: Tx, programmeId: string, expiredFen: Fen): Promise<MoneyFigures> {
  type Row = { kind: AccountKind; balanceFen: Fen };
  const rows = await tx.rows<Row>(sql('moneyOfProgramme'), { programmeId });
  const sumOf = (...kinds: readonly AccountKind[]) =>
    sumFen(rows.filter((row) => kinds.includes(row.kind)).map((row) => row.balanceFen));
  return {
    fundedFen: fen(0n - sumOf('funder')),
    availableFen: sumOf('available'),
    committedFen: sumOf('committed'),
    outstandingFen: sumOf('outstanding'),
    payableFen: sumOf('payable', 'payable_held', 'receivable'),
    settledFen: sumOf('settled'),
    returnDueFen: sumOf('return_due'),
    returnedFen: sumOf('returned'),
    expiredFen,
  };
}

/** What the plan asks for and nothing here counts; paper is registered as counts. */
function notBuilt(plan: Plan): readonly string[] {
  const hasCard =
    plan.kinds.some((kind) => kind.form === 'travel_card') ||
    plan.benefits.some((one) => one.benefit === 'travel_card');
  return hasCard ? [unbuiltFeatures.travel_card] : [];
}
