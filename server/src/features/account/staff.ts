import { newId } from '@huiquan/domain/ids.ts';
import type { Reach } from '@huiquan/domain/access.ts';
import { type Instant, instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';
import { endSessionsOfStaff } from './session.ts';
import { staffName } from './staff-name.ts';
import { newTotpSecret, totpSecretText, totpStepOf } from './totp.ts';

const sql = twin(import.meta.url);

/** What sign-in needs to know about an account. */
export type StaffSecrets = {
  readonly staffId: string;
  readonly passwordHash: string;
  readonly totpSecret: Buffer | null;
  readonly totpKeyId: number | null;
  readonly totpConfirmedAt: Instant | null;
  readonly totpLastStep: bigint | null;
};

/** The active account with this login name. */
export function findStaffByLogin(tx: Tx, loginName: string): Promise<StaffSecrets | undefined> {
  return tx.maybe<StaffSecrets>(sql('findStaffByLogin'), { loginName });
}

/** The active account; refuses `session_ended` when it was disabled. */
export async function getStaff(tx: Tx, staffId: string): Promise<StaffSecrets> {
  const row = await tx.maybe<StaffSecrets>(sql('findStaffById'), { staffId });
  return row ?? refuse('session_ended');
}

/**
 * Makes an account without any role. Refuses `already_registered` for a login name that was ever
 * taken. `organisationId` is undefined for the people of a merchant.
 */
export async function createStaff(
  tx: Tx,
  keys: Keys,
  given: {
    readonly organisationId?: string | undefined;
    readonly loginName: string;
    readonly name: string;
    readonly passwordHash: string;
  },
): Promise<{ staffId: string }> {
  const staffId = newId(tx.now);
  const inserted = await tx.execute(sql('insertStaff'), {
    staffId,
    organisationId: given.organisationId ?? null,
    loginName: given.loginName,
    envelope: keys.seal(JSON.stringify({ name: given.name })),
    keyId: keys.currentId,
    passwordHash: given.passwordHash,
    createdBy: tx.actor.id,
    now: tx.now,
  });
  if (inserted === 0) refuse('already_registered');
  await record(tx, {
    kind: 'staff.created',
    subject: { kind: 'staff', id: staffId },
    body: { organisationId: given.organisationId ?? null },
  });
  return { staffId };
}

/** Disables an account and ends its sessions; refuses `not_found`. */
export async function disableStaff(tx: Tx, staffId: string): Promise<void> {
  const done = await tx.execute(sql('disableStaff'), { staffId });
  if (done === 0) refuse('not_found');
  await endSessionsOfStaff(tx, staffId);
  await record(tx, { kind: 'staff.disabled', subject: { kind: 'staff', id: staffId } });
}

/** A new first password and no second factor; ends all sessions. The holder enrols again. */
export async function resetStaff(tx: Tx, staffId: string, passwordHash: string): Promise<void> {
  const done = await tx.execute(sql('resetTotp'), { staffId, passwordHash });
  if (done === 0) refuse('not_found');
  await endSessionsOfStaff(tx, staffId);
  await record(tx, { kind: 'staff.reset', subject: { kind: 'staff', id: staffId } });
}

/** Sets a new password and ends every other session. */
export async function setPassword(
  tx: Tx,
  given: { readonly staffId: string; readonly sessionId: string; readonly passwordHash: string },
): Promise<void> {
  const { staffId, passwordHash } = given;
  await tx.execute(sql('setPassword'), { staffId, passwordHash });
  await endSessionsOfStaff(tx, staffId, given.sessionId);
  await record(tx, { kind: 'staff.password_changed', subject: { kind: 'staff', id: staffId } });
}

/** Whether a confirmed second factor stands on the account. */
export function hasTotp(staff: StaffSecrets): boolean {
  return staff.totpConfirmedAt !== null;
}

/** Whether `code` is good now; a step is used up by it, so no code works twice. */
export async function spendTotp(
  tx: Tx,
  keys: Keys,
  given: { readonly staff: StaffSecrets; readonly code: string },
): Promise<boolean> {
  const { staffId, totpSecret, totpKeyId, totpLastStep } = given.staff;
  if (totpSecret === null || totpKeyId === null) return false;
  const secret = Buffer.from(keys.open(totpSecret, totpKeyId), 'base64');
  const lastStep = Number(totpLastStep ?? -1n);
  const step = totpStepOf(secret, given.code, { now: tx.now, lastStep });
  if (step === undefined) return false;
  return (await tx.execute(sql('spendTotpStep'), { staffId, step })) === 1;
}

/**
 * Gives the account a second factor to be confirmed by its first code. Refuses `state_conflict`
 * where one is confirmed: only a reset takes it away.
 */
export async function enrolTotp(
  tx: Tx,
  keys: Keys,
  staffId: string,
): Promise<{ secret: string; uri: string }> {
  const secret = newTotpSecret();
  const sealed = keys.seal(secret.toString('base64'));
  const values = { staffId, secret: sealed, keyId: keys.currentId };
  if ((await tx.execute(sql('setTotpSecret'), values)) === 0) refuse('state_conflict');
  const text = totpSecretText(secret);
  const uri = `otpauth://totp/Huiquan:${staffId}?secret=${text}&issuer=Huiquan&period=30&digits=6`;
  return { secret: text, uri };
}

/** Confirms the second factor by its first code; refuses `invalid_credentials`. */
export async function confirmTotp(
  tx: Tx,
  keys: Keys,
  given: { readonly staffId: string; readonly code: string },
): Promise<void> {
  const staff = await getStaff(tx, given.staffId);
  if (hasTotp(staff)) refuse('state_conflict');
  if (!(await spendTotp(tx, keys, { staff, code: given.code }))) refuse('invalid_credentials');
  await tx.execute(sql('confirmTotp'), { staffId: given.staffId, now: tx.now });
  await record(tx, { kind: 'staff.totp_confirmed', subject: { kind: 'staff', id: given.staffId } });
}

/** Where an account stands; refuses `not_found`. */
export async function getStaffScope(
  tx: Tx,
  staffId: string,
): Promise<{ organisationPath?: string }> {
  const row = await tx.maybe<{ organisationPath: string | null }>(sql('findStaffScope'), {
    staffId,
  });
  if (row === undefined) return refuse('not_found');
  return row.organisationPath === null ? {} : { organisationPath: row.organisationPath };
}

type StaffRow = {
  staffId: string;
  loginName: string;
  state: string;
  organisationId: string | null;
  envelope: Buffer;
  keyId: number;
  createdAt: Instant;
  hasSecondFactor: boolean;
};

/** Accounts within `reach`, newest first. */
export async function listStaff(
  tx: Tx,
  keys: Keys,
  at: { readonly reach: Reach; readonly before: string | undefined; readonly limit: number },
) {
  const rows = await tx.rows<StaffRow>(sql('listStaff'), {
    everything: at.reach.everything,
    paths: at.reach.organisationPaths,
    before: at.before ?? null,
    limit: at.limit,
  });
  return rows.map(({ envelope, keyId, createdAt, organisationId, ...row }) => ({
    ...row,
    name: staffName(keys, { envelope, keyId }),
    createdAt: instantText(createdAt),
    ...(organisationId === null ? {} : { organisationId }),
  }));
}
