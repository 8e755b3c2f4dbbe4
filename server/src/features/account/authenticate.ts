import type { Grant, GrantScope, Role } from '@huiquan/domain/access.ts';
import { consentPurposes, consentTexts } from '@huiquan/domain/consent/texts.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import { makeGroup, type Settled } from '../../db/group.ts';
import type { Db } from '../../db/pool.ts';
import { glance, type Actor, type Asking, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Authenticator, Credentials } from '../../http/credentials.ts';
import type { Principal, Session, Till } from '../../http/principal.ts';
import type { Keys } from '../../keys.ts';
import { signedTills } from './signed-request.ts';
import { isBound, isCashierOf } from './till.ts';

const sql = twin(import.meta.url);

type SessionRow = {
  sessionId: string;
  kind: 'staff' | 'resident' | 'till';
  staffId: string | null;
  residentAccountId: string | null;
  terminalId: string | null;
  deviceHash: Buffer | null;
  signedInAt: Instant;
  secondFactorAt: Instant | null;
  expiresAt: Instant;
  organisationId: string | null;
  organisationPath: string | null;
  personId: string | null;
  /** `purpose version` of what the resident has agreed to, by commas; null where he has not. */
  agreed: string | null;
};

/** A session found by its token; `isCashier` where its holder works at the shop of its till. */
type FoundSession = SessionRow & {
  /** Which of the tokens asked for it is, from 1. */
  readonly place: number;
  readonly isCashier: boolean;
};

type GrantRow = {
  role: Role;
  scopeKind: GrantScope['kind'];
  scopeId: string;
  endsAt: Instant | null;
  scopePath: string | null;
  programmeIds: string[] | null;
};

const publicActor: Actor = { kind: 'public', id: 'public' };

function scopeOf(row: GrantRow): GrantScope | undefined {
  const programmeIds = row.programmeIds ?? [];
  switch (row.scopeKind) {
    case 'organisation':
      return row.scopePath === null
        ? undefined
        : { kind: 'organisation', path: row.scopePath, programmeIds };
    case 'programme':
      return { kind: 'programme', programmeId: row.scopeId };
    case 'party':
      return { kind: 'party', programmeIds };
    case 'merchant':
      return { kind: 'merchant', merchantId: row.scopeId };
    case 'shop':
      return { kind: 'shop', shopId: row.scopeId };
    case 'channel':
      return { kind: 'channel', channel: row.scopeId, programmeIds };
    case 'industry':
      return { kind: 'industry', industry: row.scopeId, programmeIds };
    case 'everything':
      return { kind: 'everything' };
    case 'person':
      return undefined;
  }
}

async function grantsOf(asking: Asking, row: SessionRow, staffId: string): Promise<Grant[]> {
  const rows = await asking.rows<GrantRow>(sql('listGrants'), { staffId });
  return rows.flatMap((grant) => {
    const scope = scopeOf(grant);
    if (scope === undefined) return [];
    return [
      {
        role: grant.role,
        scope,
        holderId: staffId,
        ...(grant.endsAt === null ? {} : { endsAt: grant.endsAt }),
        ...(row.organisationId === null ? {} : { organisationId: row.organisationId }),
        ...(row.organisationPath === null ? {} : { organisationPath: row.organisationPath }),
      },
    ];
  });
}

function sessionOf(row: SessionRow, fromCookie: boolean): Session {
  return {
    sessionId: row.sessionId,
    signedInAt: row.signedInAt,
    secondFactorAt: row.secondFactorAt ?? undefined,
    expiresAt: row.expiresAt,
    fromCookie,
  };
}

function residentPrincipal(row: SessionRow, accountId: string, session: Session): Principal {
  const personId = row.personId ?? undefined;
  const agreed = row.agreed?.split(',') ?? [];
  return {
    kind: 'resident',
    actor: { kind: 'resident', id: accountId },
    grants: [{ role: 'RES', scope: { kind: 'person', personId }, holderId: accountId }],
    session,
    residentAccountId: accountId,
    personId,
    agreed: consentPurposes.filter((purpose) =>
      agreed.includes(`${purpose} ${consentTexts[purpose].version}`),
    ),
  };
}

async function staffPrincipal(
  asking: Asking,
  row: SessionRow,
  staffId: string,
  session: Session,
): Promise<Principal> {
  return {
    kind: 'staff',
    actor: { kind: 'staff', id: staffId },
    grants: await grantsOf(asking, row, staffId),
    session,
    staffId,
    organisationId: row.organisationId ?? undefined,
    organisationPath: row.organisationPath ?? undefined,
  };
}

type TillSession = { readonly till: Till; readonly cashierId: string; readonly session: Session };

function terminalPrincipal({ till, cashierId, session }: TillSession): Principal {
  return {
    kind: 'terminal',
    actor: { kind: 'terminal', id: till.terminalId },
    grants: [{ role: 'CSH', scope: { kind: 'shop', shopId: till.shopId }, holderId: cashierId }],
    session,
    ...till,
    cashierId,
  };
}

async function principalOf(asking: Asking, row: SessionRow, session: Session): Promise<Principal> {
  if (row.residentAccountId !== null) {
    return residentPrincipal(row, row.residentAccountId, session);
  }
  if (row.kind !== 'staff' || row.staffId === null) return refuse('session_ended');
  return staffPrincipal(asking, row, row.staffId, session);
}

function cashierAt(till: Till, row: FoundSession | undefined): Principal {
  if (row?.kind !== 'till' || row.staffId === null) return refuse('session_ended');
  if (row.terminalId !== till.terminalId) return refuse('session_binding');
  if (!row.isCashier) return refuse('session_ended');
  return terminalPrincipal({ till, cashierId: row.staffId, session: sessionOf(row, false) });
}

