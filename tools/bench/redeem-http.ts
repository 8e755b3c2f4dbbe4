import { closedSlice } from './closed-slice.ts';
import { compared, median, roundedOrNull, type Slice } from './figures.ts';
import type { Manner } from './load.ts';
import { makeResidents, makeTills, type Resident, type Till } from './people.ts';
import { openProgramme, type Place } from './place.ts';
import { selfTimes } from './profile.ts';
import { alternate, type Row } from './row.ts';
import { startBench, type Bench } from './server.ts';
import { giveVouchers } from './vouchers.ts';

/** More redemptions than two cores manage: a slice ends by the clock, not for want of vouchers. */
const redemptionsPerSecondMax = 1_600;
const connectionsMax = 256;
const tillCount = 64;

const nameOf = { ours: 'ours', bare: 'bare_route', 'one-tx': 'one_tx_per_request' } as const;

type Tills = {
  readonly place: Place;
  readonly bench: Bench;
  readonly residents: readonly Resident[];
  readonly tills: readonly Till[];
};

async function slice(given: Tills, manner: Manner, seconds: number): Promise<Slice> {
  const { residents, tills } = given;
  const work = { kind: 'redeem', manner, residents, tills } as const;
  const connections = Math.min(connectionsMax, residents.length);
  return closedSlice(given, manner, { connections, seconds, work });
}

/** Code, try and commit over HTTP, signed by tills; every request of the three is counted. */
export const redeemHttp: Row = async (place, wish) => {
  const people = wish.size ?? Math.ceil(redemptionsPerSecondMax * wish.seconds);
  // Each slice that redeems uses one voucher of each person it comes to, warm-up included.
  const rounds = 2 * (wish.slices + 1);
  wish.say(`  ${people} residents with ${rounds} vouchers each, ${tillCount} tills`);
  const { programme, roundIds } = await openProgramme(place, { rounds, stock: people });
  const residents = await makeResidents(place, people);
  const tills = await makeTills(place, programme.programmeId, tillCount);
  await giveVouchers(
    place,
    roundIds,
    residents.map((one) => one.personId),
  );
  const bench = await startBench(place.folder, wish.profile);
  try {
    const given = { place, bench, residents, tills };
    // A profile is to show our own path and nothing else.
    const others: Manner[] = wish.profile === undefined ? ['bare', 'one-tx'] : [];
    const manners: Manner[] = ['ours', ...others];
    for (const manner of wish.seconds < 1 ? [] : manners) {
      wish.say(`  warming up ${manner}`);
      await slice(given, manner, Math.min(2, wish.seconds));
    }
    const slices = await alternate(
      wish,
      manners.map((manner) => ({
        name: nameOf[manner],
        run: () => slice(given, manner, wish.seconds),
      })),
    );
    const ours = slices.get('ours') ?? [];
    const { figures, more } = compared(slices);
    return {
      ...figures,
      p50_ms: roundedOrNull(median(ours.map((one) => one.p50Ms ?? 0))),
      p99_ms: roundedOrNull(median(ours.map((one) => one.p99Ms ?? 0))),
      rss_mb: bench.rssMb(),
      more: { ...more, connections: connectionsMax, tills: tillCount },
    };
  } finally {
    await bench.stop();
    if (wish.profile !== undefined) for (const line of selfTimes(wish.profile)) wish.say(line);
  }
};
