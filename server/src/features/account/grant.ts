import { type Grant, type GrantScope, mayGrant, type Role } from '@huiquan/domain/access.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { type Instant, instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';

const sql = twin(import.meta.url);

export const grantableRoles = [
  'CSH',
  'MOW',
  'BUC',
  'UNI',
  'COM',
  'FIN',
  'IND',
  'BNK',
  'AUD',
  'POL',
  'CSA',
  'SYS',
] as const satisfies readonly Role[];

export const scopeKinds = [
  'organisation',
  'programme',
  'party',
  'merchant',
  'shop',
  'channel',
  'industry',
  'everything',
] as const satisfies readonly GrantScope['kind'][];

/** A role to give. `scopeId` is empty for `party` and `everything`. */
export type NewGrant = {
  readonly staffId: string;
  readonly role: (typeof grantableRoles)[number];
  readonly scopeKind: (typeof scopeKinds)[number];
  readonly scopeId: string;
  readonly endsAt: Instant | undefined;
};

type Grantee = { organisationPath: string | null; programmeIds: string[] };

type Place = { path: string; programmeIds: string[] };

async function programmesOfChannel(tx: Tx, wanted: NewGrant): Promise<readonly string[]> {
  const { staffId, scopeId: channel } = wanted;
  type Row = { readonly programmeId: string };
  const rows = await tx.rows<Row>(sql('programmesOfChannel'), { staffId, channel });
  return rows.map((row) => row.programmeId);
}

async function scopeOf(tx: Tx, wanted: NewGrant, grantee: Grantee): Promise<GrantScope> {
  const id = wanted.scopeId;
  switch (wanted.scopeKind) {
    case 'organisation': {
      const place = await tx.maybe<Place>(sql('findPlace'), { organisationId: id });
      return place === undefined ? refuse('not_found') : { kind: 'organisation', ...place };
    }
    case 'programme':
      return { kind: 'programme', programmeId: id };
    case 'party':
      return { kind: 'party', programmeIds: grantee.programmeIds };
    case 'merchant':
      return { kind: 'merchant', merchantId: id };
    case 'shop':
      return { kind: 'shop', shopId: id };
    case 'channel':
      return { kind: 'channel', channel: id, programmeIds: await programmesOfChannel(tx, wanted) };
    case 'industry':
      return { kind: 'industry', industry: id, programmeIds: grantee.programmeIds };
    case 'everything':
      return { kind: 'everything' };
  }
}

async function insertGrant(tx: Tx, wanted: NewGrant): Promise<{ grantId: string }> {
  const grantId = newId(tx.now);
  const { staffId, role, scopeKind, scopeId, endsAt } = wanted;
  await tx.execute(sql('endExpired'), { staffId, now: tx.now });
  const eventId = await record(tx, {
    kind: 'grant.created',
    subject: { kind: 'staff', id: staffId },
    body: { grantId, role, scopeKind, scopeId, endsAt: endsAt ?? null },
  });
  const inserted = await tx.execute(sql('insertGrant'), {
    grantId,
    staffId,
    role,
    scopeKind,
    scopeId,
    grantedBy: tx.actor.id,
    now: tx.now,
    endsAt: endsAt ?? null,
    eventId,
  });
  if (inserted === 0) refuse('already_registered');
  return { grantId };
}

/**
 * Gives a role to a staff account. Refuses `cannot_grant` for a role the grantor does not hold
 * himself, on a scope or for a time wider than his, to himself, or beside an administrator's or
 * auditor's role; `already_registered` for a grant that stands; `not_found`. Locks the account.
 * @policy access 5.1(4)(9)
 */
export async function grantRole(
  tx: Tx,
  grantor: readonly Grant[],
  wanted: NewGrant,
): Promise<{ grantId: string }> {
  const grantee = await tx.maybe<Grantee>(sql('findGrantee'), { staffId: wanted.staffId });
  if (grantee === undefined) return refuse('not_found');
  if (wanted.staffId === tx.actor.id) refuse('cannot_grant');
  const scope = await scopeOf(tx, wanted, grantee);
  if (!mayGrant(grantor, { role: wanted.role, scope, endsAt: wanted.endsAt })) {
    refuse('cannot_grant');
  }
  return insertGrant(tx, wanted);
}

/**
 * Gives the first role of an organisation, by the installation's own hand (command line, demo):
 * nobody could hold it yet. Refuses `already_registered`.
 */
export async function grantFirstRole(tx: Tx, wanted: NewGrant): Promise<{ grantId: string }> {
  if (tx.actor.kind !== 'system') refuse('cannot_grant');
  return insertGrant(tx, wanted);
}

type FoundGrant = {
  staffId: string;
  role: Role;
  scopeKind: NewGrant['scopeKind'];
  scopeId: string;
  scopePath: string | null;
};

/**
 * Ends a role at once. Refuses `cannot_grant` for one's own grants and for roles the revoker could
 * not give (an administrator may end any), `not_found`.
 */
export async function revokeRole(
  tx: Tx,
  revoker: readonly Grant[],
  grantId: string,
): Promise<void> {
  const found = await tx.maybe<FoundGrant>(sql('findGrant'), { grantId });
  if (found === undefined) return refuse('not_found');
  if (found.staffId === tx.actor.id) refuse('cannot_grant');
  const grantee = await tx.maybe<Grantee>(sql('findGrantee'), { staffId: found.staffId });
  const isAdministrator = revoker.some((grant) => grant.role === 'SYS');
  if (!isAdministrator) {
    const wanted = { ...found, role: found.role as NewGrant['role'], endsAt: tx.now };
    const scope = await scopeOf(
      tx,
      wanted,
      grantee ?? { organisationPath: null, programmeIds: [] },
    );
    if (!mayGrant(revoker, { role: found.role, scope, endsAt: tx.now })) refuse('cannot_grant');
  }
  await tx.execute(sql('revokeGrant'), { grantId, now: tx.now, revokedBy: tx.actor.id });
  await record(tx, {
    kind: 'grant.revoked',
    subject: { kind: 'staff', id: found.staffId },
    body: { grantId, role: found.role },
  });
}

type GrantRow = {
  grantId: string;
  role: Role;
  scopeKind: string;
  scopeId: string;
  grantedBy: string;
  startsAt: Instant;
  endsAt: Instant | null;
  revokedAt: Instant | null;
};

/** The roles an account has and had, newest first. */
export async function listGrants(tx: Tx, staffId: string) {
  const rows = await tx.rows<GrantRow>(sql('listGrantsOfStaff'), { staffId });
  return rows.map(({ startsAt, endsAt, revokedAt, ...row }) => ({
    ...row,
    startsAt: instantText(startsAt),
    ...(endsAt === null ? {} : { endsAt: instantText(endsAt) }),
    ...(revokedAt === null ? {} : { revokedAt: instantText(revokedAt) }),
  }));
}
