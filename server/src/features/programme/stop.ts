import type { Instant } from '@huiquan/domain/instant.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { ProgrammeState } from './load-plan.ts';

const sql = twin(import.meta.url);

export type Restart = {
  readonly restartId: string;
  readonly programmeId: string;
  readonly reason: string;
  readonly state: 'prepared' | 'approved' | 'rejected';
  readonly preparedBy: string;
  readonly decidedBy: string | null;
  readonly createdAt: Instant;
};

async function refuseState(tx: Tx, programmeId: string): Promise<never> {
  const row = await tx.maybe<{ state: ProgrammeState }>(sql('findState'), { programmeId });
  if (row === undefined) refuse('not_found');
  refuse('state_conflict', { state: row.state });
}

/**
 * Stops a programme at once, by one person: nothing is issued, claimed or redeemed until two
 * persons
 * start it again. Refuses `not_found`, `state_conflict` unless it is running.
 * @policy access 5.1.7
 */
export async function stopProgramme(
  tx: Tx,
  input: { readonly programmeId: string; readonly reason: string },
): Promise<void> {
  const { programmeId, reason } = input;
  const stopped = await tx.maybe(sql('stopProgramme'), { programmeId });
  if (stopped === undefined) await refuseState(tx, programmeId);
  const subject = { kind: 'programme', id: programmeId };
  await record(tx, { kind: 'programme.stopped', subject, programmeId, body: { reason } });
}

/**
 * Proposes to start a stopped programme again; another person approves it. Refuses `not_found`,
 * `state_conflict` unless it is stopped and nobody else has proposed it.
 * @policy access 5.1.7
 */
export async function prepareRestart(
  tx: Tx,
  input: { readonly programmeId: string; readonly reason: string },
): Promise<{ readonly restartId: string }> {
  const { programmeId, reason } = input;
  const row = await tx.maybe<{ state: ProgrammeState }>(sql('findState'), { programmeId });
  if (row?.state !== 'stopped') await refuseState(tx, programmeId);
  const restartId = newId();
  const preparedBy = tx.actor.id;
  const values = { restartId, programmeId, reason, preparedBy, now: tx.now };
  const inserted = await tx.maybe(sql('insertRestart'), values);
  if (inserted === undefined) refuse('state_conflict', { waiting: 'restart' });
  const subject = { kind: 'programme', id: programmeId };
  const body = { restartId, reason };
  await record(tx, { kind: 'programme.restart_prepared', subject, programmeId, body });
  return { restartId };
}

/** A proposed or decided restart. Refuses `not_found`. */
export async function getRestart(tx: Tx, restartId: string): Promise<Restart> {
  return (await tx.maybe<Restart>(sql('findRestart'), { restartId })) ?? refuse('not_found');
}

/** The restart that waits for a second person, if one does. */
export async function findWaitingRestart(
  tx: Tx,
  programmeId: string,
): Promise<Restart | undefined> {
  return tx.maybe<Restart>(sql('waitingRestart'), { programmeId });
}

/**
 * Decides a proposed restart, as another person than proposed it; an approval sets the programme
 * running again. Refuses `not_found`, `already_decided`, `separation_of_duties`, `state_conflict`
 * when the programme is no longer stopped.
 */
export async function decideRestart(
  tx: Tx,
  input: { readonly restartId: string; readonly decision: 'approved' | 'rejected' },
): Promise<{ readonly programmeId: string }> {
  const { restartId, decision } = input;
  const values = { restartId, state: decision, decidedBy: tx.actor.id };
  const row = await tx.maybe<{ programmeId: string }>(sql('decideRestart'), values);
  if (row === undefined) {
    const { state } = await getRestart(tx, restartId);
    refuse('already_decided', { state });
  }
  const { programmeId } = row;
  if (decision === 'approved') {
    const resumed = await tx.maybe(sql('resumeProgramme'), { programmeId });
    if (resumed === undefined) await refuseState(tx, programmeId);
  }
  const subject = { kind: 'programme', id: programmeId };
  await record(tx, {
    kind: `programme.restart_${decision}`,
    subject,
    programmeId,
    body: { restartId },
  });
  return { programmeId };
}
