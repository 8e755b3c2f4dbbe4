import { transact } from '../../server/src/db/transact.ts';
import {
  approveClosing,
  closeProgramme,
  prepareClosing,
} from '../../server/src/features/expiry/closing.ts';
import { releaseDue } from '../../server/src/features/expiry/expiry.ts';
import { someStaff } from '../../server/src/given/organisation.ts';
import { median, peakRssMb, rounded } from './figures.ts';
import { issuePacks } from './issue.ts';
import type { Place } from './place.ts';
import type { Row } from './row.ts';

const perPack = 5;
/** All vouchers have ended by then, and the small plan with them. */
const afterTheEnd = '2023-12-20T10:00:00+08:00';

function since(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}

async function closeOne(place: Place, programmeId: string) {
  const { db } = place;
  await place.setClock(afterTheEnd);
  const startedAt = performance.now();
  await releaseDue(db, someStaff());
  const releasedIn = since(startedAt);
  const order = await transact(db, someStaff(), (tx) => prepareClosing(tx, { programmeId }));
  await transact(db, someStaff(), (tx) => approveClosing(tx, order));
  await closeProgramme(db, someStaff(), order.closingOrderId);
  return { releasedIn, closedIn: since(startedAt) };
}

/** From vouchers that have expired to a closed programme with its money due back. */
export const close: Row = async (place, wish) => {
  const vouchers = wish.size ?? 1_000_000;
  const times: number[] = [];
  const releases: number[] = [];
  for (let slice = 0; slice < wish.slices; slice += 1) {
    wish.say(`  issuing ${vouchers} vouchers`);
    const programmeId = await issuePacks(place, Math.ceil(vouchers / perPack));
    const { releasedIn, closedIn } = await closeOne(place, programmeId);
    wish.say(`  released in ${rounded(releasedIn)} s, closed in ${rounded(closedIn)} s`);
    times.push(closedIn);
    releases.push(releasedIn);
  }
  await place.setClock(undefined);
  return {
    ours_s: rounded(median(times)),
    rss_mb: peakRssMb(process.pid),
    more: { vouchers, best_s: rounded(Math.min(...times)), release_s: rounded(median(releases)) },
  };
};
