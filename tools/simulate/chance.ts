/** Seeded chance: the same seed gives the same numbers on every machine. */
export type Chance = {
  /** A whole number from 0 to `limit` - 1. */
  readonly below: (limit: number) => number;
  /** One of `list`; undefined where it is empty. */
  readonly pick: <T>(list: readonly T[]) => T | undefined;
  /** True in `percent` of a hundred cases. */
  readonly in100: (percent: number) => boolean;
};

/** Mulberry32: small, even, and good enough to choose commands. */
export function makeChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    pick: (list) => (list.length === 0 ? undefined : list[below(list.length)]),
    in100: (percent) => next() * 100 < percent,
  };
}
