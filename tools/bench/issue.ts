import { transact } from '../../server/src/db/transact.ts';
import { startIssue } from '../../server/src/features/issuing/batch.ts';
import { runIssue } from '../../server/src/features/issuing/run.ts';
import { givenFund } from '../../server/src/given/fund.ts';
import { givenApprovedBatch, givenRoster } from '../../server/src/given/issuing.ts';
import { someStaff } from '../../server/src/given/organisation.ts';
import { givenProgramme } from '../../server/src/given/programme.ts';
import { timedRows } from './cost.ts';
import { copyRows } from './copy.ts';
import { compared, peakRssMb, rounded } from './figures.ts';
import type { Place } from './place.ts';
import { alternate, type Row } from './row.ts';

const perPack = 5;
/** Within the small plan's time of issue. */
const dayOfIssue = '2023-09-01T10:00:00+08:00';

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

/** A started batch of `persons` packs of five in a programme of its own. */
async function startBatch(place: Place, persons: number) {
  const { db } = place;
  const { programmeId, organiserId: organisationId } = await givenProgramme(db);
  await givenFund(db, { programmeId, pool: 'retail', amountFen: 20_000n * BigInt(persons) });
  const { rosterId } = await givenRoster(db, { programmeId, organisationId, persons });
  await place.owner.query('analyze entitlement, person');
  let batchId = '';
  const approvalSeconds = await seconds(async () => {
    batchId = await givenApprovedBatch(db, rosterId);
  });
  await transact(db, someStaff(), (tx) => startIssue(tx, { batchId }));
  return { programmeId, batchId, approvalSeconds };
}

/** Vouchers for `persons` packs of five; answers the programme. */
export async function issuePacks(place: Place, persons: number): Promise<string> {
  await place.setClock(dayOfIssue);
  const { programmeId, batchId } = await startBatch(place, persons);
  await runIssue(place.db, someStaff(), batchId);
  return programmeId;
}

/** Directed issuing of packs of five against COPY of the same vouchers and ledger rows. */
export const issue: Row = async (place, wish) => {
  const persons = wish.size ?? 100_000;
  const vouchers = persons * perPack;
  await place.setClock(dayOfIssue);
  wish.say(`  ${persons} packs of ${perPack} each time`);
  await issuePacks(place, Math.min(persons, 2_000));
  let batch = { batchId: '', approvalSeconds: 0 };
  const slices = await alternate(wish, [
    {
      name: 'ours',
      run: async () => {
        batch = await startBatch(place, persons);
        return timedRows(place, vouchers, () => runIssue(place.db, someStaff(), batch.batchId));
      },
    },
    {
      name: 'copy',
      run: () =>
        copyRows(place, vouchers, [
          { table: 'voucher', where: `batch_id = '${batch.batchId}'` },
          { table: 'transfer', where: `reference_id = '${batch.batchId}'` },
        ]),
    },
  ]);
  await place.setClock(undefined);
  const { figures, more } = compared(slices);
  return {
    ...figures,
    rss_mb: peakRssMb(process.pid),
    more: {
      ...more,
      vouchers_per_slice: vouchers,
      prepare_and_approve_s: rounded(batch.approvalSeconds),
    },
  };
};
