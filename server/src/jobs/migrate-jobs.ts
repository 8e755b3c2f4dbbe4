import { Logger, makeWorkerUtils } from 'graphile-worker';
import { openQueuePool } from '../db/queue-pool.ts';

/**
 * Brings the queue's own schema up to date and grants the server's role what it needs there. `url`
 * is the role that owns the tables; our migrations must have run.
 */
export async function migrateJobs(options: {
  readonly url: string;
  readonly appRole: string;
}): Promise<void> {
  const quiet = new Logger(() => () => undefined);
  const pgPool = openQueuePool(options.url);
  try {
    const utils = await makeWorkerUtils({ pgPool, logger: quiet });
    await utils.migrate();
    await utils.withPgClient((client) => client.query('call grant_jobs($1)', [options.appRole]));
    await utils.release();
  } finally {
    await pgPool.end();
  }
}
