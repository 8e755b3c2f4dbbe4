import { fen, type Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { limitCounters, type LimitCounter } from '@huiquan/domain/limit/counters.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { refuse, type RefusalCode, type RefusalDetails } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record, reserveEventId } from '../../events/record.ts';
import { post, type Transfer } from '../../ledger/post.ts';
import { giveBackLimits } from '../limit/limit.ts';
import { loadPlan, type ProgrammeState } from '../programme/load-plan.ts';
import {
  expiryTransfers,
  movedVoucher,
  releaseVouchers,
  useVouchers,
  type MovedVoucher,
} from '../voucher/voucher.ts';

const sql = twin(import.meta.url);

export type RedemptionState = 'tried' | 'sent' | 'committed' | 'cancelled' | 'voided' | 'reversed';

/** A redemption, locked. */
export type Redemption = {
  readonly personId: string;
  readonly redemptionId: string;
  readonly voucherId: string;
  readonly programmeId: string;
  readonly fundId: string;
  readonly merchantId: string;
  readonly shopId: string;
  readonly terminalId: string;
  readonly cashierId: string;
  readonly orderFen: Fen;
  readonly deductionFen: Fen;
  readonly cashFen: Fen;
  readonly state: RedemptionState;
  readonly payment: 'network' | 'merchant';
  readonly triedAt: Instant;
  readonly voidAt: Instant;
  readonly sentAt: Instant | null;
  readonly decidedAt: Instant | null;
};

/** What is known of a redemption's voucher and programme when it is decided. */
export type VoucherFacts = {
  readonly voucherId: string;
  readonly versionId: string;
  readonly kind: string;
  readonly faceFen: Fen;
  readonly validTo: Instant;
  readonly programmeState: ProgrammeState;
};

/**
 * Who decides: the till that tried, the network's answer, or the clock. Only the till's amount is
 * compared: what the network was asked for cannot differ.
 */
export type Decision =
  | {
      readonly redemptionId: string;
      readonly to: 'committed';
      readonly by: 'till';
      readonly terminalId: string;
      readonly orderFen: Fen;
    }
  | {
      readonly redemptionId: string;
      readonly to: 'cancelled';
      readonly by: 'till';
      readonly terminalId: string;
    }
  | {
      readonly redemptionId: string;
      readonly to: 'committed' | 'cancelled';
      readonly by: 'network';
    }
  | { readonly redemptionId: string; readonly to: 'voided'; readonly by: 'clock' };

/** What became of one redemption. `already` tells that an earlier request had decided the same. */
export type Decided =
  | { readonly redemption: Redemption; readonly already: boolean; readonly refused?: undefined }
  | { readonly refused: RefusalCode; readonly details: RefusalDetails };

/** The redemptions of `redemptionIds` by id, locked in key order. */
export async function lockRedemptions(
  tx: Tx,
  redemptionIds: readonly string[],
): Promise<ReadonlyMap<string, Redemption>> {
  const rows = await tx.rows<Redemption>(sql('lockRedemptions'), { redemptionIds });
  return new Map(rows.map((row) => [row.redemptionId, row]));
}

/** The redemption as it stands, not locked. */
export function findRedemption(tx: Tx, redemptionId: string): Promise<Redemption | undefined> {
  return tx.maybe<Redemption>(sql('findRedemption'), { redemptionId });
}

/** Vouchers and programmes of the redemptions of `redemptionIds`, by voucher id. */
export async function findVouchersOf(
  tx: Tx,
  redemptionIds: readonly string[],
): Promise<ReadonlyMap<string, VoucherFacts>> {
  const rows = await tx.rows<VoucherFacts>(sql('findVouchersOf'), { redemptionIds });
  return new Map(rows.map((row) => [row.voucherId, row]));
}

/** Why `decision` cannot be taken, `'already'` where it has been, or undefined. */
function decisionRefusal(
  redemption: Redemption,
  decision: Decision,
  now: Instant,
): RefusalCode | 'already' | undefined {
  const { state } = redemption;
  if (decision.by === 'till') {
    if (decision.terminalId !== redemption.terminalId) return 'not_found';
    const isOther = decision.to === 'committed' && decision.orderFen !== redemption.orderFen;
    if (isOther) return 'amount_changed';
  }
  if (state === decision.to) return 'already';
  if (state === 'reversed') return 'already_reversed';
  if (state === 'voided') return 'hold_expired';
  if (state === 'committed' || state === 'cancelled') return 'state_conflict';
  if (decision.by === 'network') {
    const isOpen = state === 'sent' || decision.to === 'committed';
    return isOpen ? undefined : 'state_conflict';
  }
  // What was sent is decided by its outcome, never by the till or the clock.
  if (state === 'sent') return 'state_conflict';
  const isOverdue = now >= redemption.voidAt;
  if (decision.by === 'clock') return isOverdue ? undefined : 'state_conflict';
  if (decision.to === 'cancelled') return undefined;
  if (isOverdue) return 'hold_expired';
  return redemption.payment === 'network' ? 'state_conflict' : undefined;
}

/**
 * Takes each decision once and answers in their order. Committed: the voucher is used and its
 * deduction owed to the merchant; what a percentage left of its face goes back to the fund.
 * Cancelled or voided: the voucher is unused again with the end it always had. Refuses, per item,
 * `not_found` (also for another terminal's), `amount_changed`, `hold_expired`, `already_reversed`,
 * and `state_conflict` while the network's outcome is awaited. Locks the redemptions, limits, then
 * the vouchers, then posts.
 * @policy R4; inv-20, inv-28, att-R11
 */
export async function decideRedemptions(
  tx: Tx,
  decisions: readonly Decision[],
): Promise<Decided[]> {
  const ids = [...new Set(decisions.map((one) => one.redemptionId))];
  // None of them needs the other's answer; they are carried out in this order.
  const [locked, facts, eventId] = await Promise.all([
    lockRedemptions(tx, ids),
    findVouchersOf(tx, ids),
    reserveEventId(tx),
  ]);
  const taken = new Map<string, { redemption: Redemption; to: Decision['to'] }>();
  const outcomes = decisions.map((decision): Decided => {
    const found = locked.get(decision.redemptionId);
    if (found === undefined) return { refused: 'not_found', details: {} };
    // Of two decisions about one redemption in a group the second meets what the first decided.
    const state = taken.get(found.redemptionId)?.to ?? found.state;
    const refusal = decisionRefusal({ ...found, state }, decision, tx.now);
    if (refusal !== undefined && refusal !== 'already') {
      // Of what another till holds not even that it exists is told.
      const details = refusal === 'not_found' ? {} : { state, payment: found.payment };
      return { refused: refusal, details };
    }
    const redemption: Redemption = { ...found, state: decision.to };
    if (refusal === undefined) taken.set(found.redemptionId, { redemption, to: decision.to });
    return { redemption, already: refusal === 'already' };
  });
  const decided = [...taken.values()].map((one) => one.redemption);
  await carryOut(tx, { decided, facts, eventId });
  return outcomes;
}

async function carryOut(
  tx: Tx,
  given: {
    readonly decided: readonly Redemption[];
    readonly facts: ReadonlyMap<string, VoucherFacts>;
    readonly eventId: bigint;
  },
): Promise<void> {
  const { decided, facts, eventId } = given;
  if (decided.length === 0) return;
  const used = decided.filter((one) => one.state === 'committed');
  const freed = decided.filter((one) => one.state !== 'committed');
  await giveBackLimits(tx, await countersOf(tx, freed, facts));
  const back = (await releaseVouchers(tx, freed)).map(movedVoucher);
  const paid = used.flatMap((one) => commitTransfers(one, factsOf(facts, one)));
  // All that is written is sent in one breath; what one of them finds amiss undoes them all.
  const [, moves, count] = await Promise.all([
    recordDecisions(tx, decided, eventId),
    useVouchers(tx, used),
    tx.execute(sql('decideRedemptions'), {
      personIds: decided.map((one) => one.personId),
      redemptionIds: decided.map((one) => one.redemptionId),
      states: decided.map((one) => one.state),
      eventId,
      now: tx.now,
    }),
    post(tx, eventId, [...paid, ...backTransfers(freed, back)]),
  ]);
  for (const move of moves) movedVoucher(move);
  if (count !== decided.length) throw new Error(`${count} of ${decided.length} decided`);
}

/** The facts of a redemption's voucher; its foreign key says that they exist. */
export function factsOf(
  facts: ReadonlyMap<string, VoucherFacts>,
  redemption: Redemption,
): VoucherFacts {
  const found = facts.get(redemption.voucherId);
  if (found === undefined) throw new Error(`redemption ${redemption.redemptionId} has no voucher`);
  return found;
}

function commitTransfers(redemption: Redemption, voucher: VoucherFacts): Transfer[] {
  const { fundId, merchantId, deductionFen } = redemption;
  const reference = { kind: 'redemption', id: redemption.redemptionId };
  const base = { fundId, from: 'outstanding', reference } as const;
  const isOver = voucher.programmeState === 'closing' || voucher.programmeState === 'closed';
  return [
    { ...base, to: { kind: 'payable', merchantId }, amountFen: deductionFen, kind: 'redeemed' },
    {
      ...base,
      to: isOver ? 'return_due' : 'available',
      amountFen: fen(voucher.faceFen - deductionFen),
      kind: 'face_not_used',
    },
  ];
}

function backTransfers(
  freed: readonly Redemption[],
  vouchers: readonly MovedVoucher[],
): Transfer[] {
  return freed.flatMap((one, index) => {
    const voucher = vouchers[index];
    const reference = { kind: 'redemption', id: one.redemptionId };
    return voucher === undefined ? [] : expiryTransfers([voucher], reference);
  });
}

/** The limit counters that the tries of `redemptions` had taken, to be given back. */
export async function countersOf(
  tx: Tx,
  redemptions: readonly Redemption[],
  facts: ReadonlyMap<string, VoucherFacts>,
): Promise<LimitCounter[]> {
  const counters: LimitCounter[] = [];
  const plans = new Map<string, Plan>();
  for (const one of redemptions) {
    const { versionId, kind, faceFen } = factsOf(facts, one);
    const plan = plans.get(versionId) ?? (await loadPlan(tx, versionId));
    plans.set(versionId, plan);
    const { limits } = plan;
    const { personId: person, merchantId: merchant, shopId: shop, terminalId: terminal } = one;
    const act = {
      programmeId: one.programmeId,
      action: 'redeem' as const,
      kind,
      count: 1,
      faceFen,
      at: one.triedAt,
      entities: { person, phone: person, merchant, shop, terminal },
    };
    counters.push(...limitCounters(limits, act));
  }
  return counters;
}

const eventOf = { committed: 'redemption.committed', cancelled: 'redemption.cancelled' } as const;

async function recordDecisions(
  tx: Tx,
  decided: readonly Redemption[],
  eventId: bigint,
): Promise<bigint> {
  const [first] = decided;
  if (first === undefined) throw new Error('nothing was decided');
  const isSame = decided.every((one) => one.state === first.state);
  const isOneProgramme = decided.every((one) => one.programmeId === first.programmeId);
  const { state } = first;
  const single =
    state === 'committed' || state === 'cancelled' ? eventOf[state] : 'redemption.voided';
  return record(tx, {
    eventId,
    kind: isSame ? single : 'redemption.decided',
    subject: { kind: 'redemption', id: first.redemptionId },
    ...(isOneProgramme ? { programmeId: first.programmeId } : {}),
    items: decided.map(decidedItem),
  });
}

/** A decision as its event keeps it: the voucher's move, then what was decided. */
function decidedItem(one: Redemption): readonly unknown[] {
  const { personId, voucherId, redemptionId, state, merchantId, terminalId, fundId } = one;
  const to = state === 'committed' ? 'used' : 'unused';
  const amounts = [Number(one.deductionFen), Number(one.cashFen)];
  const parties = [merchantId, terminalId, fundId];
  return [personId, voucherId, 'held', to, redemptionId, state, ...parties, ...amounts];
}

/** The decided redemption of a single item; a refusal is thrown. */
export function decidedRedemption(outcome: Decided | undefined): Redemption {
  if (outcome === undefined) throw new Error('no outcome');
  return outcome.refused === undefined
    ? outcome.redemption
    : refuse(outcome.refused, outcome.details);
}

/**
 * The till says that the rest was paid by the merchant's own means: the voucher is used. `orderFen`
 * must be the amount of the try. Refusals as `decideRedemptions`.
 */
export async function commitRedemption(
  tx: Tx,
  input: { readonly redemptionId: string; readonly terminalId: string; readonly orderFen: Fen },
): Promise<Redemption> {
  const [outcome] = await decideRedemptions(tx, [{ ...input, to: 'committed', by: 'till' }]);
  return decidedRedemption(outcome);
}

/** The till gives up before anything was sent: the voucher is unused again. */
export async function cancelRedemption(
  tx: Tx,
  input: { readonly redemptionId: string; readonly terminalId: string },
): Promise<Redemption> {
  const [outcome] = await decideRedemptions(tx, [{ ...input, to: 'cancelled', by: 'till' }]);
  return decidedRedemption(outcome);
}

/** The most tries that one run of the job ends. */
export const voidsPerRunMax = 500;

/**
 * Ends tries whose time is over and whose payment was never sent; answers how many. Run again while
 * it answers `voidsPerRunMax`.
 * @policy R4; inv-28
 */
export async function voidOverdueTries(tx: Tx): Promise<number> {
  const rows = await tx.rows<{ redemptionId: string }>(sql('findOverdueTries'), {
    now: tx.now,
    limit: voidsPerRunMax,
  });
  const outcomes = await decideRedemptions(
    tx,
    rows.map(({ redemptionId }) => ({ redemptionId, to: 'voided', by: 'clock' })),
  );
  return outcomes.filter((one) => one.refused === undefined).length;
}

/**
 * Marks a try as sent before its request leaves; answers false where it was no longer a try in
 * time. From here on only the network's outcome, a query or reconciliation can free the voucher.
 */
export async function markSent(
  tx: Tx,
  input: { readonly redemptionId: string; readonly nextQueryAt: Instant },
): Promise<boolean> {
  const marked = await tx.execute(sql('markSent'), { ...input, now: tx.now });
  if (marked === 1) {
    const subject = { kind: 'redemption', id: input.redemptionId };
    await record(tx, { kind: 'redemption.sent', subject });
  }
  return marked === 1;
}

/** Takes `markSent` back where the connection failed before anything had left. */
export async function markUnsent(tx: Tx, redemptionId: string): Promise<void> {
  const marked = await tx.execute(sql('markUnsent'), { redemptionId });
  if (marked === 1) {
    await record(tx, {
      kind: 'redemption.unsent',
      subject: { kind: 'redemption', id: redemptionId },
    });
  }
}
