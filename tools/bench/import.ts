import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { givenProgramme } from '../../server/src/given/programme.ts';
import { residentList, rosterFolder } from '../../server/src/given/roster.ts';
import { costOf, spentBy } from './cost.ts';
import { copyRows } from './copy.ts';
import { compared } from './figures.ts';
import type { Imported, ImportJob } from './import.worker.ts';
import { alternate, type Row } from './row.ts';

async function importHere(job: ImportJob): Promise<Imported> {
  const child = fork(join(import.meta.dirname, 'import.worker.ts'), [JSON.stringify(job)]);
  const gone = once(child, 'exit').then(() => undefined);
  const told = once(child, 'message').then(([imported]: Imported[]) => imported);
  const imported = await Promise.race([told, gone]);
  if (imported === undefined) throw new Error('the import ended without a word');
  await gone;
  return imported;
}

/** A CSV list read, checked, sealed and stored, against COPY of the rows it became. */
export const importRow: Row = async (place, wish) => {
  const count = wish.size ?? 1_000_000;
  const files = await rosterFolder();
  const path = await files.writeLong('residents.csv', residentList(count));
  await place.setClock('2023-08-30T10:00:00+08:00');
  let rosterId = '';
  let rssMb = 0;
  try {
    const slices = await alternate(wish, [
      {
        name: 'ours',
        run: async () => {
          // A list is taken once per programme.
          const { programmeId, organiserId } = await givenProgramme(place.db);
          const { folder, appUrl: url } = place;
          const where = { programmeId, organisationId: organiserId, path };
          const before = await spentBy(0, folder);
          const imported = await importHere({ url, folder, ...where });
          if (imported.accepted !== count) throw new Error(`${imported.accepted} rows accepted`);
          rosterId = imported.rosterId;
          rssMb = Math.max(rssMb, imported.rssMb);
          const { databaseMs } = await spentBy(0, folder);
          const after = { serverMs: imported.cpuMs, databaseMs };
          const cpuUs = costOf(before, after, count);
          return { perSecond: count / imported.seconds, p50Ms: null, p99Ms: null, cpuUs };
        },
      },
      {
        name: 'copy',
        run: () =>
          copyRows(place, count, [{ table: 'entitlement', where: `roster_id = '${rosterId}'` }]),
      },
    ]);
    await place.setClock(undefined);
    const { figures, more } = compared(slices);
    return {
      ...figures,
      p50_ms: null,
      p99_ms: null,
      rss_mb: rssMb,
      more: { ...more, rows_per_slice: count },
    };
  } finally {
    await files.remove();
  }
};
