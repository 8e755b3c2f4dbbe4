import { readConfig, WeakConfig, type Config } from './config.ts';
import { connectUrls, type Connection } from './db/embedded-connect.ts';
import { migrate } from './db/migrate.ts';
import { closeDb, openDb, type Db } from './db/pool.ts';
import { transact } from './db/transact.ts';
import { twin } from './db/twin.ts';
import { migrateJobs } from './jobs/migrate-jobs.ts';
import { makeKeys, type Keys } from './keys.ts';

const sql = twin(import.meta.url);

/** An installation that can be worked with: its settings, its keys, its migrated database. */
export type Installation = {
  readonly config: Config;
  readonly keys: Keys;
  readonly connection: Connection;
  readonly db: Db;
  /** Closes the connections and leaves the embedded server. */
  readonly close: () => Promise<void>;
};

/**
 * Opens the installation that `environment` describes: starts or joins its PostgreSQL, refuses one
 * that could lose what it confirmed, and brings the schema up to date.
 * @throws WeakConfig with one line for each thing that is wrong with the settings.
 */
export async function openInstallation(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Installation> {
  const config = readConfig(environment);
  const connection = await connectUrls(config);
  try {
    const { migratorUrl, appRole } = connection;
    await migrate({ url: migratorUrl, appRole });
    await migrateJobs({ url: migratorUrl, appRole });
  } catch (error) {
    await connection.stop();
    throw error;
  }
  const db = openDb({ url: connection.appUrl, max: config.poolMax });
  return {
    config,
    keys: makeKeys(config.masterKeys, config.nextKeyId),
    connection,
    db,
    close: async () => {
      await closeDb(db);
      await connection.stop();
    },
  };
}

/** @throws WeakConfig while the database's clock is set by hand: nothing is served in such time. */
export async function refuseStoppedClock(db: Db): Promise<void> {
  const row = await transact(db, { kind: 'system', id: 'start' }, (tx) =>
    tx.maybe<{ nowAt: number }>(sql('findStoppedClock')),
  );
  if (row !== undefined) {
    throw new WeakConfig(['the clock of the database is set by hand: delete from clock_override']);
  }
}
