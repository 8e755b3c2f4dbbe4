import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

export type MigrateOptions = {
  /** A role that may create tables; it owns everything. */
  readonly url: string;
  /** The role of the running server; migrations grant it what it may do. */
  readonly appRole: string;
  readonly folder?: string;
};

const migrationsFolder = join(import.meta.dirname, '../../../migrations');
// Any number that no other user of advisory locks takes; two processes migrate one after the other.
const migrateLock = 7_341_001;

async function appliedDigests(client: pg.Client): Promise<Map<string, string>> {
  await client.query(
    'create table if not exists migration (name text primary key, digest text not null, ' +
      'applied_at timestamptz not null default now())',
  );
  const { rows } = await client.query<{ name: string; digest: string }>(
    'select name, digest from migration',
  );
  return new Map(rows.map((row) => [row.name, row.digest]));
}

async function apply(client: pg.Client, name: string, text: string, digest: string) {
  try {
    await client.query('begin');
    await client.query(text);
    await client.query('insert into migration (name, digest) values ($1, $2)', [name, digest]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`migration ${name} failed`, { cause: error });
  }
}

/**
 * Brings the schema up to date: each file of `migrations/` once, in order, each in its own
 * transaction, one process at a time. Answers the names it applied.
 * @throws Error if a file that was applied has changed since.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const folder = options.folder ?? migrationsFolder;
  const client = new pg.Client({ connectionString: options.url });
  // What is lost between two statements is told by the next one instead of ending the process.
  client.on('error', () => undefined);
  await client.connect();
  const done: string[] = [];
  try {
    await client.query('select pg_advisory_lock($1)', [migrateLock]);
    await client.query(`select set_config('huiquan.app_role', $1, false)`, [options.appRole]);
    const applied = await appliedDigests(client);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
    for (const name of names) {
      const text = await readFile(join(folder, name), 'utf8');
      const digest = createHash('sha256').update(text).digest('hex');
      const known = applied.get(name);
      if (known !== undefined && known !== digest) {
        throw new Error(`migration ${name} was changed after it was applied`);
      }
      if (known === undefined) {
        await apply(client, name, text, digest);
        done.push(name);
      }
    }
  } finally {
    await client.end();
  }
  return done;
}
