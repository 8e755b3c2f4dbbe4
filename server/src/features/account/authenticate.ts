import type { Grant, GrantScope, Role } from '@huiquan/domain/access.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Authenticator, Credentials } from '../../http/credentials.ts';
import type { Principal, Session, Till } from '../../http/principal.ts';
import type { Keys } from '../../keys.ts';
import { signedTill } from './signed-request.ts';
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
  switch (row.scopeKind) {
    case 'organisation':
      return row.scopePath === null ? undefined : { kind: 'organisation', path: row.scopePath };
    case 'programme':
      return { kind: 'programme', programmeId: row.scopeId };
    case 'party':
      return { kind: 'party', programmeIds: row.programmeIds ?? [] };
    case 'merchant':
      return { kind: 'merchant', merchantId: row.scopeId };
    case 'shop':
      return { kind: 'shop', shopId: row.scopeId };
    case 'channel':
      return { kind: 'channel', channel: row.scopeId };
    case 'industry':
      return { kind: 'industry', industry: row.scopeId };
    case 'everything':
      return { kind: 'everything' };
    case 'person':
      return undefined;
  }
}

async function grantsOf(tx: Tx, row: SessionRow, staffId: string): Promise<Grant[]> {
  const rows = await tx.rows<GrantRow>(sql('listGrants'), { staffId });
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
  return {
    kind: 'resident',
    actor: { kind: 'resident', id: accountId },
    grants: [{ role: 'RES', scope: { kind: 'person', personId }, holderId: accountId }],
    session,
    residentAccountId: accountId,
    personId,
  };
}

async function staffPrincipal(
  tx: Tx,
  row: SessionRow,
  staffId: string,
  session: Session,
): Promise<Principal> {
  return {
    kind: 'staff',
    actor: { kind: 'staff', id: staffId },
    grants: await grantsOf(tx, row, staffId),
    session,
    staffId,
    organisationId: row.organisationId ?? undefined,
    organisationPath: row.organisationPath ?? undefined,
  };
}

type TillSession = { readonly till: Till; readonly cashierId: string; readonly session: Session };

async function tillPrincipal(tx: Tx, { till, cashierId, session }: TillSession) {
  const works = await isCashierOf(tx, { shopId: till.shopId, staffId: cashierId });
  if (!works) refuse('session_ended');
  const principal: Principal = {
    kind: 'terminal',
    actor: { kind: 'terminal', id: till.terminalId },
    grants: [{ role: 'CSH', scope: { kind: 'shop', shopId: till.shopId }, holderId: cashierId }],
    session,
    ...till,
    cashierId,
  };
  return principal;
}

async function principalOf(tx: Tx, row: SessionRow, session: Session): Promise<Principal> {
  if (row.residentAccountId !== null) {
    return residentPrincipal(row, row.residentAccountId, session);
  }
  if (row.kind !== 'staff' || row.staffId === null) return refuse('session_ended');
  return staffPrincipal(tx, row, row.staffId, session);
}

async function cashierAt(tx: Tx, keys: Keys, till: Till, token: string): Promise<Principal> {
  const tokenHash = keys.index('session', token);
  const row = await tx.maybe<SessionRow>(sql('findSession'), { tokenHash });
  if (row?.kind !== 'till' || row.staffId === null) return refuse('session_ended');
  if (row.terminalId !== till.terminalId) return refuse('session_binding');
  return tillPrincipal(tx, { till, cashierId: row.staffId, session: sessionOf(row, false) });
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
  tx: Tx,
  keys: Keys,
  given: { token: string; fromCookie: boolean; device: string | undefined },
): Promise<Principal> {
  const tokenHash = keys.index('session', given.token);
  const row = await tx.maybe<SessionRow>(sql('findSession'), { tokenHash });
  if (row === undefined || row.kind === 'till') return refuse('session_ended');
  if (row.deviceHash !== null) {
    const device = given.device === undefined ? undefined : keys.index('session', given.device);
    if (device === undefined || !row.deviceHash.equals(device)) refuse('session_binding');
  }
  return principalOf(tx, row, sessionOf(row, given.fromCookie));
}

async function refresh(tx: Tx, principal: Principal): Promise<Principal> {
  if (principal.kind === 'public') return principal;
  const { session } = principal;
  const row = await tx.maybe<SessionRow>(sql('findSessionById'), {
    sessionId: session.sessionId,
    now: tx.now,
  });
  if (row === undefined) return refuse('session_ended');
  const fresh = sessionOf(row, session.fromCookie);
  if (principal.kind !== 'terminal') return principalOf(tx, row, fresh);
  const { terminalId, shopId, merchantId, cashierId } = principal;
  const till = { terminalId, shopId, merchantId };
  if (!(await isBound(tx, terminalId))) return refuse('session_ended');
  return tillPrincipal(tx, { till, cashierId, session: fresh });
}

/**
 * Tells who sends a request: a session token (cookie or `Authorization: Bearer`), a till's
 * signature with or without its cashier's session, or nobody. Refuses `session_ended`,
 * `session_binding` (another device or till), `signature_invalid`.
 */
export function makeAuthenticator(db: Db, keys: Keys): Authenticator {
  const find = (credentials: Credentials) =>
    transact(db, publicActor, async (tx) => {
      const { authorization, cookie, device } = credentials;
      if (authorization?.startsWith('HUIQUAN-HMAC-SHA256 ') === true) {
        const till = await signedTill(tx, keys, credentials);
        return credentials.cashier === undefined
          ? publicPrincipal(till)
          : cashierAt(tx, keys, till, credentials.cashier);
      }
      if (authorization !== undefined) {
        const token = /^Bearer ([A-Za-z0-9_-]{20,100})$/.exec(authorization)?.[1];
        if (token === undefined) return refuse('session_ended');
        return bySession(tx, keys, { token, fromCookie: false, device });
      }
      if (cookie === undefined) return publicPrincipal();
      return bySession(tx, keys, { token: cookie, fromCookie: true, device });
    });
  return {
    authenticate: async (credentials) =>
      credentials.authorization === undefined && credentials.cookie === undefined
        ? publicPrincipal()
        : find(credentials),
    refresh,
  };
}
