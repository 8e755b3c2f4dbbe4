import type { Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { lockAvailable, post } from '../../ledger/post.ts';
import { currentPlan } from '../programme/load-plan.ts';

const sql = twin(import.meta.url);

export type PoolTransfer = {
  readonly poolTransferId: string;
  readonly programmeId: string;
  readonly sourceFundId: string;
  readonly sourcePool: string;
  readonly targetFundId: string;
  readonly targetPool: string;
  readonly amountFen: Fen;
  readonly reason: string;
  readonly state: 'prepared' | 'approved' | 'rejected';
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly createdAt: Instant;
};

type Side = {
  readonly fundId: string;
  readonly programmeId: string;
  readonly funderId: string;
  readonly sourceClass: string;
};

/**
 * Proposes to move a funder's available money from one pool to another of the same programme; no
 * money moves before another person approves it. Money stays its funder's and keeps its source
 * class. Refuses `not_found`, `invalid_rule` for funds that differ in programme, funder or source,
 * `insufficient_funds` where the fund does not have it now, `programme_closed`.
 * @policy XN23 三(二) 灵活调整, requirement P2; inv-6
 */
export async function preparePoolTransfer(
  tx: Tx,
  input: {
    readonly sourceFundId: string;
    readonly targetFundId: string;
    readonly amountFen: Fen;
    readonly reason: string;
  },
): Promise<PoolTransfer> {
  const { sourceFundId, targetFundId, amountFen, reason } = input;
  if (sourceFundId === targetFundId) refuse('invalid_rule', { reason: 'same_fund' });
  const funds = await tx.rows<Side>(sql('findFunds'), { sourceFundId, targetFundId });
  const [first, second] = funds;
  if (first === undefined || second === undefined) refuse('not_found');
  const { programmeId } = first;
  const differs = (['programmeId', 'funderId', 'sourceClass'] as const).filter(
    (field) => first[field] !== second[field],
  );
  if (differs.length > 0) refuse('invalid_rule', { differs });
  await requireOpen(tx, programmeId);
  const available = (await lockAvailable(tx, [sourceFundId])).get(sourceFundId) ?? 0n;
  if (available < amountFen) refuse('insufficient_funds', { availableFen: available });
  const poolTransferId = newId();
  const row = { poolTransferId, programmeId, sourceFundId, targetFundId, amountFen, reason };
  const values = { ...row, preparedBy: tx.actor.id, now: tx.now };
  await tx.execute(sql('insertPoolTransfer'), values);
  const subject = { kind: 'pool_transfer', id: poolTransferId };
  const body = { sourceFundId, targetFundId, amountFen };
  await record(tx, { kind: 'pool_transfer.prepared', subject, programmeId, body });
  return getPoolTransfer(tx, poolTransferId);
}

async function requireOpen(tx: Tx, programmeId: string): Promise<void> {
  const { state } = await currentPlan(tx, programmeId);
  if (state === 'closing' || state === 'closed') refuse('programme_closed', { state });
}

/**
 * Approves a pool transfer, as another person than prepared it, and moves the money: available →
 * available. Locks both funds' available. Refuses `not_found`, `already_decided`,
 * `separation_of_duties`, `programme_closed`, and `insufficient_funds` where the money was used
 * meanwhile.
 * @policy inv-6, inv-45
 */
export async function approvePoolTransfer(
  tx: Tx,
  input: { readonly poolTransferId: string },
): Promise<PoolTransfer> {
  const { poolTransferId } = input;
  const transfer = await getPoolTransfer(tx, poolTransferId);
  const { programmeId, sourceFundId, targetFundId, amountFen } = transfer;
  await requireOpen(tx, programmeId);
  await decide(tx, poolTransferId, 'approved');
  const subject = { kind: 'pool_transfer', id: poolTransferId };
  const body = { sourceFundId, targetFundId, amountFen };
  const eventId = await record(tx, { kind: 'pool_transfer.approved', subject, programmeId, body });
  await post(tx, eventId, [
    {
      fundId: sourceFundId,
      toFundId: targetFundId,
      from: 'available',
      to: 'available',
      amountFen,
      kind: 'pool_transfer',
      reference: { kind: 'pool_transfer', id: poolTransferId },
    },
  ]);
  return getPoolTransfer(tx, poolTransferId);
}

/** Rejects a pool transfer; no money moves. Refuses `not_found`, `already_decided`. */
export async function rejectPoolTransfer(
  tx: Tx,
  input: { readonly poolTransferId: string; readonly reason: string },
): Promise<void> {
  const { poolTransferId, reason } = input;
  const { programmeId } = await getPoolTransfer(tx, poolTransferId);
  await decide(tx, poolTransferId, 'rejected');
  const subject = { kind: 'pool_transfer', id: poolTransferId };
  await record(tx, { kind: 'pool_transfer.rejected', subject, programmeId, body: { reason } });
}

async function decide(tx: Tx, poolTransferId: string, state: 'approved' | 'rejected') {
  const approvedBy = state === 'approved' ? tx.actor.id : null;
  const row = await tx.maybe(sql('decidePoolTransfer'), { poolTransferId, state, approvedBy });
  if (row === undefined) refuse('already_decided');
}

/** A pool transfer. Refuses `not_found`. */
export async function getPoolTransfer(tx: Tx, poolTransferId: string): Promise<PoolTransfer> {
  const found = await tx.maybe<PoolTransfer>(sql('findPoolTransfer'), { poolTransferId });
  return found ?? refuse('not_found');
}

/** A page of a programme's pool transfers, oldest first. */
export async function listPoolTransfers(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly after?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly PoolTransfer[]> {
  return tx.rows<PoolTransfer>(sql('listPoolTransfers'), {
    programmeId: asked.programmeId,
    after: asked.after ?? '00000000-0000-0000-0000-000000000000',
    limit: asked.limit,
  });
}
