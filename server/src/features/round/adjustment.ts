import { createHash } from 'node:crypto';
import { fen, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instantText, type Instant } from '@huiquan/domain/instant.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import {
  residualExceeded,
  stockToTake,
  type AdjustmentTakes,
  type PoolAmount,
} from '@huiquan/domain/round/adjustment.ts';
import {
  costByFund,
  divideStock,
  type StockFund,
  type StockLine,
  type StockShare,
} from '@huiquan/domain/round/stock.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { lockAvailable, post, type AccountKind, type Transfer } from '../../ledger/post.ts';
import { currentPlan, requireRunning } from '../programme/load-plan.ts';
import { getRound } from './list.ts';
import { lockRound, stockLines, stockOf, touchStock, type Round, type StockWish } from './round.ts';

const sql = twin(import.meta.url);

/** What an adjustment is to move, where from and where to. */
export type AdjustmentWish = {
  readonly programmeId: string;
  readonly takes: AdjustmentTakes;
  /** For `stock` the live round that gives it up, for `residual` the closed one. */
  readonly sourceRoundId?: string | undefined;
  /** The round that gets the stock; none only where `stock` goes back to available. */
  readonly targetRoundId?: string | undefined;
  readonly stock: readonly StockWish[];
  readonly reason: string;
};

type StoredShare = Omit<StockShare, 'faceFen'> & { readonly faceFen: number };

type Row = {
  readonly adjustmentId: string;
  readonly programmeId: string;
  readonly takes: AdjustmentTakes;
  readonly sourceRoundId: string | null;
  readonly targetRoundId: string | null;
  readonly lines: readonly StoredShare[];
  readonly reason: string;
  readonly state: 'prepared' | 'approved' | 'cancelled';
  readonly contentHash: Buffer;
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly createdAt: Instant;
};

/** An adjustment as prepared: by fund what it moves. */
export type Adjustment = Omit<Row, 'lines'> & { readonly shares: readonly StockShare[] };

type Ends = { readonly source: Round | undefined; readonly target: Round | undefined };

const asAdjustment = ({ lines, ...row }: Row): Adjustment => ({
  ...row,
  shares: lines.map((line) => ({ ...line, faceFen: fen(BigInt(line.faceFen)) })),
});

function hashOf(wish: AdjustmentWish, shares: readonly StockShare[]): Buffer {
  const { takes, sourceRoundId = '', targetRoundId = '', reason } = wish;
  const hash = createHash('sha256').update(`${takes} ${sourceRoundId} ${targetRoundId}\n`);
  hash.update(`${reason}\n`);
  for (const { kind, fundId, quantity, faceFen } of shares) {
    hash.update(`${kind} ${fundId} ${quantity} ${faceFen}\n`);
  }
  return hash.digest();
}

function issuingOf(plan: Plan, round: Round) {
  const planned = plan.rounds[round.number - 1];
  const issuing = plan.issuing.find((one) => one.id === planned?.issuing);
  if (issuing === undefined) refuse('not_found', { number: round.number });
  if (issuing.leftovers !== 'roll_over_by_adjustment') {
    refuse('invalid_rule', { issuing: issuing.id, leftovers: issuing.leftovers });
  }
  return issuing;
}

function requireSource(source: Round, takes: AdjustmentTakes): void {
  const isLive = source.state === 'approved' || source.state === 'stopped';
  if (takes === 'stock' ? !isLive : source.state !== 'closed') {
    refuse('state_conflict', { round: source.number, state: source.state });
  }
}

function requireTarget(tx: Tx, target: Round): void {
  if (target.closesAt <= tx.now) refuse('round_closed', { closesAt: instantText(target.closesAt) });
  if (target.state !== 'approved' && target.state !== 'stopped') {
    refuse('state_conflict', { round: target.number, state: target.state });
  }
}

/** Both ends as they are now, in order; the plan must let their stock move. */
function requireEnds(tx: Tx, plan: Plan, wish: AdjustmentWish, ends: Ends): void {
  const { source, target } = ends;
  for (const round of [source, target]) {
    if (round === undefined) continue;
    if (round.programmeId !== wish.programmeId) refuse('not_found');
    const { kinds } = issuingOf(plan, round);
    const stranger = wish.stock.find(({ kind }) => !kinds.includes(kind));
    if (stranger !== undefined) refuse('invalid_rule', { kind: stranger.kind });
  }
  if (source !== undefined) requireSource(source, wish.takes);
  if (target !== undefined) requireTarget(tx, target);
}

function requireShape({ takes, sourceRoundId, targetRoundId }: AdjustmentWish): void {
  const needsSource = takes === 'stock' || takes === 'residual';
  if ((sourceRoundId !== undefined) !== needsSource) refuse('invalid_rule', { takes });
  if (targetRoundId === undefined && takes !== 'stock') refuse('invalid_rule', { takes });
  if (targetRoundId !== undefined && targetRoundId === sourceRoundId) {
    refuse('invalid_rule', { reason: 'same_round' });
  }
}

