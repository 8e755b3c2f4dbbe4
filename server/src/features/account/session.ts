import { randomBytes } from 'node:crypto';
import { newId } from '@huiquan/domain/ids.ts';
import { type Instant, instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';

const sql = twin(import.meta.url);
const hourMs = 3_600_000;

/** How long a sign-in lasts at most. */
const lifetimeMs = { staff: 12 * hourMs, till: 12 * hourMs, resident: 30 * 24 * hourMs } as const;

/** Whose session, and where. */
export type SessionHolder = {
  readonly kind: 'staff' | 'resident' | 'till';
  readonly staffId?: string;
  readonly residentAccountId?: string;
  readonly terminalId?: string;
  /** Binds the session to the device that names itself so. */
  readonly device?: string | undefined;
  readonly hasSecondFactor: boolean;
};

/** A session as its holder gets it: the token is shown once and kept nowhere. */
export type OpenedSession = {
  readonly sessionId: string;
  readonly token: string;
  readonly expiresAt: Instant;
};

/** Opens a session with a fresh token of 256 bits. */
export async function openSession(
  tx: Tx,
  keys: Keys,
  holder: SessionHolder,
): Promise<OpenedSession> {
  const sessionId = newId(tx.now);
  const token = randomBytes(32).toString('base64url');
  const expiresAt = instant(tx.now + lifetimeMs[holder.kind]);
  await tx.execute(sql('insertSession'), {
    sessionId,
    tokenHash: keys.index('session', token),
    kind: holder.kind,
    staffId: holder.staffId ?? null,
    residentAccountId: holder.residentAccountId ?? null,
    terminalId: holder.terminalId ?? null,
    deviceHash: holder.device === undefined ? null : keys.index('session', holder.device),
    now: tx.now,
    secondFactorAt: holder.hasSecondFactor ? tx.now : null,
    expiresAt,
  });
  const subject = { kind: 'session', id: sessionId };
  await record(tx, { kind: 'session.opened', subject, body: { kind: holder.kind } });
  return { sessionId, token, expiresAt };
}

/** Ends a session: its next request is refused `session_ended`. */
export async function endSession(tx: Tx, sessionId: string): Promise<void> {
  const ended = await tx.execute(sql('endSession'), { sessionId, now: tx.now });
  if (ended === 0) return;
  await record(tx, { kind: 'session.ended', subject: { kind: 'session', id: sessionId } });
}

/** Ends every session of a staff member but `exceptId`. */
export async function endSessionsOfStaff(
  tx: Tx,
  staffId: string,
  exceptId: string = newId(),
): Promise<void> {
  await tx.execute(sql('endSessionsOfStaff'), { staffId, exceptId, now: tx.now });
}

/** Ends whoever is signed in at a till. */
export async function endSessionsAtTill(tx: Tx, terminalId: string): Promise<void> {
  await tx.execute(sql('endSessionsAtTill'), { terminalId, now: tx.now });
}

/** Notes that the holder proved himself again, with both factors. */
export async function refreshSession(tx: Tx, sessionId: string): Promise<void> {
  await tx.execute(sql('refreshSession'), { sessionId, now: tx.now });
}

/** Whether the staff member has been signed in from this device before. */
export async function isKnownDevice(
  tx: Tx,
  keys: Keys,
  at: { readonly staffId: string; readonly device: string },
): Promise<boolean> {
  const deviceHash = keys.index('session', at.device);
  const values = { staffId: at.staffId, deviceHash };
  return (await tx.one<{ isKnown: boolean }>(sql('isKnownDevice'), values)).isKnown;
}
