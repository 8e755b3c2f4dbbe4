import type { Instant } from '@huiquan/domain/instant.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Fen } from '@huiquan/domain/fen.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { currentPlan, namedParties } from '../programme/load-plan.ts';
import type { ChannelsSeen } from './channels-seen.ts';
import { type FundingOrder, postConfirmedOrders } from './funding-order.ts';

const sql = twin(import.meta.url);

/**
 * What shows that a funder's money is there: a bank line, or the signed paper that pays it ahead.
 */
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
  const confirmationId = newId();
  const paper = evidence.basis === 'preallocation' ? evidence : undefined;
  const inserted = await tx.execute(sql('insertConfirmations'), {
    confirmationIds: [confirmationId],
    fundingOrderIds: [fundingOrderId],
    bankLineIds: [evidence.basis === 'bank_line' ? evidence.bankLineId : null],
    states: ['prepared'],
    basis: evidence.basis,
    documentNumber: paper?.documentNumber ?? null,
    documentDigest: paper?.documentDigest ?? null,
    isExact: false,
    note,
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  if (inserted === 0) refuse('state_conflict', { waiting: 'confirmation' });
  await record(tx, {
    kind: 'funding_order.confirmation_prepared',
    subject: { kind: 'funding_order', id: fundingOrderId },
    programmeId: order.programmeId,
    body: { confirmationId, ...evidenceBody(evidence) },
  });
  return { confirmationId };
}

type Inserted = {
  readonly confirmationId: string;
  readonly fundingOrderId: string;
  readonly bankLineId: string | null;
  readonly state: Confirmation['state'];
};

async function insertExact(
  tx: Tx,
  rows: readonly (ExactMatch & { readonly state: Confirmation['state'] })[],
): Promise<readonly Inserted[]> {
  return tx.rows<Inserted>(sql('insertConfirmations'), {
    confirmationIds: rows.map(() => newId()),
    fundingOrderIds: rows.map((row) => row.fundingOrderId),
    bankLineIds: rows.map((row) => row.bankLineId),
    states: rows.map((row) => row.state),
    basis: 'bank_line',
    documentNumber: null,
    documentDigest: null,
    isExact: true,
    note: '',
    preparedBy: tx.actor.id,
    now: tx.now,
  });
}

function evidenceBody(evidence: Evidence): Readonly<Record<string, unknown>> {
  if (evidence.basis === 'bank_line') return { bankLineId: evidence.bankLineId };
  const { documentNumber, documentDigest } = evidence;
  return { documentNumber, documentDigest: documentDigest.toString('hex') };
}

/**
 * Approves a proposed confirmation, by another person than prepared it, and posts the money.
 * Refuses
 * `not_found`, `already_decided`, `separation_of_duties`.
 * @policy inv-7, inv-45
 */
export async function approveConfirmation(
  tx: Tx,
  input: { readonly confirmationId: string },
): Promise<{ readonly fundingOrderId: string }> {
  const { confirmationId } = input;
  const found = await getConfirmation(tx, confirmationId);
  await tx.execute(sql('lockOrders'), { fundingOrderIds: [found.fundingOrderId] });
  await decide(tx, found, 'approved');
  const { fundingOrderId, bankLineId, programmeId } = found;
  const eventId = await record(tx, {
    kind: 'funding_order.confirmed',
    subject: { kind: 'funding_order', id: fundingOrderId },
    programmeId,
    body: { confirmationId, bankLineId },
  });
  if (bankLineId !== null) await markMatched(tx, [{ bankLineId, fundingOrderId }]);
  await postConfirmedOrders(tx, { fundingOrderIds: [fundingOrderId], eventId });
  return { fundingOrderId };
}

/**
 * Rejects a proposed confirmation; the order stays open. Refuses `not_found`, `already_decided`.
 */
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
    readonly channels?: ChannelsSeen;
    readonly after?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly Confirmation[]> {
  return tx.rows<Confirmation>(sql('listConfirmations'), {
    programmeId: asked.programmeId,
    state: asked.state ?? null,
    channels: asked.channels ?? null,
    after: asked.after ?? '00000000-0000-0000-0000-000000000000',
    limit: asked.limit,
  });
}

/** A bank line that fits exactly one open order. */
export type ExactMatch = { readonly fundingOrderId: string; readonly bankLineId: string };

/** Why a match that looked exact was not taken after all. */
export type NotTaken =
  | 'already_confirmed'
  | 'order_cancelled'
  | 'confirmation_waits'
  | 'programme_ended';

export type MatchesTaken = {
  readonly confirmed: number;
  readonly waiting: number;
  readonly notTaken: ReadonlyMap<string, NotTaken>;
};

/**
 * Takes bank lines that each fit exactly one open order: confirmed at once, or, where the plan
 * names
 * who approves `confirm_money`, proposed for their approval. One order takes one line. Locks the
 * orders by id, then posts everything under `eventId`. Answers by line what was not taken and why.
 * @policy inv-7
 */
export async function takeExactMatches(
  tx: Tx,
  input: { readonly matches: readonly ExactMatch[]; readonly eventId: bigint },
): Promise<MatchesTaken> {
  const { matches, eventId } = input;
  const fundingOrderIds = [...new Set(matches.map((match) => match.fundingOrderId))];
  type Locked = { fundingOrderId: string; programmeId: string; state: FundingOrder['state'] };
  const locked = await tx.rows<Locked>(sql('lockOrders'), { fundingOrderIds });
  const orders = new Map(locked.map((order) => [order.fundingOrderId, order]));
  const rules = await rulesOf(tx, new Set(locked.map((order) => order.programmeId)));
  const notTaken = new Map<string, NotTaken>();
  const taken: (ExactMatch & { state: 'prepared' | 'approved' })[] = [];
  for (const match of matches) {
    const order = orders.get(match.fundingOrderId);
    const rule = order && rules.get(order.programmeId);
    if (order?.state === 'cancelled') notTaken.set(match.bankLineId, 'order_cancelled');
    else if (order?.state === 'confirmed') notTaken.set(match.bankLineId, 'already_confirmed');
    else if (rule === 'ended' || rule === undefined)
      notTaken.set(match.bankLineId, 'programme_ended');
    else taken.push({ ...match, state: rule });
  }
  const inserted = await insertExact(tx, taken);
  const lines = new Set(inserted.map((row) => row.bankLineId));
  for (const { bankLineId } of taken) {
    if (!lines.has(bankLineId)) notTaken.set(bankLineId, 'confirmation_waits');
  }
  const approved = inserted.filter((row) => row.state === 'approved');
  await markMatched(tx, approved);
  const confirmedIds = approved.map((row) => row.fundingOrderId);
  await postConfirmedOrders(tx, { fundingOrderIds: confirmedIds, eventId });
  const waiting = inserted.length - approved.length;
  return { confirmed: approved.length, waiting, notTaken };
}

/** Per programme: confirmed at once, proposed for approval, or too late. */
async function rulesOf(
  tx: Tx,
  programmeIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, 'approved' | 'prepared' | 'ended'>> {
  const rules = new Map<string, 'approved' | 'prepared' | 'ended'>();
  for (const programmeId of programmeIds) {
    const { state, plan } = await currentPlan(tx, programmeId);
    const needsApproval = namedParties(plan, 'confirm_money', 'approve') !== undefined;
    rules.set(programmeId, needsApproval ? 'prepared' : 'approved');
    if (state === 'closing' || state === 'closed') rules.set(programmeId, 'ended');
  }
  return rules;
}

async function markMatched(
  tx: Tx,
  lines: readonly { readonly bankLineId: string | null; readonly fundingOrderId: string }[],
): Promise<void> {
  const marked = await tx.execute(sql('matchLines'), {
    bankLineIds: lines.map((line) => line.bankLineId),
    fundingOrderIds: lines.map((line) => line.fundingOrderId),
  });
  if (marked !== lines.length) refuse('already_decided', { line: 'matched' });
}
