import { addWorkingDays } from '@huiquan/domain/calendar/working-days.ts';
import { type Fen, fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { dayOf, type Instant, instant, instantText } from '@huiquan/domain/instant.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { type AccountKind, balancesOf, lockAvailable, post } from '../../ledger/post.ts';
import { endIssuing } from '../issuing/leftovers.ts';
import { beginClosing, finishClosing } from '../programme/end.ts';
import { currentPlan } from '../programme/load-plan.ts';
import { closeRound } from '../round/round.ts';
import { releaseProgramme } from './expiry.ts';

const sql = twin(import.meta.url);

/** The closing of a programme, from its preparation to its end. */
export type ClosingOrder = {
  readonly closingOrderId: string;
  readonly programmeId: string;
  readonly state: 'prepared' | 'approved' | 'rejected' | 'done';
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly createdAt: Instant;
  readonly approvedAt: Instant | null;
};

/**
 * The last day on which unspent money must be back with its funder: so many working days after the
 * last day on which vouchers could be used. Undefined where the plan names none.
 * @policy SM23 十一(三), requirement F4
 */
export function returnDay(plan: Plan): string | undefined {
  const { withinWorkingDays } = plan.unspent;
  if (withinWorkingDays === undefined) return undefined;
  return addWorkingDays(dayOf(instant(plan.redeemUntil - 1)), withinWorkingDays);
}

/**
 * Proposes to close a programme. Refuses `not_found`, `programme_closed`, and `state_conflict`
 * while a voucher can still be used or another closing is on its way.
 * @policy SM23 十一(三), requirement S5
 */
export async function prepareClosing(
  tx: Tx,
  input: { readonly programmeId: string },
): Promise<{ readonly closingOrderId: string }> {
  const { programmeId } = input;
  await requireOver(tx, programmeId);
  const closingOrderId = newId();
  const values = { closingOrderId, programmeId, preparedBy: tx.actor.id, now: tx.now };
  if ((await tx.maybe(sql('insertOrder'), values)) === undefined) refuse('state_conflict');
  const subject = { kind: 'programme', id: programmeId };
  const body = { closingOrderId };
  await record(tx, { kind: 'programme.closing_prepared', subject, programmeId, body });
  return { closingOrderId };
}

async function requireOver(tx: Tx, programmeId: string): Promise<void> {
  const { plan, state } = await currentPlan(tx, programmeId);
  if (state === 'closing' || state === 'closed') refuse('programme_closed');
  const { lastEnd } = await tx.one<{ lastEnd: Instant | null }>(sql('lastEnd'), { programmeId });
  const over = instant(Math.max(plan.redeemUntil, lastEnd ?? 0));
  if (tx.now < over) refuse('state_conflict', { usableUntil: instantText(over) });
}

/**
 * A second person agrees: the programme is closing from here on, and the job `close_programme` ends
 * it. Refuses `not_found`, `separation_of_duties`, `already_decided`, and as `prepareClosing`.
 */
export async function approveClosing(
  tx: Tx,
  input: { readonly closingOrderId: string },
): Promise<void> {
  const { closingOrderId } = input;
  const { programmeId, state } = await getClosingOrder(tx, closingOrderId);
  if (state !== 'prepared') refuse('already_decided', { state });
  await requireOver(tx, programmeId);
  await decideOrder(tx, closingOrderId, 'approved');
  await beginClosing(tx, programmeId);
  const subject = { kind: 'programme', id: programmeId };
  const body = { closingOrderId };
  await record(tx, { kind: 'programme.closing_approved', subject, programmeId, body });
  await enqueue(tx, 'close_programme', { closingOrderId });
}

/** A second person declines. Refuses `not_found`, `separation_of_duties`, `already_decided`. */
export async function rejectClosing(
  tx: Tx,
  input: { readonly closingOrderId: string },
): Promise<void> {
  const { closingOrderId } = input;
  const { programmeId } = await getClosingOrder(tx, closingOrderId);
  await decideOrder(tx, closingOrderId, 'rejected');
  const subject = { kind: 'programme', id: programmeId };
  const body = { closingOrderId };
  await record(tx, { kind: 'programme.closing_rejected', subject, programmeId, body });
}

async function decideOrder(tx: Tx, closingOrderId: string, toState: 'approved' | 'rejected') {
  const values = { closingOrderId, toState, decidedBy: tx.actor.id, now: tx.now };
  if ((await tx.maybe(sql('decideOrder'), values)) === undefined) refuse('already_decided');
}

/** A closing. Refuses `not_found`. */
export async function getClosingOrder(tx: Tx, closingOrderId: string): Promise<ClosingOrder> {
  const row = await tx.maybe<ClosingOrder>(sql('findOrder'), { closingOrderId });
  return row ?? refuse('not_found');
}

/** The closings of a programme, newest first: all but one were rejected. */
export async function listClosingOrders(
  tx: Tx,
  programmeId: string,
): Promise<readonly ClosingOrder[]> {
  return tx.rows<ClosingOrder>(sql('listOrders'), { programmeId });
}

/**
 * Closes a programme to its end: unissued rows and round leftovers back to `available`, the value
 * of every end released, what is available to `return_due`, the last day of the return fixed. Each
 * step is done once, whoever runs it and however often; killed anywhere, it goes on. Afterwards
 * `outstanding` holds only vouchers in a try.
 * @policy SX20 一(三) 退回基层工会账户, SM23 十一(三); requirements E2, F4, S5; inv-31
 */
export async function closeProgramme(db: Db, actor: Actor, closingOrderId: string): Promise<void> {
  const order = await transact(db, actor, (tx) => getClosingOrder(tx, closingOrderId));
  if (order.state !== 'approved') return;
  const { programmeId } = order;
  await endIssuing(db, actor, programmeId);
  const rounds = await transact(db, actor, (tx) =>
    tx.rows<{ roundId: string }>(sql('liveRounds'), { programmeId }),
  );
  for (const { roundId } of rounds) {
    await transact(db, actor, (tx) => closeRound(tx, { roundId }));
  }
  await releaseProgramme(db, actor, programmeId);
  await transact(db, actor, (tx) => endProgramme(tx, order));
}

async function endProgramme(tx: Tx, order: ClosingOrder): Promise<void> {
  const { closingOrderId, programmeId } = order;
  if ((await tx.maybe(sql('finishOrder'), { closingOrderId })) === undefined) return;
  const { plan } = await currentPlan(tx, programmeId);
  await finishClosing(tx, programmeId);
  const fundIds = await fundsOf(tx, programmeId);
  const available = await lockAvailable(tx, fundIds);
  const returnBy = returnDay(plan) ?? null;
  const eventId = await record(tx, {
    kind: 'programme.closed',
    subject: { kind: 'programme', id: programmeId },
    programmeId,
    body: { closingOrderId, returnBy, unspent: Object.fromEntries(available) },
  });
  await tx.execute(sql('insertClosing'), { programmeId, returnBy, eventId, now: tx.now });
  const reference = { kind: 'programme', id: programmeId };
  await post(
    tx,
    eventId,
    [...available].map(([fundId, amountFen]) => ({
      fundId,
      from: 'available',
      to: 'return_due',
      amountFen,
      kind: 'closed',
      reference,
    })),
  );
}

async function fundsOf(tx: Tx, programmeId: string): Promise<readonly string[]> {
  const rows = await tx.rows<{ fundId: string }>(sql('fundsOfProgramme'), { programmeId });
  return rows.map((row) => row.fundId);
}

/** What a programme came to, fund by fund. Residual: what is or was due back to the funder. */
export type ClosingFigures = {
  readonly fundId: string;
  readonly fundedFen: Fen;
  readonly issuedCount: number;
  readonly issuedFen: Fen;
  readonly redeemedCount: number;
  readonly redeemedFen: Fen;
  readonly recalledCount: number;
  readonly heldCount: number;
  readonly heldFen: Fen;
  readonly residualFen: Fen;
  readonly returnDueFen: Fen;
  readonly returnedFen: Fen;
};

/** When a programme was closed and by when its money must be back; undefined while it runs. */
export type Closing = { readonly closedAt: Instant; readonly returnBy: string | null };

/**
 * The final figures of a programme, from its ledger and its vouchers; while it runs, those of now.
 * @policy SM23 十一(三): 发放、承兑等相关数据; requirement S5
 */
export async function closingFigures(
  tx: Tx,
  programmeId: string,
): Promise<{ readonly closing: Closing | undefined; readonly funds: readonly ClosingFigures[] }> {
  type Row = {
    readonly fundId: string;
    readonly issuedCount: bigint;
    readonly issuedFen: Fen;
    readonly redeemedCount: bigint;
    readonly redeemedFen: Fen;
    readonly recalledCount: bigint;
    readonly heldCount: bigint;
    readonly heldFen: Fen;
  };
  const rows = await tx.rows<Row>(sql('voucherFigures'), { programmeId });
  const fundIds = await fundsOf(tx, programmeId);
  const balances = await balancesOf(tx, fundIds);
  const balance = (fundId: string, kind: AccountKind) =>
    balances.find((one) => one.fundId === fundId && one.kind === kind)?.balanceFen ?? fen(0n);
  const funds = fundIds.map((fundId): ClosingFigures => {
    const row = rows.find((one) => one.fundId === fundId);
    const [due, returned] = [balance(fundId, 'return_due'), balance(fundId, 'returned')];
    return {
      fundId,
      fundedFen: fen(0n - balance(fundId, 'funder')),
      issuedCount: Number(row?.issuedCount ?? 0n),
      issuedFen: row?.issuedFen ?? fen(0n),
      redeemedCount: Number(row?.redeemedCount ?? 0n),
      redeemedFen: row?.redeemedFen ?? fen(0n),
      recalledCount: Number(row?.recalledCount ?? 0n),
      heldCount: Number(row?.heldCount ?? 0n),
      heldFen: row?.heldFen ?? fen(0n),
      residualFen: fen(due + returned),
      returnDueFen: due,
      returnedFen: returned,
    };
  });
  const closing = await tx.maybe<Closing>(sql('findClosing'), { programmeId });
  return { closing, funds };
}
