import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pg from 'pg';
import type { Role } from '@huiquan/domain/access.ts';
import { consentPurposes, consentTexts } from '@huiquan/domain/consent/texts.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { type Instant, instant, instantText } from '@huiquan/domain/instant.ts';
import { makeContext } from '../app.ts';
import type { Config } from '../config.ts';
import type { GroupRules } from '../db/group.ts';
import { closeDb, openDb } from '../db/pool.ts';
import { testDatabase, type Ending } from '../db/test-database.ts';
import { signRequest } from '../features/account/signed-request.ts';
import { makeKeys } from '../keys.ts';
import { makeBankSandbox } from '../ports/bank.sandbox.ts';
import { makeCaptchaSandbox } from '../ports/captcha/captcha.sandbox.ts';
import { makeCaptchaKeys } from '../ports/captcha/keys.ts';
import { makeDocumentSandbox } from '../ports/documents.sandbox.ts';
import { makeIdentitySandbox } from '../ports/identity.sandbox.ts';
import { makeLocationSandbox } from '../ports/location.sandbox.ts';
import { makePaymentNetworkSandbox } from '../ports/payment-network.sandbox.ts';
import { makeSmsSandbox } from '../ports/sms.sandbox.ts';
import type { Context } from './context.ts';
import type { Route } from './contract.ts';
import type { Feature } from './handle.ts';
import { makeLog } from './log.ts';
import { buildServer } from './server.ts';

/** What a test sends; an idempotency key is made up where none is given. */
export type Sent = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What came back. `json` is typed loosely on purpose: tests state what they expect. */
export type Got = {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
};

/** Signs a request as somebody; undefined means nobody. */
export type As = (request: { method: string; url: string; body: string }) => Record<string, string>;

export type Scope = { readonly kind: string; readonly id?: string };

export type TestStaff = As & { readonly staffId: string };
export type TestResident = As & { readonly personId: string; readonly accountId: string };
export type TestTill = As & {
  readonly terminalId: string;
  readonly cashierId: string;
  readonly signOnly: As;
};

export const testMode = {
  mode: 'demo',
  port: 8080,
  listen: '127.0.0.1',
  hosts: ['localhost'],
  publicUrl: 'http://localhost:8080',
  trustedProxies: [],
  dataFolder: '/nonexistent',
  headsFolder: '/nonexistent/heads',
  databaseUrl: undefined,
  migratorUrl: undefined,
  poolMax: 10,
  // Tests stop the clock: what is not about the pace must not run into it.
  claimPace: { perSecond: 1_000, perMinute: 60_000 },
  logLevel: 'warn',
  masterKeys: new Map([[1, randomBytes(32)]]),
  nextKeyId: undefined,
  networkKeys: new Map([[1, randomBytes(32)]]),
} satisfies Config;

const stopClock = `insert into clock_override (now_at) values ($1)
  on conflict (only_row) do update set now_at = excluded.now_at`;

function bearer(token: string): As {
  return () => ({ authorization: `Bearer ${token}` });
}

function urlOf(route: Route, sent: Sent): string {
  const path = route.url.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(sent.params?.[name] ?? ''),
  );
  const query = new URLSearchParams(
    Object.entries(sent.query ?? {}).map(([name, value]) => [name, String(value)]),
  ).toString();
  return query === '' ? path : `${path}?${query}`;
}

async function inject(app: FastifyInstance, options: InjectOptions): Promise<Got> {
  const reply = await app.inject(options);
  const isJson = String(reply.headers['content-type']).includes('json');
  const json = isJson && reply.body !== '' ? reply.json() : undefined;
  return {
    status: reply.statusCode,
    code: json?.code,
    headers: reply.headers,
    text: reply.body,
    json,
  };
}

/** Sends `route` as a client would. */
async function send(app: FastifyInstance, route: Route, sent: Sent, as?: As): Promise<Got> {
  const url = urlOf(route, sent);
  const body = sent.body === undefined ? '' : JSON.stringify(sent.body);
  const headers: Record<string, string> = {
    ...(body === '' ? {} : { 'content-type': 'application/json' }),
    ...(route.idempotent ? { 'idempotency-key': sent.key ?? randomUUID() } : {}),
    ...as?.({ method: route.method, url, body }),
    ...sent.headers,
  };
  return inject(app, {
    method: route.method,
    url,
    headers,
    ...(body === '' ? {} : { payload: body }),
  });
}

