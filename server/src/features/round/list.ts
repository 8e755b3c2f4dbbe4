import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { currentPlan, type CurrentPlan } from '../programme/load-plan.ts';
import type { Round, RoundState } from './round.ts';

const sql = twin(import.meta.url);

/** The round; refuses `not_found`. */
export async function getRound(tx: Tx, roundId: string): Promise<Round> {
  return (await tx.maybe<Round>(sql('findRound'), { roundId })) ?? refuse('not_found');
}

/** A round as the calendar shows it: planned by the document, or made ready with its stock. */
export type ListedRound = {
  readonly number: number;
  readonly roundId?: string;
  readonly opensAt: Instant;
  readonly closesAt: Instant;
  readonly state: Exclude<RoundState, 'cancelled'> | 'planned';
  readonly stock: readonly { kind: string; quantity: number; remaining: number }[];
};

/** Every round of the plan in force, with the live stock of those that were made ready. */
export async function listRounds(tx: Tx, programmeId: string): Promise<readonly ListedRound[]> {
  return roundsUnder(tx, await currentPlan(tx, programmeId));
}

/** Every round of a plan that is known to be in force, as `listRounds`. */
export async function roundsUnder(tx: Tx, current: CurrentPlan): Promise<readonly ListedRound[]> {
  const { plan, programmeId } = current;
  type Row = {
    readonly number: number;
    readonly roundId: string;
    readonly state: Exclude<RoundState, 'cancelled'>;
    readonly kind: string;
    readonly quantity: number;
    readonly remaining: number;
  };
  const rows = await tx.rows<Row>(sql('listStock'), { programmeId });
  const byNumber = Map.groupBy(rows, (row) => row.number);
  return plan.rounds.map((round, index): ListedRound => {
    const number = index + 1;
    const { opensAt, closesAt } = round;
    const own = byNumber.get(number) ?? [];
    const [first] = own;
    if (first === undefined) {
      const stock = round.stock.map(({ kind, count }) => ({
        kind,
        quantity: count,
        remaining: count,
      }));
      return { number, opensAt, closesAt, state: 'planned', stock };
    }
    const { roundId, state } = first;
    const stock = own.map(({ kind, quantity, remaining }) => ({ kind, quantity, remaining }));
    return { number, roundId, opensAt, closesAt, state, stock };
  });
}
