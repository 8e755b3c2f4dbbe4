import type { Instant } from '@huiquan/domain/instant.ts';
import { paceWaitMs, recentTries, type Pace } from '@huiquan/domain/limit/pace.ts';

/** As many as try within a minute of a rush; the oldest are forgotten beyond it. */
const rememberedMax = 200_000;

/** Remembers who tried when, in this process: a pace costs no round trip to the database. */
export type Pacer = {
  /** Counts a try by all of `who`; answers the seconds to wait instead where one is too fast. */
  readonly take: (who: readonly string[], now: Instant) => number | undefined;
};

/**
 * A pacer of one server process. Behind several processes each allows the pace: it slows scripts
 * down, while the limits of the plan, kept in the database, decide what anyone gets.
 */
export function makePacer(pace: Pace): Pacer {
  const triesOf = new Map<string, readonly number[]>();
  return {
    take(who, now) {
      const waits = who.map((one) => paceWaitMs(triesOf.get(one) ?? [], now, pace));
      const waitMs = Math.max(0, ...waits);
      if (waitMs > 0) return Math.ceil(waitMs / 1_000);
      for (const one of who) {
        const tries = [...recentTries(triesOf.get(one) ?? [], now), now];
        // Moved to the end: the first in the map is who has been quiet longest.
        triesOf.delete(one);
        triesOf.set(one, tries.slice(-pace.perMinute));
      }
      for (const [oldest] of triesOf) {
        if (triesOf.size <= rememberedMax) break;
        triesOf.delete(oldest);
      }
      return undefined;
    },
  };
}
