import { rmSync } from 'node:fs';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { addDays, atTime, dayOf, instant, instantText } from '@huiquan/domain/instant.ts';
import { readConfig } from '../../server/src/config.ts';
import { databaseName, startPostgres } from '../../server/src/db/embedded.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { closeDb, openDb, type Db } from '../../server/src/db/pool.ts';
import { transact } from '../../server/src/db/transact.ts';
import { approveRound, prepareRound } from '../../server/src/features/round/round.ts';
import { givenFund } from '../../server/src/given/fund.ts';
import { someStaff } from '../../server/src/given/organisation.ts';
import {
  givenProgramme,
  smallPlan,
  type GivenProgramme,
} from '../../server/src/given/programme.ts';
import { migrateJobs } from '../../server/src/jobs/migrate-jobs.ts';
import { makeKeys, type Keys } from '../../server/src/keys.ts';

const dayMs = 86_400_000;

/** A durable PostgreSQL of the bench's own, migrated, with the keys of its data folder. */
export type Place = {
  readonly folder: string;
  readonly db: Db;
  /** As the role that owns the tables. */
  readonly owner: pg.Pool;
  /** For COPY from and to files beside the server. */
  readonly superuser: pg.Pool;
  readonly keys: Keys;
  readonly appUrl: string;
  /** Sets the database's clock; undefined lets it run. */
  readonly setClock: (text: string | undefined) => Promise<void>;
  /** Stops PostgreSQL and leaves the folder as it is. */
  readonly leave: () => Promise<void>;
  readonly close: () => Promise<void>;
};

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 4 });
  pool.on('error', () => undefined);
  return pool;
}

/** Starts the place in `folder`, syncing to disk as in earnest; `close` removes the folder. */
export async function makePlace(folder: string): Promise<Place> {
  const server = await startPostgres({ folder, durable: true });
  const migratorUrl = server.url('huiquan_migrator', databaseName);
  const appUrl = server.url('huiquan_app', databaseName);
  await migrate({ url: migratorUrl, appRole: 'huiquan_app' });
  await migrateJobs({ url: migratorUrl, appRole: 'huiquan_app' });
  const config = readConfig({ HUIQUAN_DATA: folder, HUIQUAN_PORT: '1' });
  const db = openDb({ url: appUrl, max: 10 });
  const owner = openPool(migratorUrl);
  const superuser = openPool(server.url('postgres', databaseName));
  const leave = async () => {
    await closeDb(db);
    await owner.end();
    await superuser.end();
    await server.stop();
  };
  return {
    folder,
    db,
    owner,
    superuser,
    keys: makeKeys(config.masterKeys),
    appUrl,
    setClock: async (text) => {
      await owner.query('delete from clock_override');
      if (text === undefined) return;
      await owner.query('insert into clock_override (now_at) values ($1)', [text]);
    },
    leave,
    close: async () => {
      await leave();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every gate that a plan can put before a claim. */
const allGates = `
gates:
  - { gate: real_name }
  - { gate: in_app_session }
  - { gate: slider }
  - { gate: picture }
  - { gate: location, region: "1410", datum: stated_by_client }
`;

/** The small plan with all gates on, moved to the weeks around now. */
function planAround(now: number): string {
  const day = (offset: number) => instantText(instant(now + offset * dayMs)).slice(0, 10);
  const moved = smallPlan
    .replaceAll('2023-09-01', day(-14))
    .replaceAll('2023-12-08', day(200))
    .replaceAll('2023-12-14', day(206))
    .replaceAll('2023-08-22', day(-30));
  return `${moved}${allGates}`;
}

/** A programme with rounds that are open now. */
export type OpenProgramme = {
  readonly programme: GivenProgramme;
  readonly fundId: string;
  /** Each with `stock` vouchers of kind retail_10, open from an hour ago to tomorrow. */
  readonly roundIds: readonly string[];
};

/** A programme with `rounds` open rounds, made by the real commands and then opened by hand. */
export async function openProgramme(
  place: Place,
  wanted: { readonly rounds: number; readonly stock: number },
): Promise<OpenProgramme> {
  const { db, owner } = place;
  const now = Date.now();
  // Programmes and rounds are prepared before they begin.
  await place.setClock(instantText(atTime(addDays(dayOf(instant(now)), -16), '09:00')));
  const programme = await givenProgramme(db, { planText: planAround(now) });
  const { programmeId } = programme;
  const { rounds, stock: quantity } = wanted;
  const amountFen = fen(BigInt(rounds) * BigInt(quantity) * 1_000n);
  const { fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen });
  const stock = [{ kind: 'retail_10', quantity }];
  const roundIds: string[] = [];
  for (let number = 1; number <= rounds; number += 1) {
    const prepared = await transact(db, someStaff(), (tx) =>
      prepareRound(tx, { programmeId, number, stock }),
    );
    await transact(db, someStaff(), (tx) => approveRound(tx, prepared));
    roundIds.push(prepared.roundId);
  }
  await owner.query(
    `update round set opens_at = now() - interval '1 hour', closes_at = now() + interval '1 day'
     where round_id = any($1::uuid[])`,
    [roundIds],
  );
  await place.setClock(undefined);
  return { programme, fundId, roundIds };
}