/** Direct entry of what other features make by their commands: people to sign in with. */
function makeFixtures(context: Context, migratorUrl: string, now: () => Instant) {
  const pool = new pg.Pool({ connectionString: migratorUrl, max: 2 });
  const run = (text: string, values: readonly unknown[]) => pool.query(text, [...values]);
  const seal = (value: unknown) => context.keys.seal(JSON.stringify(value));
  const iso = () => new Date(now()).toISOString();
  const later = () => new Date(now() + 30 * 86_400_000).toISOString();
  const token = async (kind: string, column: string, ids: readonly [string, string?]) => {
    const text = randomBytes(32).toString('base64url');
    await run(
      `insert into session (session_id, token_hash, kind, ${column}, terminal_id, signed_in_at,
        second_factor_at, expires_at) values ($1, $2, $3, $4, $5, $6, $6, $7)`,
      [newId(), context.keys.index('session', text), kind, ids[0], ids[1] ?? null, iso(), later()],
    );
    return text;
  };
  const event = async () => {
    const { rows } = await pool.query(
      `insert into event (at, actor_kind, actor_id, kind, subject_kind, subject_id, body)
       values ($1, 'system', 'test', 'test.prepared', 'test', 'test', '{}') returning event_id`,
      [iso()],
    );
    return rows[0].event_id as string;
  };
  return { pool, run, seal, iso, token, event };
}

type Fixtures = ReturnType<typeof makeFixtures>;

async function makeOrganisation(
  fixtures: Fixtures,
  given: { parentId?: string; kind?: string; level?: string; name?: string; regionCode?: string },
): Promise<string> {
  const id = newId();
  await fixtures.run(
    `insert into organisation (organisation_id, parent_id, kind, level, name, region_code, path,
      created_at)
     values ($1, $2, $3, $4, $5, $6,
       coalesce((select path from organisation where organisation_id = $2), '/')
         || $1::uuid::text || '/',
       $7)`,
    [
      id,
      given.parentId ?? null,
      given.kind ?? 'commerce_bureau',
      given.level ?? null,
      given.name ?? '测试单位',
      given.regionCode ?? '141029',
      fixtures.iso(),
    ],
  );
  return id;
}

async function makeStaff(fixtures: Fixtures, keyId: number, organisationId: string | undefined) {
  const staffId = newId();
  await fixtures.run(
    `insert into staff (staff_id, organisation_id, login_name, envelope, key_id, password_hash,
      state, created_by, created_at) values ($1, $2, $3, $4, $5, '', 'active', 'test', $6)`,
    [
      staffId,
      organisationId ?? null,
      `u${staffId.replaceAll('-', '')}`,
      fixtures.seal({ name: '测试' }),
      keyId,
      fixtures.iso(),
    ],
  );
  return staffId;
}

async function makeGrant(
  fixtures: Fixtures,
  staffId: string,
  grant: { role: Role; scope: Scope },
): Promise<void> {
  await fixtures.run(
    `insert into role_grant (grant_id, staff_id, role, scope_kind, scope_id, granted_by, starts_at,
      event_id) values ($1, $2, $3, $4, $5, 'test', $6, $7)`,
    [
      newId(),
      staffId,
      grant.role,
      grant.scope.kind,
      grant.scope.id ?? '',
      fixtures.iso(),
      await fixtures.event(),
    ],
  );
}

async function makeResident(fixtures: Fixtures, context: Context, givenPersonId?: string) {
  const personId = givenPersonId ?? newId();
  const accountId = newId();
  const { keys } = context;
  const values = [personId, fixtures.seal({ name: '测试' }), keys.currentId, fixtures.iso()];
  await fixtures.run(
    `insert into person (person_id, envelope, key_id, identity_basis, created_at)
     values ($1, $2, $3, 'verified', $4) on conflict do nothing`,
    values,
  );
  await fixtures.run(
    `insert into resident_account (resident_account_id, phone_index, envelope, key_id, person_id,
      verified_at, created_at) values ($1, $2, $3, $4, $5, $6, $6)`,
    [
      accountId,
      keys.index('phone-index', accountId),
      fixtures.seal({ phone: '13800000000' }),
      keys.currentId,
      personId,
      fixtures.iso(),
    ],
  );
  for (const purpose of consentPurposes) {
    const consent = [newId(), accountId, purpose, consentTexts[purpose].version, fixtures.iso()];
    await fixtures.run(
      `insert into consent (consent_id, resident_account_id, purpose, version, answer, answered_at)
       values ($1, $2, $3, $4, 'agreed', $5)`,
      consent,
    );
  }
  return { personId, accountId };
}

