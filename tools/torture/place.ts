import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { consentTexts } from '@huiquan/domain/consent/texts.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { addDays, atTime, dayOf, instant, instantText } from '@huiquan/domain/instant.ts';
import { readConfig } from '../../server/src/config.ts';
import { databaseName, startPostgres } from '../../server/src/db/embedded.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { closeDb, openDb, type Db } from '../../server/src/db/pool.ts';
import { transact } from '../../server/src/db/transact.ts';
import { approveRound, prepareRound } from '../../server/src/features/round/round.ts';
import { givenFund } from '../../server/src/given/fund.ts';
import { givenPersons } from '../../server/src/given/issuing.ts';
import { givenMerchant } from '../../server/src/given/merchant.ts';
import { someStaff } from '../../server/src/given/organisation.ts';
import { givenProgramme, smallPlan } from '../../server/src/given/programme.ts';
import { migrateJobs } from '../../server/src/jobs/migrate-jobs.ts';
import { makeKeys, type Keys } from '../../server/src/keys.ts';

const dayMs = 86_400_000;
const tillsWanted = 4;

export type Resident = { readonly personId: string; readonly token: string };
export type TortureTill = {
  readonly terminalId: string;
  readonly secret: Buffer;
  readonly cashier: string;
};

/** What the torture works on: a cluster of its own with a programme whose round is open now. */
export type Place = {
  readonly folder: string;
  readonly db: Db;
  readonly roundId: string;
  readonly stock: number;
  readonly residents: readonly Resident[];
  readonly tills: readonly TortureTill[];
  readonly close: () => Promise<void>;
};

/** The small plan, moved to the weeks around now. */
function planAround(now: number): string {
  const day = (offset: number) => instantText(instant(now + offset * dayMs)).slice(0, 10);
  return smallPlan
    .replaceAll('2023-09-01', day(-14))
    .replaceAll('2023-12-08', day(60))
    .replaceAll('2023-12-14', day(66))
    .replaceAll('2023-08-22', day(-30));
}

type Owner = (text: string, values: readonly unknown[]) => Promise<unknown>;

async function signIn(owner: Owner, keys: Keys, holder: readonly [string, string, string | null]) {
  const token = randomBytes(32).toString('base64url');
  const [column, id, terminalId] = holder;
  await owner(
    `insert into session (session_id, token_hash, kind, ${column}, terminal_id, signed_in_at,
       second_factor_at, expires_at)
     values ($1, $2, $3, $4, $5, now(), now(), now() + interval '1 day')`,
    [
      newId(),
      keys.index('session', token),
      terminalId === null ? 'resident' : 'till',
      id,
      terminalId,
    ],
  );
  return token;
}

async function makeResident(owner: Owner, keys: Keys, personId: string): Promise<Resident> {
  const accountId = newId();
  await owner(
    `insert into resident_account (resident_account_id, phone_index, envelope, key_id, person_id,
       verified_at, created_at) values ($1, $2, '\\x00', $3, $4, now(), now())`,
    [accountId, keys.index('phone-index', accountId), keys.currentId, personId],
  );
  await owner(
    `insert into consent (consent_id, resident_account_id, purpose, version, answer, answered_at)
     select $1, $2, 'real_name', $3, 'agreed', now()`,
    [newId(), accountId, consentTexts.real_name.version],
  );
  return { personId, token: await signIn(owner, keys, ['resident_account_id', accountId, null]) };
}

async function makeTill(owner: Owner, db: Db, given: { keys: Keys; programmeId: string }) {
  const { keys, programmeId } = given;
  const made = await givenMerchant(db, { programmeId, category: 'retail', keys });
  const { terminalId, cashierId } = made;
  await owner(
    `insert into staff (staff_id, login_name, envelope, key_id, password_hash, state, created_by,
       created_at) values ($1, $2, '\\x00', $3, '', 'active', 'torture', now())`,
    [cashierId, `c${cashierId.replaceAll('-', '')}`, keys.currentId],
  );
  const cashier = await signIn(owner, keys, ['staff_id', cashierId, terminalId]);
  return { terminalId, secret: made.terminalSecret, cashier };
}

async function openRound(db: Db, owner: Owner, stock: number) {
  const now = Date.now();
  // Programmes and rounds are prepared before they begin; then the round is opened by hand.
  const early = atTime(addDays(dayOf(instant(now)), -16), '09:00');
  await owner('insert into clock_override (now_at) values ($1)', [instantText(early)]);
  const { programmeId } = await givenProgramme(db, { planText: planAround(now) });
  await givenFund(db, { programmeId, pool: 'retail', amountFen: fen(BigInt(stock) * 1_000n) });
  const prepared = await transact(db, someStaff(), (tx) =>
    prepareRound(tx, { programmeId, number: 1, stock: [{ kind: 'retail_10', quantity: stock }] }),
  );
  await transact(db, someStaff(), (tx) => approveRound(tx, prepared));
  await owner(
    `update round set opens_at = now() - interval '1 hour',
    closes_at = now() + interval '1 day' where round_id = $1`,
    [prepared.roundId],
  );
  await owner('delete from clock_override', []);
  return { programmeId, roundId: prepared.roundId };
}

/** Makes the place in `folder`, durable as in earnest; `close` removes it. */
export async function makePlace(
  folder: string,
  wanted: { readonly people: number; readonly stock: number },
): Promise<Place> {
  const server = await startPostgres({ folder, durable: true });
  server.keepRunning();
  const migratorUrl = server.url('huiquan_migrator', databaseName);
  await migrate({ url: migratorUrl, appRole: 'huiquan_app' });
  await migrateJobs({ url: migratorUrl, appRole: 'huiquan_app' });
  const config = readConfig({ HUIQUAN_DATA: folder, HUIQUAN_PORT: '1' });
  const keys = makeKeys(config.masterKeys);
  const db = openDb({ url: server.url('huiquan_app', databaseName), max: 4 });
  const pool = new pg.Pool({ connectionString: migratorUrl, max: 4 });
  pool.on('error', () => undefined);
  const owner: Owner = (text, values) => pool.query(text, [...values]);
  const { programmeId, roundId } = await openRound(db, owner, wanted.stock);
  const persons = await givenPersons(db, wanted.people);
  const residents = await Promise.all(persons.map((id) => makeResident(owner, keys, id)));
  const tills: TortureTill[] = [];
  for (let n = 0; n < tillsWanted; n += 1) {
    tills.push(await makeTill(owner, db, { keys, programmeId }));
  }
  await pool.end();
  return {
    folder: join(folder),
    db,
    roundId,
    stock: wanted.stock,
    residents,
    tills,
    close: async () => {
      await closeDb(db);
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
