import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Verdict } from '@huiquan/domain/settlement/match.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';

const sql = twin(import.meta.url);

export type ExceptionSource = 'bank_receipt' | 'bank_statement' | 'network_file' | 'network_notice';

/**
 * How an exception ends. `explained` moves nothing; `was_paid` and `was_not_paid` say what truly
 * became of the payment it is about, and new entries follow.
 */
export type Resolution = 'explained' | 'was_paid' | 'was_not_paid';

/** A contradiction between us and the bank or the payment network. */
export type ReconciliationException = {
  readonly exceptionId: string;
  readonly programmeId: string;
  readonly bankLineId: string | null;
  readonly payoutId: string | null;
  readonly returnId: string | null;
  readonly redemptionId: string | null;
  readonly verdict: Verdict;
  readonly source: ExceptionSource;
  readonly details: Readonly<Record<string, unknown>>;
  readonly state: 'open' | 'closed';
  readonly resolution: Resolution | null;
  readonly note: string | null;
  readonly proposedBy: string | null;
  readonly closedBy: string | null;
  readonly createdAt: Instant;
  readonly closedAt: Instant | null;
};

type Found = {
  readonly programmeId: string;
  readonly source: ExceptionSource;
  readonly verdict: Verdict;
  /** What contradicts what, the same words whenever it is seen again. */
  readonly subjectKey: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly bankLineId?: string | undefined;
  readonly payoutId?: string | undefined;
  readonly returnId?: string | undefined;
  readonly redemptionId?: string | undefined;
};

/**
 * Puts a contradiction on the list, once: seen again it adds nothing. Answers whether it was new.
 * `details` are figures and ids, never personal data.
 */
export async function raiseException(tx: Tx, found: Found): Promise<boolean> {
  const { programmeId, payoutId, returnId, redemptionId, bankLineId, ...rest } = found;
  const inserted = await tx.maybe<{ exceptionId: string }>(sql('insertException'), {
    ...rest,
    exceptionId: newId(tx.now),
    programmeId,
    payoutId: payoutId ?? null,
    returnId: returnId ?? null,
    redemptionId: redemptionId ?? null,
    bankLineId: bankLineId ?? null,
    now: tx.now,
  });
  if (inserted === undefined) return false;
  const { verdict, source, subjectKey, details } = found;
  await record(tx, {
    kind: 'reconciliation.exception',
    subject: { kind: 'reconciliation_exception', id: inserted.exceptionId },
    programmeId,
    body: { verdict, source, subjectKey, ...details },
  });
  return true;
}

/** An exception. Refuses `not_found`. */
export async function getException(tx: Tx, exceptionId: string): Promise<ReconciliationException> {
  const found = await tx.maybe<ReconciliationException>(sql('findException'), { exceptionId });
  return found ?? refuse('not_found');
}

/** An open exception, locked. Refuses `not_found`, `already_decided`. */
export async function lockOpenException(
  tx: Tx,
  exceptionId: string,
): Promise<ReconciliationException> {
  const found = await tx.maybe<ReconciliationException>(sql('lockException'), { exceptionId });
  if (found === undefined) refuse('not_found');
  if (found.state === 'closed') refuse('already_decided');
  return found;
}

/** A page of a programme's exceptions, oldest first. */
export async function listExceptions(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly state?: 'open' | 'closed' | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly ReconciliationException[]> {
  const after = asked.after ?? '00000000-0000-0000-0000-000000000000';
  const values = { ...asked, state: asked.state ?? null, after };
  return tx.rows<ReconciliationException>(sql('listExceptions'), values);
}

/**
 * A first person says how an exception ends; nothing moves until a second one agrees
 * (`closeException`). Refuses `not_found`, `already_decided`, and `state_conflict` for a resolution
 * that needs a payment where there is none.
 * @policy S2
 */
export async function proposeClosing(
  tx: Tx,
  input: {
    readonly exceptionId: string;
    readonly resolution: Resolution;
    readonly note: string;
  },
): Promise<void> {
  const { exceptionId, resolution, note } = input;
  const found = await lockOpenException(tx, exceptionId);
  const isAboutPayment = found.payoutId ?? found.returnId ?? found.redemptionId;
  if (resolution !== 'explained' && isAboutPayment === null) refuse('state_conflict');
  const values = { exceptionId, resolution, note, proposedBy: tx.actor.id, now: tx.now };
  await tx.execute(sql('proposeClosing'), values);
  await record(tx, {
    kind: 'reconciliation.closing_proposed',
    subject: { kind: 'reconciliation_exception', id: exceptionId },
    programmeId: found.programmeId,
    body: { resolution, note },
  });
}

/** Ends a locked exception as it was proposed and records it; answers the event for its entries. */
export async function endException(tx: Tx, found: ReconciliationException): Promise<bigint> {
  const { exceptionId, programmeId, resolution } = found;
  const values = { exceptionId, closedBy: tx.actor.id, now: tx.now };
  if ((await tx.execute(sql('closeException'), values)) !== 1) refuse('already_decided');
  return record(tx, {
    kind: 'reconciliation.exception_closed',
    subject: { kind: 'reconciliation_exception', id: exceptionId },
    programmeId,
    body: { resolution },
  });
}
