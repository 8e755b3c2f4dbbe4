import { rmSync } from 'node:fs';
import path from 'node:path';
import { databaseName, removeLeftovers, startPostgres } from '../server/src/db/embedded.ts';
import { migrate } from '../server/src/db/migrate.ts';
import type { TestServer } from '../server/src/db/test-database.ts';
import { migrateJobs } from '../server/src/jobs/migrate-jobs.ts';

const data = path.resolve(import.meta.dirname, '..', 'data');

/**
 * Runs `work` beside a PostgreSQL of its own with a migrated template, told to `testDatabase` as
 * `npm test` tells it; nothing of it is left afterwards. Within a test file the server of the tests
 * is used instead.
 */
export async function withThrowAwayServer<T>(work: () => Promise<T>): Promise<T> {
  if (process.env['HUIQUAN_TEST_PG'] !== undefined) return work();
  await removeLeftovers(data);
  const folder = path.join(data, `test-${process.pid}`);
  const server = await startPostgres({ folder, durable: false });
  try {
    const url = server.url('huiquan_migrator', databaseName);
    await migrate({ url, appRole: 'huiquan_app' });
    await migrateJobs({ url, appRole: 'huiquan_app' });
    const { port, passwords } = server;
    const told: TestServer = { port, passwords, template: databaseName };
    process.env['HUIQUAN_TEST_PG'] = JSON.stringify(told);
    // Each file is a process: what one has stripped of types and compiled serves the others.
    process.env['NODE_COMPILE_CACHE'] = path.join(folder, 'compiled');
    return await work();
  } finally {
    delete process.env['HUIQUAN_TEST_PG'];
    delete process.env['NODE_COMPILE_CACHE'];
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
