import type { Instant } from '@huiquan/domain/instant.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Fen } from '@huiquan/domain/fen.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { currentPlan, namedParties } from '../programme/load-plan.ts';
import type { UnmatchedReason } from './bank-line-match.ts';
import { postConfirmedOrder } from './funding-order.ts';

const sql = twin(import.meta.url);

/** What shows that a funder's money is there: a bank line, or the signed paper that pays it ahead. */
export type Evidence =
  | { readonly basis: 'bank_line'; readonly bankLineId: string }
  | {
      readonly basis: 'preallocation';
      readonly documentNumber: string;
      /** SHA-256 of the signed document's scan. */
      readonly documentDigest: Buffer;
    };

export type Confirmation = {
  readonly confirmationId: string;
  readonly fundingOrderId: string;
  readonly programmeId: string;
  readonly funderPath: string;
  readonly basis: Evidence['basis'];
  readonly bankLineId: string | null;
  readonly documentNumber: string | null;
  readonly isExact: boolean;
  readonly note: string;
  readonly state: 'prepared' | 'approved' | 'rejected';
  readonly preparedBy: string;
  readonly decidedBy: string | null;
  readonly createdAt: Instant;
};

type LockedOrder = {
  readonly programmeId: string;
  readonly totalFen: Fen;
  readonly state: string;
  readonly accountNumber: string;
};

async function lockOpenOrder(tx: Tx, fundingOrderId: string): Promise<LockedOrder> {
  const order = await tx.maybe<LockedOrder>(sql('lockOrder'), { fundingOrderId });
  if (order === undefined) refuse('not_found');
  if (order.state !== 'open') refuse('already_decided', { state: order.state });
  return order;
}

async function requireFreeLine(tx: Tx, bankLineId: string, order: LockedOrder): Promise<void> {
  type Row = { accountNumber: string; amountFen: Fen; direction: string; state: string };
  const line = await tx.maybe<Row>(sql('lockLine'), { bankLineId });
  if (line === undefined || line.accountNumber !== order.accountNumber) refuse('not_found');
  if (line.direction !== 'in') refuse('invalid_rule', { direction: line.direction });
  if (line.state !== 'unmatched') refuse('already_decided', { line: line.state });
  if (line.amountFen !== order.totalFen) {
    refuse('invalid_rule', { differenceFen: line.amountFen - order.totalFen });
  }
}

/**
 * Proposes that an order's money has arrived: by a bank line that somebody chose for it, or by the
 * signed paper with which money is allotted ahead to a special account. Nothing is spendable before
 * another person approves it. The chosen line must be on the order's account with the order's
 * amount. Locks the order, then the line. Refuses `not_found`, `already_decided`, `invalid_rule`,
 * `state_conflict` while another confirmation of the order or line waits.
 * @policy SM23 十一(一) 预拨, requirement F1; inv-7
 */
export async function prepareConfirmation(
  tx: Tx,
  input: {
    readonly fundingOrderId: string;
    readonly evidence: Evidence;
    readonly note: string;
  },
): Promise<{ readonly confirmationId: string }> {
  const { fundingOrderId, evidence, note } = input;
  const order = await lockOpenOrder(tx, fundingOrderId);
  if (evidence.basis === 'bank_line') await requireFreeLine(tx, evidence.bankLineId, order);
  const state = 'prepared' as const;
  const confirmationId = await insert(tx, {
    fundingOrderId,
    evidence,
    note,
    state,
    isExact: false,
  });
  if (confirmationId === undefined) refuse('state_conflict', { waiting: 'confirmation' });
  await record(tx, {
    kind: 'funding_order.confirmation_prepared',
    subject: { kind: 'funding_order', id: fundingOrderId },
    programmeId: order.programmeId,
    body: { confirmationId, ...evidenceBody(evidence) },
  });
  return { confirmationId };
}

