import type { Instant } from '@huiquan/domain/instant.ts';
import { paceWaitMs, recentTries, type Pace } from '@huiquan/domain/limit/pace.ts';

/** Of as many as try within a minute of a rush twice, those who came first are forgotten. */
const rememberedMax = 200_000;
const none: readonly number[] = [];
/** The longest that a try counts. */
const windowMs = 60_000;

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
  // Who tried since the last turn, and between the two before: what is older counts no more.
  let recent = new Map<string, readonly number[]>();
  let older = recent;
  let turnedAt = 0;
  const turn = (now: Instant) => {
    older = recent;
    recent = new Map();
    turnedAt = now;
  };
  return {
    take(who, now) {
      const isOver = now < turnedAt || now - turnedAt >= windowMs;
      if (isOver || recent.size >= rememberedMax) turn(now);
      let waitMs = 0;
      const triesOf = (one: string) => recent.get(one) ?? older.get(one) ?? none;
      for (const one of who) {
        const tries = triesOf(one);
        // In a rush most try for the first time.
        if (tries !== none) waitMs = Math.max(waitMs, paceWaitMs(tries, now, pace));
      }
      if (waitMs > 0) return Math.ceil(waitMs / 1_000);
      for (const one of who) {
        recent.set(one, [...recentTries(triesOf(one), now), now].slice(-pace.perMinute));
      }
      return undefined;
    },
  };
}
