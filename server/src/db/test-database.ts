import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Passwords } from './embedded-passwords.ts';
import { checkInvariants, firstBroken } from '../features/audit/verify.ts';
import { localUrl } from './embedded.ts';
import { closeDb, openDb } from './pool.ts';
import { snapshot } from './transact.ts';

/** What `tools/test.ts` tells test files about the throw-away server, as JSON. */
export type TestServer = {
  readonly port: number;
  readonly passwords: Passwords;
  readonly template: string;
};

export type TestDatabase = {
  readonly appUrl: string;
  readonly migratorUrl: string;
  readonly appRole: string;
  readonly name: string;
  /** Proves what the test file left behind, and drops it. */
  drop(): Promise<void>;
};

/** A file that breaks on purpose what is checked at its end says so, and why. */
export type Ending = { readonly unverified?: string };

const cloneAttemptsMax = 20;
const templateInUse = '55006';

function testServer(): TestServer {
  const text = process.env['HUIQUAN_TEST_PG'];
  if (text === undefined) {
    throw new Error('this test needs a database: run it with  npm run test:only -- <file>');
  }
  // Written by tools/test.ts in this same run.
  return JSON.parse(text) as TestServer;
}

/** As the server's own administrator: the migrator may not end an autovacuum that is in the way. */
async function administer(server: TestServer, statement: string): Promise<void> {
  const login = { role: 'postgres', password: server.passwords.postgres };
  const client = new pg.Client({ connectionString: localUrl(server.port, login, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function cloneTemplate(server: TestServer, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await administer(
        server,
        `create database ${name} template ${server.template} owner huiquan_migrator`,
      );
      return;
    } catch (error) {
      const isBusy = error instanceof pg.DatabaseError && error.code === templateInUse;
      if (!isBusy || attempt === cloneAttemptsMax) throw error;
      await sleep(50 * attempt);
    }
  }
}

/**
 * Throws the first invariant of money and vouchers that a test file left broken. The chain has
 * files of its own: sealing waits for the oldest transaction of the whole server.
 */
export async function requireProof(url: string): Promise<void> {
  const db = openDb({ url, max: 1 });
  try {
    const reports = await snapshot(db, { kind: 'system', id: 'proof' }, checkInvariants);
    const broken = firstBroken(reports);
    if (broken !== undefined) throw new Error(`this test file leaves ${broken}`);
  } finally {
    await closeDb(db);
  }
}

/**
 * A database of its own for a test file: a copy of the migrated template. When it is dropped
 * everything in it must prove, unless the file is `unverified`, with the reason.
 */
export async function testDatabase(ending: Ending = {}): Promise<TestDatabase> {
  const server = testServer();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await cloneTemplate(server, name);
  const url = (role: 'huiquan_migrator' | 'huiquan_app') =>
    localUrl(server.port, { role, password: server.passwords[role] }, name);
  return {
    appUrl: url('huiquan_app'),
    migratorUrl: url('huiquan_migrator'),
    appRole: 'huiquan_app',
    name,
    drop: async () => {
      try {
        if (ending.unverified === undefined) await requireProof(url('huiquan_app'));
      } finally {
        await administer(server, `drop database if exists ${name} with (force)`);
      }
    },
  };
}