async function requireResidual(tx: Tx, lines: readonly StockLine[], roundId: string) {
  const left = await tx.rows<PoolAmount>(sql('residualOfRound'), { roundId });
  const taken = await tx.rows<PoolAmount>(sql('residualTaken'), { roundId });
  const exceeded = residualExceeded(lines, left, taken);
  if (exceeded !== undefined) refuse('insufficient_funds', { ...exceeded });
}

/** Which funds' shares move: of the source's own stock, or of what the funds have to give. */
async function sharesFor(tx: Tx, wish: AdjustmentWish, lines: readonly StockLine[]) {
  const { programmeId, takes, sourceRoundId = '' } = wish;
  if (takes === 'residual') await requireResidual(tx, lines, sourceRoundId);
  const divided =
    takes === 'stock'
      ? stockToTake(lines, await stockOf(tx, sourceRoundId))
      : divideStock(
          lines,
          await tx.rows<StockFund>(sql('fundsOfProgramme'), { programmeId, takes }),
        );
  if ('shortage' in divided) refuse('insufficient_funds', { ...divided.shortage });
  return divided.shares;
}

function recordAdjustment(tx: Tx, kind: string, adjustment: Adjustment) {
  const { adjustmentId, programmeId, takes, sourceRoundId, targetRoundId, shares } = adjustment;
  return record(tx, {
    kind,
    subject: { kind: 'stock_adjustment', id: adjustmentId },
    programmeId,
    body: { takes, sourceRoundId, targetRoundId, shares },
  });
}

/**
 * Prepares a move of stock between rounds: into an approved or stopped round that is not over, from
 * money a pool has available, from a live round's stock, from the residual of a closed round, or
 * from value that expired; or a live round's stock back to available. Only where the plan lets
 * leftovers roll over, only kinds of the round's issuing, never across pools. Moves nothing: a
 * second person does. Refuses `not_found`, `invalid_rule`, `state_conflict`, `round_closed`,
 * `insufficient_funds` with the kind or pool and what is missing, and as `requireRunning`.
 * @policy XN23 三(二), 三(五)1 灵活调整; requirement G2; inv-6
 */
