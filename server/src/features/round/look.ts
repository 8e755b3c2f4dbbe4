import { Refusal } from '@huiquan/domain/refusals.ts';
import type { ClaimableRound } from '@huiquan/domain/round/claim.ts';
import type { Asking } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { currentPlan, type CurrentPlan } from '../programme/load-plan.ts';

const sql = twin(import.meta.url);

/** A round as its claims find it. */
export type RoundRow = ClaimableRound & { readonly roundId: string; readonly programmeId: string };

/** What a group of claims knows of its rounds before anything is taken. */
export type RoundsSeen = {
  readonly rounds: ReadonlyMap<string, RoundRow>;
  /** By programme; missing where it has no plan in force, or was not known before. */
  readonly plans: ReadonlyMap<string, CurrentPlan>;
  /** What is sold out, by `stockName`. */
  readonly empty: ReadonlySet<string>;
  /** The risk controls that are degraded now. */
  readonly degraded: readonly string[];
};

/** The programmes of rounds claimed in lately: a round never changes its own. */
const programmeOf = new Map<string, string>();
const programmesMax = 1_000;

async function planInForce(asking: Asking, programmeId: string): Promise<CurrentPlan | undefined> {
  try {
    return await currentPlan(asking, programmeId);
  } catch (error) {
    // Asked again, and told, where claims of the programme are judged.
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** What names a kind's stock in a round. */
export const stockName = (of: { readonly roundId: string; readonly kind: string }) =>
  `${of.roundId} ${of.kind}`;

/** The stocks of `roundIds` that are empty as of this statement, by `stockName`. Locks nothing. */
export async function emptyStocks(
  asking: Asking,
  roundIds: readonly string[],
): Promise<ReadonlySet<string>> {
  type Row = { readonly roundId: string; readonly kind: string };
  const rows = await asking.rows<Row>(sql('emptyStocks'), { roundIds });
  return new Set(rows.map(stockName));
}

/** Looks at the rounds of `items`, without a lock: what is the same for all claims of a group. */
export async function lookAtRounds(
  asking: Asking,
  items: readonly { readonly roundId: string }[],
): Promise<RoundsSeen> {
  const roundIds = [...new Set(items.map((item) => item.roundId))];
  const programmeIds = [...new Set(roundIds.flatMap((id) => programmeOf.get(id) ?? []))];
  const [closed, rounds, empty, plans] = await Promise.all([
    asking.rows<{ gate: string }>(sql('degradedGates')),
    asking.rows<RoundRow>(sql('findRounds'), { roundIds }),
    emptyStocks(asking, roundIds),
    Promise.all(programmeIds.map((id) => planInForce(asking, id))),
  ]);
  if (programmeOf.size > programmesMax) programmeOf.clear();
  for (const { roundId, programmeId } of rounds) programmeOf.set(roundId, programmeId);
  return {
    rounds: new Map(rounds.map((row) => [row.roundId, row])),
    plans: new Map(plans.flatMap((plan) => (plan === undefined ? [] : [[plan.programmeId, plan]]))),
    empty,
    degraded: closed.map((row) => row.gate),
  };
}