function publicPrincipal(till?: Till): Principal {
  return {
    kind: 'public',
    actor: publicActor,
    grants: [],
    ...(till === undefined ? {} : { till }),
  };
}

async function bySession(
  asking: Asking,
  keys: Keys,
  asked: { row: FoundSession | undefined; fromCookie: boolean; device: string | undefined },
): Promise<Principal> {
  const { row } = asked;
  if (row === undefined || row.kind === 'till') return refuse('session_ended');
  if (row.deviceHash !== null) {
    const device = asked.device === undefined ? undefined : keys.index('session', asked.device);
    if (device === undefined || !row.deviceHash.equals(device)) refuse('session_binding');
  }
  return principalOf(asking, row, sessionOf(row, asked.fromCookie));
}

async function refresh(tx: Tx, principal: Principal): Promise<Principal> {
  if (principal.kind === 'public') return principal;
  const { session } = principal;
  const { sessionId } = session;
  const row = await tx.maybe<SessionRow>(sql('findSessionById'), { sessionId });
  if (row === undefined) return refuse('session_ended');
  const fresh = sessionOf(row, session.fromCookie);
  if (principal.kind !== 'terminal') return principalOf(tx, row, fresh);
  const { terminalId, shopId, merchantId, cashierId } = principal;
  const till = { terminalId, shopId, merchantId };
  if (!(await isBound(tx, terminalId))) return refuse('session_ended');
  if (!(await isCashierOf(tx, { shopId, staffId: cashierId }))) return refuse('session_ended');
  return terminalPrincipal({ till, cashierId, session: fresh });
}

type Standing = {
  readonly sessionId: string;
  readonly personId: string | null;
  readonly shopId: string | null;
};

async function standing(
  asking: Asking,
  principals: readonly Principal[],
): Promise<ReadonlySet<string>> {
  const holders = principals.filter((one) => one.kind !== 'public');
  const sessionIds = [...new Set(holders.map((one) => one.session.sessionId))];
  const rows = await asking.rows<Standing>(sql('standingSessions'), { sessionIds });
  const found = new Map(rows.map((row) => [row.sessionId, row]));
  const isSame = (one: Exclude<Principal, { kind: 'public' }>) => {
    const row = found.get(one.session.sessionId);
    if (one.kind === 'resident')
      return row !== undefined && row.personId === (one.personId ?? null);
    return one.kind === 'terminal' && row?.shopId === one.shopId;
  };
  return new Set(holders.filter(isSame).map((one) => one.session.sessionId));
}

const bearer = /^Bearer ([A-Za-z0-9_-]{20,100})$/;
const isSigned = ({ authorization }: Credentials) =>
  authorization?.startsWith('HUIQUAN-HMAC-SHA256 ') === true;

/** The session token that the credentials bring, beside a till's signature or alone. */
function tokenOf(credentials: Credentials): string | undefined {
  if (isSigned(credentials)) return credentials.cashier;
  const { authorization, cookie } = credentials;
  return authorization === undefined ? cookie : bearer.exec(authorization)?.[1];
}

/** Runs `judge`; its refusal is the item's own. */
async function settled<T>(judge: () => T | Promise<T>): Promise<Settled<T>> {
  try {
    return { result: await judge() };
  } catch (error) {
    if (error instanceof Refusal) return { error };
    throw error;
  }
}

/** Who sends each of `asked`: sessions, tills and their nonces by one statement each. */
async function findEach(
  asking: Asking,
  keys: Keys,
  asked: readonly Credentials[],
): Promise<Settled<Principal>[]> {
  const tokenHashes = asked.map((one) => {
    const token = tokenOf(one);
    return token === undefined ? null : keys.index('session', token);
  });
  const isAsked = tokenHashes.some((hash) => hash !== null);
  const [rows, tills] = await Promise.all([
    isAsked ? asking.rows<FoundSession>(sql('findSessions'), { tokenHashes }) : [],
    signedTills(asking, keys, asked.filter(isSigned)),
  ]);
  const byPlace = new Map(rows.map((row) => [row.place, row]));
  const found: Settled<Principal>[] = [];
  for (const [index, one] of asked.entries()) {
    const row = byPlace.get(index + 1);
    found.push(
      await settled(() => {
        if (isSigned(one)) {
          const till = resultOf(tills.get(one));
          return one.cashier === undefined ? publicPrincipal(till) : cashierAt(till, row);
        }
        const fromCookie = one.authorization === undefined;
        return bySession(asking, keys, { row, fromCookie, device: one.device });
      }),
    );
  }
  return found;
}

/**
 * Tells who sends a request: a session token (cookie or `Authorization: Bearer`), a till's
 * signature with or without its cashier's session, or nobody; for all that ask at once together.
 * Refuses `session_ended`, `session_binding` (another device or till), `signature_invalid`.
 */
export function makeAuthenticator(db: Db, keys: Keys): Authenticator {
  const door = makeGroup<Credentials, Principal>({
    run: (asked) => glance(db.lanes.door, (asking) => findEach(asking, keys, asked)),
  });
  return {
    authenticate: async (credentials) =>
      credentials.authorization === undefined && credentials.cookie === undefined
        ? publicPrincipal()
        : door.submit(credentials),
    refresh,
    standing,
  };
}

function resultOf<T>(settledTill: Settled<T> | undefined): T {
  if (settledTill === undefined) return refuse('signature_invalid');
  if ('error' in settledTill) throw settledTill.error;
  return settledTill.result;
}
