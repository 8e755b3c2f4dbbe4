import { givenPersons } from '../../server/src/given/issuing.ts';
import { givenMerchant, type GivenMerchant } from '../../server/src/given/merchant.ts';
import { spentBy } from './cost.ts';
import { median, peakRssMb, rounded } from './figures.ts';
import { issuePacks } from './issue.ts';
import { openProgramme, type Place } from './place.ts';
import { redeemGroup } from './redeem-groups.ts';
import type { Row } from './row.ts';
import { claimGroup, claimGroups } from './vouchers.ts';

const sizes = [1, 10, 100] as const;
const groups = 8;
const groupSize = 500;
const merchantCount = 20;

/** Processor time of PostgreSQL for each of `count` things, in microseconds. */
async function databaseUs(place: Place, count: number, work: () => Promise<void>) {
  const before = await spentBy(process.pid, place.folder);
  await work();
  const after = await spentBy(process.pid, place.folder);
  return Math.round(((after.databaseMs - before.databaseMs) * 1_000) / count);
}

async function makeMerchants(place: Place, programmeId: string): Promise<GivenMerchant[]> {
  const { db, keys } = place;
  const merchants: GivenMerchant[] = [];
  for (let n = 0; n < merchantCount; n += 1) {
    merchants.push(await givenMerchant(db, { programmeId, category: 'retail', keys }));
  }
  return merchants;
}

/** What one more claim and redemption cost once there are 10 and 100 times as many of each. */
export const growth: Row = async (place, wish) => {
  const base = wish.size ?? 2_000;
  const count = groups * groupSize;
  const made = await openProgramme(place, { rounds: sizes.length + 1, stock: count });
  const merchants = await makeMerchants(place, made.programme.programmeId);
  const told: Record<string, number>[] = [];
  const perClaim: number[] = [];
  let packs = 0;
  for (const [index, size] of sizes.entries()) {
    const wanted = base * size;
    wish.say(`  ${wanted} people with five vouchers each`);
    await issuePacks(place, wanted - packs);
    await place.setClock(undefined);
    packs = wanted;
    await place.owner.query('vacuum analyze');
    const roundId = made.roundIds[index] ?? '';
    const personIds = await givenPersons(place.db, count);
    const claim = await databaseUs(place, count, async () => {
      for (const group of claimGroups(roundId, personIds)) await claimGroup(place, group);
    });
    const redeem = await databaseUs(place, count, async () => {
      for (let at = 0; at < count; at += groupSize) {
        const group = personIds.slice(at, at + groupSize);
        await redeemGroup(place, { merchants }, { personIds: group, orderFen: 6_000n });
      }
    });
    perClaim.push(1e6 / Math.max(1, claim));
    told.push({ people: wanted, claim_database_us: claim, redeem_database_us: redeem });
    wish.say(`  ${JSON.stringify(told.at(-1))}`);
  }
  return {
    ours_per_s: rounded(median(perClaim)),
    rss_mb: peakRssMb(process.pid),
    more: { sizes: told },
  };
};