async function insert(
  tx: Tx,
  row: {
    readonly fundingOrderId: string;
    readonly evidence: Evidence;
    readonly note: string;
    readonly state: Confirmation['state'];
    readonly isExact: boolean;
  },
): Promise<string | undefined> {
  const { evidence } = row;
  const paper = evidence.basis === 'preallocation' ? evidence : undefined;
  const inserted = await tx.maybe<{ confirmationId: string }>(sql('insertConfirmation'), {
    confirmationId: newId(),
    fundingOrderId: row.fundingOrderId,
    basis: evidence.basis,
    bankLineId: evidence.basis === 'bank_line' ? evidence.bankLineId : null,
    documentNumber: paper?.documentNumber ?? null,
    documentDigest: paper?.documentDigest ?? null,
    isExact: row.isExact,
    note: row.note,
    state: row.state,
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  return inserted?.confirmationId;
}

function evidenceBody(evidence: Evidence): Readonly<Record<string, unknown>> {
  if (evidence.basis === 'bank_line') return { bankLineId: evidence.bankLineId };
  const { documentNumber, documentDigest } = evidence;
  return { documentNumber, documentDigest: documentDigest.toString('hex') };
}

/**
 * Approves a proposed confirmation, by another person than prepared it, and posts the money. Refuses
 * `not_found`, `already_decided`, `separation_of_duties`.
 * @policy inv-7, inv-45
 */
export async function approveConfirmation(
  tx: Tx,
  input: { readonly confirmationId: string },
): Promise<{ readonly fundingOrderId: string }> {
  const { confirmationId } = input;
  const found = await getConfirmation(tx, confirmationId);
  await tx.maybe(sql('lockOrder'), { fundingOrderId: found.fundingOrderId });
  await decide(tx, found, 'approved');
  const { fundingOrderId, bankLineId, programmeId } = found;
  const eventId = await record(tx, {
    kind: 'funding_order.confirmed',
    subject: { kind: 'funding_order', id: fundingOrderId },
    programmeId,
    body: { confirmationId, bankLineId },
  });
  if (bankLineId !== null) await markMatched(tx, bankLineId, fundingOrderId);
  await postConfirmedOrder(tx, { fundingOrderId, eventId });
  return { fundingOrderId };
}

/** Rejects a proposed confirmation; the order stays open. Refuses `not_found`, `already_decided`. */
export async function rejectConfirmation(
  tx: Tx,
  input: { readonly confirmationId: string; readonly reason: string },
): Promise<void> {
  const found = await getConfirmation(tx, input.confirmationId);
  await decide(tx, found, 'rejected');
  await record(tx, {
    kind: 'funding_order.confirmation_rejected',
    subject: { kind: 'funding_order', id: found.fundingOrderId },
    programmeId: found.programmeId,
    body: { confirmationId: found.confirmationId, reason: input.reason },
  });
}

async function decide(
  tx: Tx,
  { confirmationId }: Confirmation,
  state: 'approved' | 'rejected',
): Promise<void> {
  const values = { confirmationId, state, decidedBy: tx.actor.id };
  const row = await tx.maybe(sql('decide'), values);
  if (row === undefined) refuse('already_decided');
}

/** A confirmation. Refuses `not_found`. */
export async function getConfirmation(tx: Tx, confirmationId: string): Promise<Confirmation> {
  const found = await tx.maybe<Confirmation>(sql('findConfirmation'), { confirmationId });
  return found ?? refuse('not_found');
}

/** A page of a programme's confirmations, oldest first. */
export async function listConfirmations(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly state?: Confirmation['state'] | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly Confirmation[]> {
  return tx.rows<Confirmation>(sql('listConfirmations'), {
    programmeId: asked.programmeId,
    state: asked.state ?? null,
    after: asked.after ?? '00000000-0000-0000-0000-000000000000',
    limit: asked.limit,
  });
}

/** What became of an exact match. */
export type MatchOutcome = 'confirmed' | 'waits_for_approval' | 'order_taken';

/**
 * Takes a bank line that fits exactly one open order: confirmed at once, or, where the plan names
 * who approves `confirm_money`, proposed for their approval. `order_taken` when the order was
 * decided or another line waits for it meanwhile. Posts under `eventId`. Locks the order.
 */
export async function takeExactMatch(
  tx: Tx,
  match: {
    readonly fundingOrderId: string;
    readonly bankLineId: string;
    readonly eventId: bigint;
  },
): Promise<MatchOutcome> {
  const { fundingOrderId, bankLineId, eventId } = match;
  const order = await tx.one<LockedOrder>(sql('lockOrder'), { fundingOrderId });
  if (order.state !== 'open') return 'order_taken';
  const { plan } = await currentPlan(tx, order.programmeId);
  const needsApproval = namedParties(plan, 'confirm_money', 'approve') !== undefined;
  const state = needsApproval ? 'prepared' : 'approved';
  const evidence = { basis: 'bank_line', bankLineId } as const;
  const row = { fundingOrderId, evidence, note: '', state, isExact: true } as const;
  if ((await insert(tx, row)) === undefined) return 'order_taken';
  if (needsApproval) return 'waits_for_approval';
  await markMatched(tx, bankLineId, fundingOrderId);
  await postConfirmedOrder(tx, { fundingOrderId, eventId });
  return 'confirmed';
}

async function markMatched(tx: Tx, bankLineId: string, matchedId: string): Promise<void> {
  const values = { state: 'matched', reason: null, details: {}, matchedKind: 'funding_order' };
  const marked = await tx.execute(sql('markLine'), { bankLineId, matchedId, ...values });
  if (marked === 0) refuse('already_decided', { line: 'matched' });
}

/** Writes down why a line stands unmatched. */
export async function markUnmatched(
  tx: Tx,
  line: {
    readonly bankLineId: string;
    readonly reason: UnmatchedReason;
    readonly details: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const values = { state: 'unmatched', matchedKind: null, matchedId: null };
  await tx.execute(sql('markLine'), { ...line, ...values });
}
