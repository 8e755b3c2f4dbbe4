import { fen, type Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { PlanKind, PlanRound } from '@huiquan/domain/plan/effective-plan.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { namesIn } from '../issuing/names.ts';
import { currentPlan, type CurrentPlan } from '../programme/load-plan.ts';
import { getRound } from './list.ts';
import type { RoundState } from './round.ts';

const sql = twin(import.meta.url);

type LiveState = Exclude<RoundState, 'cancelled'>;

type StockRow = {
  readonly number: number;
  readonly roundId: string;
  readonly state: LiveState;
  readonly contentHash: Buffer;
  readonly preparedBy: string;
  readonly kind: string;
  readonly fundId: string;
  readonly faceFen: Fen;
  readonly quantity: number;
  readonly issued: number;
};

type Restart = {
  readonly restartId: string;
  readonly roundId: string;
  readonly reason: string;
  readonly preparedBy: string;
  readonly createdAt: Instant;
};

/** A kind of a round: how many there are, and how many were given out. */
export type OfficeKind = {
  readonly kind: string;
  readonly name: string;
  readonly pool: string;
  readonly poolName: string;
  readonly faceFen: Fen;
  readonly quantity: number;
  readonly issued: number;
};

/** A round as its organisers see it, planned by the document or made ready. */
export type OfficeRound = {
  readonly number: number;
  readonly opensAt: Instant;
  readonly closesAt: Instant;
  readonly state: LiveState | 'planned';
  readonly mayRollOver: boolean;
  readonly stock: readonly OfficeKind[];
  readonly shares: readonly {
    readonly kind: string;
    readonly fundId: string;
    readonly poolName: string;
    readonly funderName: string;
    readonly quantity: number;
    readonly amountFen: Fen;
  }[];
  readonly made?: Pick<StockRow, 'roundId' | 'contentHash' | 'preparedBy'>;
  readonly restart?: Restart;
};

const sumOf = (rows: readonly StockRow[], key: 'quantity' | 'issued') =>
  rows.reduce((sum, row) => sum + row[key], 0);

/** The kinds that may stand in a round, those of its issuing that have one face. */
function kindsOf({ plan }: CurrentPlan, round: PlanRound, rows: readonly StockRow[]): OfficeKind[] {
  const issuing = plan.issuing.find((one) => one.id === round.issuing);
  const fitting = plan.kinds.flatMap((kind: PlanKind) =>
    issuing?.kinds.includes(kind.id) === true && kind.face.type === 'fixed'
      ? [{ ...kind, faceFen: kind.face.faceFen }]
      : [],
  );
  return fitting.map(({ id: kind, name, pool, faceFen }) => {
    const own = rows.filter((row) => row.kind === kind);
    const planned = round.stock.find((one) => one.kind === kind)?.count ?? 0;
    return {
      kind,
      name,
      pool,
      poolName: plan.pools.find((one) => one.id === pool)?.name ?? pool,
      faceFen: own[0]?.faceFen ?? faceFen,
      quantity: rows.length === 0 ? planned : sumOf(own, 'quantity'),
      issued: sumOf(own, 'issued'),
    };
  });
}

/**
 * Every round of the plan in force with what its organisers decide by: stock by kind and by fund,
 * who prepared it, whether a restart waits.
 * @policy XN23 三(二); requirement G2
 */
export async function officeRounds(tx: Tx, programmeId: string): Promise<readonly OfficeRound[]> {
  const current = await currentPlan(tx, programmeId);
  const names = await namesIn(tx, programmeId);
  const stock = await tx.rows<StockRow>(sql('officeStock'), { programmeId });
  const restarts = await tx.rows<Restart>(sql('openRestarts'), { programmeId });
  const byNumber = Map.groupBy(stock, (row) => row.number);
  return current.plan.rounds.map((round, index): OfficeRound => {
    const number = index + 1;
    const rows = byNumber.get(number) ?? [];
    const [first] = rows;
    const restart = restarts.find((one) => one.roundId === first?.roundId);
    const issuing = current.plan.issuing.find((one) => one.id === round.issuing);
    return {
      number,
      opensAt: round.opensAt,
      closesAt: round.closesAt,
      state: first?.state ?? 'planned',
      mayRollOver: issuing?.leftovers === 'roll_over_by_adjustment',
      stock: kindsOf(current, round, rows),
      shares: rows.map(({ kind, fundId, faceFen, quantity }) => ({
        kind,
        fundId,
        ...names.fund(fundId),
        quantity,
        amountFen: fen(faceFen * BigInt(quantity)),
      })),
      ...(first === undefined ? {} : { made: first }),
      ...(restart === undefined ? {} : { restart }),
    };
  });
}

/** What the pools of a programme could still give to its rounds. */
export async function poolMoney(tx: Tx, programmeId: string) {
  const { plan } = await currentPlan(tx, programmeId);
  type Money = { readonly pool: string; readonly availableFen: Fen; readonly expiredFen: Fen };
  const rows = await tx.rows<Money>(sql('moneyOfPools'), { programmeId });
  return plan.pools.map(({ id: pool, name }) => {
    const money = rows.find((row) => row.pool === pool);
    const { availableFen = fen(0n), expiredFen = fen(0n) } = money ?? {};
    return { pool, name, availableFen, expiredFen };
  });
}

/** The stock of one round this moment. Refuses `not_found`. */
export async function liveRound(tx: Tx, roundId: string) {
  type Live = { readonly kind: string; readonly quantity: number; readonly issued: number };
  const { state, programmeId } = await getRound(tx, roundId);
  return { state, programmeId, items: await tx.rows<Live>(sql('liveStock'), { roundId }) };
}
