import { givenPersons } from '../../server/src/given/issuing.ts';
import { timedRows } from './cost.ts';
import { copyRows } from './copy.ts';
import { compared, peakRssMb, percentile, roundedOrNull } from './figures.ts';
import { openProgramme, type Place } from './place.ts';
import { alternate, type Row } from './row.ts';
import { claimGroup, claimGroups } from './vouchers.ts';

/** As two processes do: one group works while the other waits for its locks or the disk. */
const groupsAtOnce = 2;

/** Claims by all of `personIds`, two groups at a time; answers the seconds each group took. */
async function claimAll(
  place: Place,
  roundId: string,
  personIds: readonly string[],
): Promise<number[]> {
  const waiting = claimGroups(roundId, personIds);
  const times: number[] = [];
  const lane = async () => {
    for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
      const startedAt = performance.now();
      await claimGroup(place, group);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: groupsAtOnce }, lane));
  return times;
}

/** Everything that the claims of a round have written. */
const rowsOf = (roundId: string, personIds: readonly string[]) => [
  { table: 'voucher', where: `origin_id = '${roundId}'` },
  { table: 'event', where: `kind = 'voucher.claimed' and subject_id = '${roundId}'` },
  { table: 'transfer', where: `kind = 'claimed' and reference_id = '${roundId}'` },
  {
    table: 'limit_counter',
    where: `entity_id in (select person_id from voucher where origin_id = '${roundId}')`,
  },
  { table: 'spent_nonce', where: `true limit ${personIds.length}` },
];

/** Groups of 500 claims straight at the database: every row a claim writes, all guards on. */
export const claimCore: Row = async (place, wish) => {
  const count = wish.size ?? 50_000;
  const { roundIds } = await openProgramme(place, { rounds: wish.slices + 1, stock: count });
  const [first = '', ...rest] = roundIds;
  wish.say('  warming up');
  await claimAll(place, first, await givenPersons(place.db, Math.min(count, 5_000)));
  const times: number[] = [];
  let personIds: readonly string[] = [];
  const roundOf = (slice: number) => rest[slice] ?? '';
  const slices = await alternate(wish, [
    {
      name: 'ours',
      run: async (slice) => {
        personIds = await givenPersons(place.db, count);
        return timedRows(place, count, async () => {
          times.push(...(await claimAll(place, roundOf(slice), personIds)));
        });
      },
    },
    {
      name: 'copy',
      run: (slice) => copyRows(place, count, rowsOf(roundOf(slice), personIds)),
    },
  ]);
  const { figures, more } = compared(slices);
  return {
    ...figures,
    p50_ms: roundedOrNull(percentile(times, 0.5)),
    p99_ms: roundedOrNull(percentile(times, 0.99)),
    rss_mb: peakRssMb(process.pid),
    more: { ...more, claims_per_slice: count, latencies: 'of groups of 500' },
  };
};
