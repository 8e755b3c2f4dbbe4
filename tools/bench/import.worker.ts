// Imports a roster in a process of its own, so that its memory is its own too.
import { readConfig } from '../../server/src/config.ts';
import { closeDb, openDb } from '../../server/src/db/pool.ts';
import { importRosterFile } from '../../server/src/features/roster/import.ts';
import { someStaff } from '../../server/src/given/organisation.ts';
import { makeKeys } from '../../server/src/keys.ts';
import { peakRssMb } from './figures.ts';

export type ImportJob = {
  readonly url: string;
  readonly folder: string;
  readonly programmeId: string;
  readonly organisationId: string;
  readonly path: string;
};

export type Imported = {
  readonly rosterId: string;
  readonly accepted: number;
  readonly seconds: number;
  readonly rssMb: number;
  /** Processor time of the import, in milliseconds. */
  readonly cpuMs: number;
};

const job = JSON.parse(process.argv[2] ?? '') as ImportJob;
const { programmeId, organisationId, path } = job;
const db = openDb({ url: job.url, max: 6 });
const config = readConfig({ HUIQUAN_DATA: job.folder, HUIQUAN_PORT: '1' });
const file = { programmeId, organisationId, source: 'resident', path };
const before = process.cpuUsage();
const startedAt = performance.now();
const at = { db, keys: makeKeys(config.masterKeys) };
const report = await importRosterFile(at, someStaff(), file);
const seconds = (performance.now() - startedAt) / 1_000;
await closeDb(db);
const { user, system } = process.cpuUsage(before);
const told: Imported = {
  rosterId: report.rosterId,
  accepted: report.rowsAccepted,
  seconds,
  rssMb: peakRssMb(process.pid),
  cpuMs: (user + system) / 1_000,
};
process.send?.(told, () => process.exit());
