/** How often one may try within any second and any minute. */
export type Pace = { readonly perSecond: number; readonly perMinute: number };

const [secondMs, minuteMs] = [1_000, 60_000];

/** What of `tries` (epoch milliseconds, oldest first) still counts at `now`. */
export function recentTries(tries: readonly number[], now: number): readonly number[] {
  return tries.filter((at) => at <= now && at > now - minuteMs);
}

/**
 * How many milliseconds whoever made `tries` must wait at `now` before the next; zero where he may
 * try. Windows slide: no burst fits around the turn of a second.
 * @policy spec facts: per person and device 1/s and 10/min
 */
export function paceWaitMs(tries: readonly number[], now: number, pace: Pace): number {
  const recent = recentTries(tries, now);
  const waitFor = (most: number, windowMs: number) => {
    const first = recent[recent.length - most];
    return first === undefined ? 0 : Math.max(0, first + windowMs - now);
  };
  return Math.max(waitFor(pace.perSecond, secondMs), waitFor(pace.perMinute, minuteMs));
}
