import pg from 'pg';
import { databaseName, startPostgres } from './embedded.ts';
import { refuseWeakSettings } from './embedded-settings.ts';

export type ConnectOptions = {
  /** A PostgreSQL server (15 or newer) of the operator's, as a role that owns nothing. */
  readonly databaseUrl: string | undefined;
  /** The same database as the role that owns the tables. */
  readonly migratorUrl: string | undefined;
  /** The clone's `data/`: where the embedded server lives if no other is named. */
  readonly dataFolder: string;
};

export type Connection = {
  /** For migrations: a role that may create tables. */
  readonly migratorUrl: string;
  /** For everything else. */
  readonly appUrl: string;
  /** The role of `appUrl`, to which migrations grant what it may do. */
  readonly appRole: string;
  /** Sentences for the operator; empty when all is as it should be. */
  readonly warnings: readonly string[];
  /** Leaves the embedded server, and stops it if nobody else uses it. */
  stop(): Promise<void>;
};

/** Reads who we are and checks the server's settings as that role has them. */
async function inspect(url: string) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const warnings = await refuseWeakSettings(async (text) => (await client.query(text)).rows);
    const { rows } = await client.query<{ name: string }>('select current_user as name');
    return { role: rows[0]?.name ?? '', warnings };
  } finally {
    await client.end();
  }
}

async function connectGiven(appUrl: string, given: string | undefined): Promise<Connection> {
  const app = await inspect(appUrl);
  const migrator = given === undefined ? app : await inspect(given);
  const warnings = [...app.warnings];
  if (app.role === migrator.role) {
    warnings.push(
      'the server runs as the role that owns the tables, so the database itself does not keep it ' +
        'from changing facts: give DATABASE_URL a role of its own, HUIQUAN_MIGRATOR_URL the owner',
    );
  }
  const migratorUrl = given ?? appUrl;
  return { migratorUrl, appUrl, appRole: app.role, warnings, stop: () => Promise.resolve() };
}

/**
 * The database to work with: the server that the operator named, or else the embedded one, started
 * or joined. Either is refused if it could lose what it confirmed.
 */
export async function connectUrls(options: ConnectOptions): Promise<Connection> {
  if (options.databaseUrl !== undefined) {
    return connectGiven(options.databaseUrl, options.migratorUrl);
  }
  const server = await startPostgres({ folder: options.dataFolder, durable: true });
  server.keepRunning();
  return {
    migratorUrl: server.url('huiquan_migrator', databaseName),
    appUrl: server.url('huiquan_app', databaseName),
    appRole: 'huiquan_app',
    warnings: [],
    stop: server.stop,
  };
}
