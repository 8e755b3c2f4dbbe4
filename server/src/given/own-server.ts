import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseName, startPostgres } from '../db/embedded.ts';
import { migrate } from '../db/migrate.ts';
import { requireProof, type Ending, type TestDatabase } from '../db/test-database.ts';

/**
 * A database on a server of its own. Sealing waits for the oldest transaction of the whole server:
 * tests of the chain must not meet those of other test files.
 */
export async function ownDatabase(ending: Ending = {}): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'huiquan-own-'));
  const server = await startPostgres({ folder, durable: false });
  const migratorUrl = server.url('huiquan_migrator', databaseName);
  const appRole = 'huiquan_app';
  await migrate({ url: migratorUrl, appRole });
  const appUrl = server.url(appRole, databaseName);
  return {
    appUrl,
    migratorUrl,
    appRole,
    name: databaseName,
    drop: async () => {
      try {
        if (ending.unverified === undefined) await requireProof(appUrl);
      } finally {
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
