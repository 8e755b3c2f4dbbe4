import { verify } from '../../server/src/features/audit/verify.ts';
import { machine, type Result, type Slice } from './figures.ts';
import type { Place } from './place.ts';

/** What a row is asked for. */
export type Wish = {
  /** How long a slice lasts. */
  readonly seconds: number;
  /** How many slices each contender gets, one after the other in turn. */
  readonly slices: number;
  /** How many rows, people or vouchers the bulk rows take; each has its own usual number. */
  readonly size: number | undefined;
  /** Where the server's CPU profile goes. */
  readonly profile: string | undefined;
  /** Tells on the way what is being done. */
  readonly say: (line: string) => void;
};

/** What not every row has: contenders, and latencies of single requests. */
const nothingCompared = { baselines: {}, ratios: {}, p50_ms: null, p99_ms: null };

/** What a row measured, without what is the same for all. */
export type Measured = Omit<Result, 'row' | 'machine' | keyof typeof nothingCompared> &
  Partial<Result>;

/** A row of the bench: works in the place it is given, and leaves it as it must verify. */
export type Row = (place: Place, wish: Wish) => Promise<Measured>;

type Contender = { readonly name: string; readonly run: (slice: number) => Promise<Slice> };

/** Gives every contender its slices in turn, so that a busy minute hits all alike. */
export async function alternate(
  wish: Wish,
  contenders: readonly Contender[],
): Promise<ReadonlyMap<string, readonly Slice[]>> {
  const told = new Map<string, Slice[]>(contenders.map((one) => [one.name, []]));
  for (let slice = 0; slice < wish.slices; slice += 1) {
    for (const { name, run } of contenders) {
      const one = await run(slice);
      told.get(name)?.push(one);
      const latency = one.p99Ms === null ? '' : `, p99 ${one.p99Ms.toFixed(1)} ms`;
      wish.say(`  ${name.padEnd(20)} ${Math.round(one.perSecond)}/s${latency}`);
    }
  }
  return told;
}

/** The whole of a row: measured, then everything it made is verified. */
export async function runRow(
  name: string,
  row: Row,
  given: { readonly place: Place; readonly wish: Wish },
): Promise<{ readonly result: Result; readonly firstBad: string | null }> {
  const { place, wish } = given;
  const measured = await row(place, wish);
  const told = machine();
  wish.say('  verify …');
  const { firstBad } = await verify(place.db);
  return { result: { ...nothingCompared, ...measured, row: name, machine: told }, firstBad };
}