async function makeTill(fixtures: Fixtures, context: Context, shopId: string) {
  const terminalId = newId();
  const secret = randomBytes(32);
  await fixtures.run(
    `insert into terminal (terminal_id, shop_id, label, secret, key_id, state, bound_at)
     values ($1, $2, '一号机', $3, $4, 'bound', $5)`,
    [
      terminalId,
      shopId,
      context.keys.seal(secret.toString('base64')),
      context.keys.currentId,
      fixtures.iso(),
    ],
  );
  const cashierId = await makeStaff(fixtures, context.keys.currentId, undefined);
  await fixtures.run(
    `insert into cashier (shop_id, staff_id, state, since) values ($1, $2, 'active', $3)`,
    [shopId, cashierId, fixtures.iso()],
  );
  return { terminalId, secret, cashierId };
}

/** People of every kind, signed in without ceremony. */
function makePeople(context: Context, fixtures: Fixtures) {
  const signInStaff = async (role: Role, scope: Scope, organisationId?: string) => {
    const staffId = await makeStaff(fixtures, context.keys.currentId, organisationId);
    await makeGrant(fixtures, staffId, { role, scope });
    const token = await fixtures.token('staff', 'staff_id', [staffId]);
    return Object.assign(bearer(token), { staffId }) satisfies TestStaff;
  };
  const signInResident = async (personId?: string) => {
    const made = await makeResident(fixtures, context, personId);
    const token = await fixtures.token('resident', 'resident_account_id', [made.accountId]);
    return Object.assign(bearer(token), made) satisfies TestResident;
  };
  const terminal = async (shopId: string) => {
    const { terminalId, secret, cashierId } = await makeTill(fixtures, context, shopId);
    const cashier = await fixtures.token('till', 'staff_id', [cashierId, terminalId]);
    const signOnly: As = (request) => {
      const nonce = randomBytes(16).toString('base64url');
      const signed = { ...request, timestamp: context.clock(), nonce };
      return { authorization: signRequest(terminalId, secret, signed) };
    };
    const as: As = (request) => ({ ...signOnly(request), 'huiquan-cashier': cashier });
    return Object.assign(as, { terminalId, cashierId, signOnly }) satisfies TestTill;
  };
  return { signInStaff, signInResident, terminal };
}

/**
 * The real server on a database of its own, for the tests of a feature: requests by the contract's
 * routes, people of any role signed in without ceremony, a clock that the test sets.
 */
export async function testApp(
  features: readonly Feature[],
  given: Ending & {
    readonly config?: Partial<Config>;
    readonly groupRules?: GroupRules;
  } = {},
) {
  const database = await testDatabase(given);
  const db = openDb({ url: database.appUrl, max: 6 });
  const keys = makeKeys(testMode.masterKeys);
  const lines: string[] = [];
  let now: Instant | undefined;
  const clock = () => now ?? instant(Date.now());
  const captchaKeys = makeCaptchaKeys({ id: '1', secret: keys.derive('captcha') });
  const sandboxes = {
    sms: makeSmsSandbox(),
    identity: makeIdentitySandbox(),
    bank: makeBankSandbox({ now: clock }),
    paymentNetwork: makePaymentNetworkSandbox({ now: clock }),
    location: makeLocationSandbox(),
    documents: makeDocumentSandbox(),
    captcha: makeCaptchaSandbox(captchaKeys),
  };
  const context = makeContext({
    db,
    keys,
    config: { ...testMode, ...given.config },
    ports: { ...sandboxes, captchaKeys },
    clock,
    log: makeLog('info', (line) => void lines.push(line)),
    groupRules: given.groupRules,
  });
  const app = await buildServer(context, features);
  const fixtures = makeFixtures(context, database.migratorUrl, clock);
  const people = makePeople(context, fixtures);
  return {
    app,
    context,
    db,
    keys,
    database,
    /** The sandboxes behind the ports. */
    sandboxes,
    /** Log lines so far. */
    lines,
    /** Direct SQL as the owner of the tables: to prepare and to look, never what is tested. */
    sql: (text: string, values: readonly unknown[] = []) => fixtures.run(text, values),
    request: (route: Route, sent: Sent = {}, as?: As) => send(app, route, sent, as),
    raw: (options: InjectOptions) => inject(app, options),
    organisation: (given: Parameters<typeof makeOrganisation>[1] = {}) =>
      makeOrganisation(fixtures, given),
    grant: (staffId: string, role: Role, scope: Scope) =>
      makeGrant(fixtures, staffId, { role, scope }),
    ...people,
    /** Sets the clock of the database and of this process; undefined lets it run. */
    setClock: async (at: Instant | undefined) => {
      now = at;
      if (at === undefined) await fixtures.run('delete from clock_override', []);
      else await fixtures.run(stopClock, [instantText(at)]);
    },
    drop: async () => {
      await app.close();
      await fixtures.pool.end();
      await closeDb(db);
      await database.drop();
    },
  };
}

export type TestApp = Awaited<ReturnType<typeof testApp>>;