export async function prepareAdjustment(tx: Tx, wish: AdjustmentWish): Promise<Adjustment> {
  const current = await currentPlan(tx, wish.programmeId);
  requireRunning(current);
  requireShape(wish);
  const { sourceRoundId, targetRoundId } = wish;
  const find = async (id: string | undefined) => (id === undefined ? id : getRound(tx, id));
  const ends = { source: await find(sourceRoundId), target: await find(targetRoundId) };
  requireEnds(tx, current.plan, wish, ends);
  const lines = stockLines(current.plan, wish.stock);
  const shares = await sharesFor(tx, wish, lines);
  const adjustmentId = newId();
  await tx.execute(sql('insertAdjustment'), {
    adjustmentId,
    programmeId: wish.programmeId,
    takes: wish.takes,
    sourceRoundId: sourceRoundId ?? null,
    targetRoundId: targetRoundId ?? null,
    lines: shares,
    reason: wish.reason,
    contentHash: hashOf(wish, shares),
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  const adjustment = await getAdjustment(tx, adjustmentId);
  await recordAdjustment(tx, 'adjustment.prepared', adjustment);
  return adjustment;
}

/** An adjustment. Refuses `not_found`. */
export async function getAdjustment(tx: Tx, adjustmentId: string): Promise<Adjustment> {
  const row = await tx.maybe<Row>(sql('findAdjustment'), { adjustmentId });
  return row === undefined ? refuse('not_found') : asAdjustment(row);
}

/** The adjustments of a programme in the order of their preparation, 1,000 at most. */
export async function listAdjustments(tx: Tx, programmeId: string): Promise<readonly Adjustment[]> {
  return (await tx.rows<Row>(sql('listAdjustments'), { programmeId })).map(asAdjustment);
}

async function lockOpen(tx: Tx, adjustmentId: string): Promise<Adjustment> {
  const row = await tx.maybe<Row>(sql('lockAdjustment'), { adjustmentId });
  if (row === undefined) refuse('not_found');
  if (row.state !== 'prepared') refuse('already_decided', { state: row.state });
  return asAdjustment(row);
}

function wishOf(adjustment: Adjustment): AdjustmentWish {
  const { programmeId, takes, sourceRoundId, targetRoundId, shares, reason } = adjustment;
  const byKind = Map.groupBy(shares, (share) => share.kind);
  return {
    programmeId,
    takes,
    sourceRoundId: sourceRoundId ?? undefined,
    targetRoundId: targetRoundId ?? undefined,
    stock: [...byKind].map(([kind, own]) => ({
      kind,
      quantity: own.reduce((sum, share) => sum + share.quantity, 0),
    })),
    reason,
  };
}

/** Both rounds locked in the order of their ids, so that two adjustments never wait in a circle. */
async function lockEnds(tx: Tx, wish: AdjustmentWish): Promise<Ends> {
  const locked = new Map<string, Round>();
  const ids = [wish.sourceRoundId, wish.targetRoundId].flatMap((id) => id ?? []);
  for (const id of ids.toSorted()) locked.set(id, await lockRound(tx, id));
  return {
    source: locked.get(wish.sourceRoundId ?? ''),
    target: locked.get(wish.targetRoundId ?? ''),
  };
}

const columns = (shares: readonly StockShare[]) => ({
  kinds: shares.map((share) => share.kind),
  fundIds: shares.map((share) => share.fundId),
  quantities: shares.map((share) => share.quantity),
});

async function moveStock(tx: Tx, ends: Ends, { takes, shares }: Adjustment): Promise<void> {
  const source = takes === 'stock' ? ends.source : undefined;
  const touched = [source, ends.target].flatMap((round) => round?.roundId ?? []);
  for (const roundId of touched.toSorted()) await touchStock(tx, roundId);
  if (source !== undefined) {
    const taken = await tx.execute(sql('takeOut'), {
      roundId: source.roundId,
      ...columns(shares),
    });
    if (taken !== shares.length) refuse('insufficient_funds', { round: source.number });
  }
  if (ends.target === undefined) return;
  const put = await tx.execute(sql('putIn'), {
    roundId: ends.target.roundId,
    ...columns(shares),
    positions: shares.map((share) => share.position),
    faces: shares.map((share) => share.faceFen),
  });
  if (put !== shares.length) refuse('state_conflict', { round: ends.target.number });
}

/** Its steps in the ledger. Stock that changes rounds moves no money. */
function stepsOf({ takes, targetRoundId }: Adjustment): readonly [AccountKind, AccountKind][] {
  switch (takes) {
    case 'available':
    case 'residual':
      return [['available', 'committed']];
    case 'expired':
      return [
        ['return_due', 'available'],
        ['available', 'committed'],
      ];
    case 'stock':
      return targetRoundId === null ? [['committed', 'available']] : [];
  }
}

/** What expired is kept without a floor: it is judged under the lock of its fund's available. */
async function requireExpired(tx: Tx, adjustment: Adjustment, costs: ReadonlyMap<string, Fen>) {
  if (adjustment.takes !== 'expired') return;
  await lockAvailable(tx, [...costs.keys()]);
  const { programmeId, takes } = adjustment;
  const funds = await tx.rows<StockFund>(sql('fundsOfProgramme'), { programmeId, takes });
  for (const { fundId, availableFen } of funds) {
    if (availableFen < (costs.get(fundId) ?? 0n)) {
      refuse('insufficient_funds', { fundId, availableFen });
    }
  }
}

const transferKinds: Readonly<Partial<Record<AccountKind, string>>> = {
  return_due: 'rolled_over',
  available: 'committed',
  committed: 'uncommitted',
};

/**
 * Approves an adjustment as another person than prepared it, seeing what `contentHash` names, and
 * moves its stock and money in one act: the next claim sees it. Whatever was true when it was
 * prepared is judged again; stock that was given out meanwhile is not taken. Locks the adjustment,
 * both rounds, their stock, then the funds. Refuses `not_found`, `already_decided`,
 * `content_changed`, `separation_of_duties`, and as `prepareAdjustment`.
 * @policy XN23 三(二), 三(五)1; inv-4, inv-6, inv-10, inv-45
 */
export async function approveAdjustment(
  tx: Tx,
  input: { readonly adjustmentId: string; readonly contentHash: string },
): Promise<void> {
  const adjustment = await lockOpen(tx, input.adjustmentId);
  const { adjustmentId, programmeId, shares } = adjustment;
  if (adjustment.contentHash.toString('hex') !== input.contentHash) refuse('content_changed');
  if (adjustment.preparedBy === tx.actor.id) refuse('separation_of_duties');
  const current = await currentPlan(tx, programmeId);
  requireRunning(current);
  const wish = wishOf(adjustment);
  const ends = await lockEnds(tx, wish);
  requireEnds(tx, current.plan, wish, ends);
  if (adjustment.takes === 'residual') {
    await requireResidual(tx, stockLines(current.plan, wish.stock), wish.sourceRoundId ?? '');
  }
  await tx.execute(sql('approveAdjustment'), { adjustmentId, approvedBy: tx.actor.id });
  await moveStock(tx, ends, adjustment);
  const costs = costByFund(shares);
  await requireExpired(tx, adjustment, costs);
  const eventId = await recordAdjustment(tx, 'adjustment.approved', adjustment);
  const reference = { kind: 'stock_adjustment', id: adjustmentId };
  const transfers = stepsOf(adjustment).flatMap(([from, to]) =>
    [...costs].map(([fundId, amountFen]): Transfer => {
      return { fundId, from, to, amountFen, kind: transferKinds[from] ?? from, reference };
    }),
  );
  await post(tx, eventId, transfers);
}

/** Withdraws a prepared adjustment. Refuses `not_found`, `already_decided`. */
export async function cancelAdjustment(
  tx: Tx,
  input: { readonly adjustmentId: string },
): Promise<void> {
  const adjustment = await lockOpen(tx, input.adjustmentId);
  await tx.execute(sql('cancelAdjustment'), { adjustmentId: adjustment.adjustmentId });
  await recordAdjustment(tx, 'adjustment.cancelled', adjustment);
}
