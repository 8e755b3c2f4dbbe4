import { randomBytes } from 'node:crypto';
import { newId } from '@huiquan/domain/ids.ts';
import { type Instant, instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record, recordEach } from '../../events/record.ts';
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
  const [opened] = await openSessions(tx, keys, [holder]);
  if (opened === undefined) throw new Error('a session was not opened');
  return opened;
}

/** As `openSession` for each of `holders`, in their order. */
export async function openSessions(
  tx: Tx,
  keys: Keys,
  holders: readonly SessionHolder[],
): Promise<readonly OpenedSession[]> {
  if (holders.length === 0) return [];
  const opened = holders.map(({ kind }) => ({
    sessionId: newId(tx.now),
    token: randomBytes(32).toString('base64url'),
    expiresAt: instant(tx.now + lifetimeMs[kind]),
  }));
  await tx.execute(sql('insertSessions'), {
    sessionIds: opened.map((one) => one.sessionId),
    tokenHashes: opened.map((one) => keys.index('session', one.token)),
    expiresAt: opened.map((one) => one.expiresAt),
    kinds: holders.map((one) => one.kind),
    staffIds: holders.map((one) => one.staffId ?? null),
    residentAccountIds: holders.map((one) => one.residentAccountId ?? null),
    terminalIds: holders.map((one) => one.terminalId ?? null),
    deviceHashes: holders.map(({ device }) =>
      device === undefined ? null : keys.index('session', device),
    ),
    secondFactorAt: holders.map((one) => (one.hasSecondFactor ? tx.now : null)),
    now: tx.now,
  });
  const acts = holders.map(({ kind }, index) => ({
    kind: 'session.opened',
    subject: { kind: 'session', id: opened[index]?.sessionId ?? '' },
    body: { kind },
    actor: tx.actor,
  }));
  await recordEach(tx, acts);
  return opened;
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
