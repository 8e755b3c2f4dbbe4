import { instantText, type Instant } from '@huiquan/domain/instant.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import { makeGroup } from '../../db/group.ts';
import type { Db } from '../../db/pool.ts';
import { glance, transact, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { loadPlan } from '../programme/load-plan.ts';
import type { ClaimOutcome } from './claim.ts';
import { emptyStocks, stockName } from './look.ts';

const sql = twin(import.meta.url);

/**
 * How far a process's clock may be off: nearer to an instant than this only the database's clock
 * decides. Servers that keep time by NTP are within 0.1 s.
 */
export const guardBandMs = 2_000;

/** The rounds a process remembers, and the sold-out kinds it believes in, at most. */
const rememberedMax = 1_000;
const reader = { kind: 'system', id: 'early' } as const;

type Wish = { readonly roundId: string; readonly kind: string };

/** A round's facts that never change. */
export type Calendar = {
  readonly opensAt: Instant;
  readonly closesAt: Instant;
  readonly plan: Plan;
};

/** What can be told to a claim before it rides in a group. */
export type EarlyWord = {
  /** The round's facts, read once per process. Refuses `not_found`. */
  readonly calendarOf: (roundId: string) => Promise<Calendar>;
  /** Why the claim need not be tried: the hour, or stock that is gone as of this moment. */
  readonly refusal: (wish: Wish) => Promise<Refusal | undefined>;
  /** Learns from what a group said. */
  readonly learn: (wishes: readonly Wish[], outcomes: readonly ClaimOutcome[]) => void;
};

async function findCalendars(tx: Tx, roundIds: readonly string[]) {
  type Row = Omit<Calendar, 'plan'> & { readonly roundId: string; readonly versionId: string };
  const rows = await tx.rows<Row>(sql('findCalendars'), { roundIds });
  const found = new Map<string, Calendar>();
  for (const { roundId, versionId, opensAt, closesAt } of rows) {
    found.set(roundId, { opensAt, closesAt, plan: await loadPlan(tx, versionId) });
  }
  return found;
}

/** `round_not_open` and `round_closed` by this process's clock, outside the guard band only. */
export function earlyHourRefusal(
  { opensAt, closesAt }: Omit<Calendar, 'plan'>,
  now: Instant,
): Refusal | undefined {
  const isEarly = now < opensAt - guardBandMs;
  if (!isEarly && now < closesAt + guardBandMs) return undefined;
  const details = { opensAt: instantText(opensAt), closesAt: instantText(closesAt) };
  return new Refusal(isEarly ? 'round_not_open' : 'round_closed', details);
}

/** Remembers of at most `rememberedMax` things the youngest. */
function remember<K, V>(memory: Map<K, V>, key: K, value: V): void {
  const [oldest] = memory.keys();
  if (memory.size >= rememberedMax && oldest !== undefined) memory.delete(oldest);
  memory.set(key, value);
}

/**
 * Makes the memory of one process. What is sold out is believed after a group said so, and asked
 * again by one statement for all who wait at the moment, so that stock that comes back counts for
 * the very next claim; while there is stock nothing is asked.
 * @policy XN23 三(二); inv-15, inv-18
 */
export function makeEarlyWord(db: Db, clock: () => Instant): EarlyWord {
  const calendars = new Map<string, Calendar>();
  const soldOut = new Map<string, true>();
  const unknown = makeGroup<string, Calendar | undefined>({
    run: async (ids) => {
      const found = await transact(db.lanes.door, reader, (tx) => findCalendars(tx, ids));
      return ids.map((id) => ({ result: found.get(id) }));
    },
  });
  // One look for all who wait at this moment, begun after they asked.
  const empty = makeGroup<Wish, boolean>({
    run: async (wishes) => {
      const roundIds = [...new Set(wishes.map((one) => one.roundId))];
      const names = await glance(db.lanes.door, (asking) => emptyStocks(asking, roundIds));
      return wishes.map((wish) => ({ result: names.has(stockName(wish)) }));
    },
  });
  const calendarOf = async (roundId: string) => {
    const known = calendars.get(roundId);
    if (known !== undefined) return known;
    const found = (await unknown.submit(roundId)) ?? refuse('not_found');
    remember(calendars, roundId, found);
    return found;
  };
  return {
    calendarOf,
    refusal: async (wish) => {
      const early = earlyHourRefusal(await calendarOf(wish.roundId), clock());
      if (early !== undefined || !soldOut.has(stockName(wish))) return early;
      if (await empty.submit(wish)) return new Refusal('sold_out');
      soldOut.delete(stockName(wish));
      return undefined;
    },
    learn: (wishes, outcomes) => {
      for (const [index, wish] of wishes.entries()) {
        if (outcomes[index]?.refused?.code === 'sold_out') remember(soldOut, stockName(wish), true);
      }
    },
  };
}
