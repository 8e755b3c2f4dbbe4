import pg from 'pg';

/** The connections of the queue's library, which speaks to the database by itself. */
export type QueuePool = pg.Pool;

/**
 * Opens them; who opens them ends them. The library would take its ears off its own connections
 * before they are closed: PostgreSQL that stops in that moment would end the process.
 */
export function openQueuePool(url: string): QueuePool {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: 'huiquan queue',
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
}
