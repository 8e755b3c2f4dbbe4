import { createHash } from 'node:crypto';
import type { Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instantText, type Instant } from '@huiquan/domain/instant.ts';
import type { Plan, PlanRound } from '@huiquan/domain/plan/effective-plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
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
import { post, type AccountKind } from '../../ledger/post.ts';
import { currentPlan, requireRunning } from '../programme/load-plan.ts';

const sql = twin(import.meta.url);

export type RoundState = 'prepared' | 'approved' | 'stopped' | 'closed' | 'cancelled';

/** A round as its row says. */
export type Round = {
  readonly roundId: string;
  readonly programmeId: string;
  readonly versionId: string;
  readonly number: number;
  readonly opensAt: Instant;
  readonly closesAt: Instant;
  readonly state: RoundState;
  readonly contentHash: Buffer;
  readonly preparedBy: string;
};

/** How many of a kind; where the plan's own count is not to be used. */
export type StockWish = { readonly kind: string; readonly quantity: number };

/** What the plan says about the kinds wished for. Refuses `invalid_rule`. */
export function stockLines(plan: Plan, wishes: readonly StockWish[]): readonly StockLine[] {
  if (new Set(wishes.map((wish) => wish.kind)).size < wishes.length) {
    refuse('invalid_rule', { reason: 'kind_twice' });
  }
  return wishes.map(({ kind: id, quantity }): StockLine => {
    const kind = plan.kinds.find((one) => one.id === id);
    if (kind === undefined) refuse('invalid_rule', { kind: id });
    if (kind.face.type !== 'fixed') refuse('invalid_rule', { kind: id, face: kind.face.type });
    return { kind: id, pool: kind.pool, faceFen: kind.face.faceFen, quantity };
  });
}

function hashOf(round: PlanRound, shares: readonly StockShare[]): Buffer {
  const hash = createHash('sha256').update(`${round.opensAt} ${round.closesAt}\n`);
  for (const { kind, fundId, quantity, faceFen } of shares) {
    hash.update(`${kind} ${fundId} ${quantity} ${faceFen}\n`);
  }
  return hash.digest();
}

/** A prepared round: what its approval would commit. */
export type PreparedRound = {
  readonly roundId: string;
  readonly contentHash: string;
  readonly shares: readonly StockShare[];
};

/**
 * Prepares round `number` of the plan (its first is 1) with its stock, or the `stock` wished for
 * instead, divided among the funds in order of use. Commits no money: a second person does. Refuses
 * `not_found` for a number the plan does not have, `state_conflict` where the round is already
 * prepared or over, `insufficient_funds` with the kind and how many vouchers cannot be covered.
 * @policy XN23 三(二), 三(五)1
 */
