import { fen, sumFen, type Fen } from '../fen.ts';
import { dayOf, endOfDay, type Instant } from '../instant.ts';

/** How two books differ about one payment; whose word it is called by depends on the direction. */
export type Verdict = 'ours_only' | 'theirs_only' | 'amount_differs' | 'state_differs';

/** One payment in one of the two books. */
export type Entry = {
  /** The order number that both books carry. */
  readonly key: string;
  readonly amountFen: Fen;
  readonly at: Instant;
  /** Whether this book says that the money moved. The other side only lists what moved. */
  readonly moved: boolean;
};

/** Where the two books differ about one payment; a side that does not have it is undefined. */
export type Difference = {
  readonly key: string;
  readonly verdict: Verdict;
  readonly ours: Entry | undefined;
  readonly theirs: Entry | undefined;
};

/** Count and sum of one book for one day. */
export type Total = { readonly count: number; readonly sumFen: Fen };

/** What a day's comparison found. */
export type Reconciled = {
  readonly ours: Total;
  readonly theirs: Total;
  readonly matched: readonly string[];
  readonly differences: readonly Difference[];
  /** One-sided so near to midnight that the other side may book it tomorrow. */
  readonly parked: readonly string[];
};

/** One-sided lines of the last half hour wait for the next day's file. */
export const parkedMs = 30 * 60_000;

function totalOf(entries: readonly Entry[], day: string): Total {
  const own = entries.filter((entry) => entry.moved && dayOf(entry.at) === day);
  return { count: own.length, sumFen: sumFen(own.map((entry) => entry.amountFen)) };
}

function byKey(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  return new Map(entries.map((entry) => [entry.key, entry]));
}

function verdictOf(ours: Entry | undefined, theirs: Entry | undefined): Verdict | undefined {
  if (ours === undefined) return 'theirs_only';
  // A payment that we never took for made is nothing the other side must know.
  if (theirs === undefined) return ours.moved ? 'ours_only' : undefined;
  if (ours.amountFen !== theirs.amountFen) return 'amount_differs';
  return ours.moved === theirs.moved ? undefined : 'state_differs';
}

/**
 * Compares our book with theirs for `day`: count and sum of the day first, then entry by entry by
 * number, amount and state. Both lists hold the day's entries and those that are parked from the
 * day before; ours also what we hold under the numbers that theirs name, whatever became of it. An
 * entry that stands on one side only within the last half hour of `day` is parked; parked yesterday
 * and still alone it is a difference. Keys are unique within a list.
 * @policy S2, S3
 */
export function reconcile(
  day: string,
  books: { readonly ours: readonly Entry[]; readonly theirs: readonly Entry[] },
): Reconciled {
  const ours = byKey(books.ours);
  const theirs = byKey(books.theirs);
  const parkFrom = endOfDay(day) - parkedMs;
  const matched: string[] = [];
  const parked: string[] = [];
  const differences: Difference[] = [];
  for (const key of [...new Set([...ours.keys(), ...theirs.keys()])].toSorted()) {
    const pair = { ours: ours.get(key), theirs: theirs.get(key) };
    const verdict = verdictOf(pair.ours, pair.theirs);
    const at = (pair.ours ?? pair.theirs)?.at ?? 0;
    const isAlone = pair.ours === undefined || pair.theirs === undefined;
    if (verdict === undefined) {
      if (!isAlone) matched.push(key);
    } else if (isAlone && at >= parkFrom) {
      parked.push(key);
    } else {
      differences.push({ key, verdict, ...pair });
    }
  }
  return {
    ours: totalOf(books.ours, day),
    theirs: totalOf(books.theirs, day),
    matched,
    differences,
    parked,
  };
}

/** Who is short of money by a verdict: 短款 we are, 长款 there is more than we know of. */
export type Shortage = 'short' | 'surplus';

/**
 * 短款 or 长款: of money that comes in, what only we have is missing (short); of money that goes out,
 * what only they have left without our knowing it (short), and what only we have never left.
 */
export function shortageOf(
  verdict: 'ours_only' | 'theirs_only',
  direction: 'in' | 'out',
): Shortage {
  return (verdict === 'ours_only') === (direction === 'in') ? 'short' : 'surplus';
}

/** What theirs exceeds ours by; zero where the day agrees in sum. */
export function differenceFen(reconciled: Pick<Reconciled, 'ours' | 'theirs'>): Fen {
  return fen(reconciled.theirs.sumFen - reconciled.ours.sumFen);
}