export async function prepareRound(
  tx: Tx,
  input: {
    readonly programmeId: string;
    readonly number: number;
    readonly stock?: readonly StockWish[] | undefined;
  },
): Promise<PreparedRound> {
  const { programmeId, number } = input;
  const current = await currentPlan(tx, programmeId);
  requireRunning(current);
  const planned = current.plan.rounds[number - 1];
  if (planned === undefined) refuse('not_found');
  if (planned.closesAt <= tx.now)
    refuse('round_closed', { closesAt: instantText(planned.closesAt) });
  const planStock = planned.stock.map(({ kind, count }) => ({ kind, quantity: count }));
  const lines = stockLines(current.plan, input.stock ?? planStock);
  // Of all pools, so that a fund's place is the same in every round and adjustment.
  const pools = current.plan.pools.map((pool) => pool.id);
  const funds = await tx.rows<StockFund>(sql('fundsOfPools'), { programmeId, pools });
  const divided = divideStock(lines, funds);
  if ('shortage' in divided) refuse('insufficient_funds', { ...divided.shortage });
  const { shares } = divided;
  const roundId = newId();
  const contentHash = hashOf(planned, shares);
  const inserted = await tx.execute(sql('insertRound'), {
    roundId,
    programmeId,
    versionId: current.versionId,
    number,
    opensAt: planned.opensAt,
    closesAt: planned.closesAt,
    contentHash,
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  if (inserted === 0) refuse('state_conflict', { number });
  await tx.execute(sql('insertStock'), {
    roundId,
    kinds: shares.map((share) => share.kind),
    fundIds: shares.map((share) => share.fundId),
    positions: shares.map((share) => share.position),
    faces: shares.map((share) => share.faceFen),
    quantities: shares.map((share) => share.quantity),
  });
  await recordRound(tx, 'round.prepared', { roundId, programmeId, number }, { shares });
  return { roundId, contentHash: contentHash.toString('hex'), shares };
}

type Named = Pick<Round, 'roundId' | 'programmeId' | 'number'>;

function recordRound(tx: Tx, kind: string, round: Named, body: Record<string, unknown> = {}) {
  return record(tx, {
    kind,
    subject: { kind: 'round', id: round.roundId },
    programmeId: round.programmeId,
    body: { number: round.number, ...body },
  });
}

/** The round, locked. Refuses `not_found`. */
export async function lockRound(tx: Tx, roundId: string): Promise<Round> {
  const round = await tx.maybe<Round>(sql('lockRound'), { roundId });
  return round ?? refuse('not_found');
}

type Share = StockShare & { readonly issued: number; readonly version: number };

/** The stock of a round by kind, in the order vouchers are given out. */
export async function stockOf(tx: Tx, roundId: string): Promise<Share[]> {
  return tx.rows<Share>(sql('stockOf'), { roundId });
}

/** Ends every remembered "sold out" of the round; locks its stock in the order of claims. */
export async function touchStock(tx: Tx, roundId: string): Promise<void> {
  await tx.execute(sql('touchStock'), { roundId });
}

async function moveStockMoney(
  tx: Tx,
  eventId: bigint,
  round: Round,
  move: { from: AccountKind; to: AccountKind; kind: string; costs: ReadonlyMap<string, Fen> },
): Promise<void> {
  await post(
    tx,
    eventId,
    [...move.costs].map(([fundId, amountFen]) => ({
      fundId,
      from: move.from,
      to: move.to,
      amountFen,
      kind: move.kind,
      reference: { kind: 'round', id: round.roundId },
    })),
  );
}

/**
 * Approves a prepared round as it was seen (`contentHash` in hex), by another person than its
 * preparer: its stock becomes committed money and it opens by itself at its instant. Refuses
 * `already_decided`, `content_changed`, `separation_of_duties`, `insufficient_funds` where
 * the money went elsewhere meanwhile. Locks the round, then the funds' balances.
 * @policy XN23 三(二), 五(一)
 */
export async function approveRound(
  tx: Tx,
  input: { readonly roundId: string; readonly contentHash: string },
): Promise<void> {
  const round = await lockRound(tx, input.roundId);
  if (round.state !== 'prepared') refuse('already_decided', { state: round.state });
  if (round.contentHash.toString('hex') !== input.contentHash) refuse('content_changed');
  if (round.preparedBy === tx.actor.id) refuse('separation_of_duties');
  if (round.closesAt <= tx.now) refuse('round_closed', { closesAt: instantText(round.closesAt) });
  requireRunning(await currentPlan(tx, round.programmeId));
  await tx.execute(sql('approveRound'), { roundId: round.roundId, approvedBy: tx.actor.id });
  const costs = costByFund(await stockOf(tx, round.roundId));
  const eventId = await recordRound(tx, 'round.approved', round, {
    contentHash: input.contentHash,
    costs: Object.fromEntries(costs),
  });
  const move = { from: 'available', to: 'committed', kind: 'committed', costs } as const;
  await moveStockMoney(tx, eventId, round, move);
}

/** Withdraws a prepared round; it commits nothing and its number is free again. */
export async function cancelRound(tx: Tx, input: { readonly roundId: string }): Promise<void> {
  const round = await lockRound(tx, input.roundId);
  if (round.state !== 'prepared') refuse('already_decided', { state: round.state });
  await tx.execute(sql('setRoundState'), { roundId: round.roundId, state: 'cancelled' });
  await recordRound(tx, 'round.cancelled', round);
}

/**
 * Stops a round at once: no further claim wins, its stock stays committed. One person is enough;
 * `restartRound` takes two. Refuses `state_conflict` unless the round is approved.
 */
export async function stopRound(
  tx: Tx,
  input: { readonly roundId: string; readonly reason: string },
): Promise<void> {
  const round = await lockRound(tx, input.roundId);
  if (round.state !== 'approved') refuse('state_conflict', { state: round.state });
  await tx.execute(sql('setRoundState'), { roundId: round.roundId, state: 'stopped' });
  await touchStock(tx, round.roundId);
  await recordRound(tx, 'round.stopped', round, { reason: input.reason });
}

/** Asks for a stopped round to go on. Refuses `state_conflict` unless it is stopped. */
export async function requestRestart(
  tx: Tx,
  input: { readonly roundId: string; readonly reason: string },
): Promise<{ readonly restartId: string }> {
  const round = await lockRound(tx, input.roundId);
  if (round.state !== 'stopped') refuse('state_conflict', { state: round.state });
  const restartId = newId();
  const inserted = await tx.execute(sql('insertRestart'), {
    ...input,
    restartId,
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  if (inserted === 0) refuse('state_conflict', { state: 'restart_requested' });
  await recordRound(tx, 'round.restart_requested', round, { restartId, reason: input.reason });
  return { restartId };
}

/** Lets a stopped round go on, by another person than the one who asked. */
export async function approveRestart(
  tx: Tx,
  input: { readonly roundId: string; readonly restartId: string },
): Promise<void> {
  type Restart = { roundId: string; state: string; preparedBy: string };
  const { restartId } = input;
  const restart = await tx.maybe<Restart>(sql('lockRestart'), { restartId });
  if (restart?.roundId !== input.roundId) refuse('not_found');
  if (restart.state !== 'prepared') refuse('already_decided', { state: restart.state });
  if (restart.preparedBy === tx.actor.id) refuse('separation_of_duties');
  const round = await lockRound(tx, restart.roundId);
  if (round.state !== 'stopped') refuse('state_conflict', { state: round.state });
  const approvedBy = tx.actor.id;
  await tx.execute(sql('decideRestart'), { restartId, state: 'approved', approvedBy });
  await tx.execute(sql('setRoundState'), { roundId: round.roundId, state: 'approved' });
  await touchStock(tx, round.roundId);
  await recordRound(tx, 'round.restarted', round, { restartId });
}

/**
 * Closes a round that is over: what it did not give goes from committed back to available, for a
 * later round. Refuses `state_conflict` before its end. A closed round stays closed: again does
 * nothing.
 * @policy XN23 三(二)
 */
export async function closeRound(tx: Tx, input: { readonly roundId: string }): Promise<void> {
  const round = await lockRound(tx, input.roundId);
  if (round.state === 'closed') return;
  if (round.state !== 'approved' && round.state !== 'stopped') {
    refuse('state_conflict', { state: round.state });
  }
  if (tx.now < round.closesAt) refuse('state_conflict', { closesAt: instantText(round.closesAt) });
  // Waits for claims under way; only then is it known what they left.
  await touchStock(tx, round.roundId);
  const stock = await stockOf(tx, round.roundId);
  const costs = costByFund(
    stock.map((share) => ({ ...share, quantity: share.quantity - share.issued })),
  );
  await tx.execute(sql('setRoundState'), { roundId: round.roundId, state: 'closed' });
  const eventId = await recordRound(tx, 'round.closed', round, { left: Object.fromEntries(costs) });
  const move = { from: 'committed', to: 'available', kind: 'uncommitted', costs } as const;
  await moveStockMoney(tx, eventId, round, move);
}
