import { fen, zeroFen, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { post, type Transfer } from '../../ledger/post.ts';

const sql = twin(import.meta.url);

/** `release`: the merchant is paid after all. `void`: the value goes back to its fund. */
export type HoldDecision = 'release' | 'void';

/** What a risk case stops from being paid. */
export type PayoutHold = {
  readonly holdId: string;
  readonly redemptionId: string;
  readonly programmeId: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly deductionFen: Fen;
  readonly reason: string;
  readonly openedBy: string;
  readonly openedAt: Instant;
  readonly proposedDecision: HoldDecision | null;
  readonly proposedBy: string | null;
  readonly note: string | null;
  readonly decision: HoldDecision | null;
  readonly releasedBy: string | null;
  readonly releasedAt: Instant | null;
  readonly voidedFen: Fen;
};

type Held = {
  readonly personId: string;
  readonly redemptionId: string;
  readonly programmeId: string;
  readonly fundId: string;
  readonly merchantId: string;
  readonly state: string;
  readonly deductionFen: Fen;
  /** Refunds before settlement, which the payable account has lost already. */
  readonly refundedFen: Fen;
  /** Refunds while the redemption stood in a run that was rejected since: a receivable. */
  readonly owedFen: Fen;
  readonly isInRun: boolean;
  readonly isVoid: boolean;
};

async function lockValue(tx: Tx, redemptionId: string): Promise<Held> {
  type Locked = Omit<Held, 'refundedFen' | 'owedFen' | 'isInRun' | 'isVoid'>;
  const locked = await tx.maybe<Locked>(sql('lockRedemption'), { redemptionId });
  if (locked === undefined) refuse('not_found');
  const value = await tx.one<Pick<Held, 'refundedFen' | 'owedFen' | 'isInRun' | 'isVoid'>>(
    sql('findValue'),
    { redemptionId, personId: locked.personId },
  );
  return { ...locked, ...value };
}

/**
 * Stops a redemption from being paid: it stays out of every run, by this hold, until two persons
 * end it. What the merchant is owed for it moves from payable to payable-held. Refuses `not_found`,
 * `already_decided` for a redemption that is held already, and `state_conflict` where nothing is
 * owed for it or a run has it (which is rejected first). Locks the redemption.
 * @policy K2; inv-36
 */
export async function holdPayout(
  tx: Tx,
  input: { readonly redemptionId: string; readonly reason: string },
): Promise<{ readonly holdId: string }> {
  const held = await lockValue(tx, input.redemptionId);
  const { personId, redemptionId, merchantId, fundId, programmeId } = held;
  const amountFen = fen(held.deductionFen - held.refundedFen);
  const isOwed = held.state === 'committed' && amountFen > 0n && !held.isVoid;
  if (!isOwed || held.isInRun) refuse('state_conflict', { isInRun: held.isInRun });
  const values = { personId, redemptionId, reason: input.reason, openedBy: tx.actor.id };
  const inserted = await tx.maybe<{ holdId: string }>(sql('insertHold'), {
    ...values,
    holdId: newId(tx.now),
    now: tx.now,
  });
  if (inserted === undefined) refuse('already_decided');
  const { holdId } = inserted;
  const eventId = await record(tx, {
    kind: 'payout_hold.opened',
    subject: { kind: 'payout_hold', id: holdId },
    programmeId,
    body: { redemptionId, merchantId, fundId, amountFen },
  });
  await post(tx, eventId, [
    {
      fundId,
      from: { kind: 'payable', merchantId },
      to: { kind: 'payable_held', merchantId },
      amountFen,
      kind: 'held',
      reference: { kind: 'payout_hold', id: holdId },
    },
  ]);
  return { holdId };
}

/** A hold. Refuses `not_found`. */
export async function getHold(tx: Tx, holdId: string): Promise<PayoutHold> {
  return (await tx.maybe<PayoutHold>(sql('findHold'), { holdId })) ?? refuse('not_found');
}

/** A page of a programme's holds: the open ones, or all. */
export async function listHolds(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly state: 'open' | 'all';
    readonly after?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly PayoutHold[]> {
  const after = asked.after ?? '00000000-0000-0000-0000-000000000000';
  return tx.rows<PayoutHold>(sql('listHolds'), { ...asked, after });
}

/** A first person says how a hold should end; a second one ends it. Refuses as `releasePayout`. */
export async function proposeHoldEnd(
  tx: Tx,
  input: { readonly holdId: string; readonly decision: HoldDecision; readonly note: string },
): Promise<void> {
  const { holdId, decision, note } = input;
  const hold = await getHold(tx, holdId);
  const values = { holdId, decision, note, proposedBy: tx.actor.id, now: tx.now };
  if ((await tx.execute(sql('proposeDecision'), values)) !== 1) refuse('already_decided');
  await record(tx, {
    kind: 'payout_hold.end_proposed',
    subject: { kind: 'payout_hold', id: holdId },
    programmeId: hold.programmeId,
    body: { decision },
  });
}

/**
 * A second person releases a hold as it was proposed: payable-held becomes payable again and the
 * next run takes it. Refuses `not_found`, `already_decided`, `content_changed` where another end
 * was proposed, `state_conflict` where none was, `separation_of_duties`. Locks the redemption.
 * @policy K2; inv-36
 */
export async function releasePayout(tx: Tx, input: { readonly holdId: string }): Promise<void> {
  await endHold(tx, input.holdId, 'release');
}

/**
 * A second person voids what a hold stopped, as it was proposed: the value goes back to its fund
 * (available while the programme runs, else return-due), and the merchant is never paid for the
 * redemption. What the merchant owed for a refund of it is settled first. Refuses as
 * `releasePayout`.
 * @policy K2, SM23 十一(二); inv-36
 */
export async function voidPayout(tx: Tx, input: { readonly holdId: string }): Promise<void> {
  await endHold(tx, input.holdId, 'void');
}

async function endHold(tx: Tx, holdId: string, decision: HoldDecision): Promise<void> {
  const before = await getHold(tx, holdId);
  const held = await lockValue(tx, before.redemptionId);
  const hold = await getHold(tx, holdId);
  if (hold.releasedAt !== null) refuse('already_decided');
  if (hold.proposedDecision === null) refuse('state_conflict');
  if (hold.proposedDecision !== decision) refuse('content_changed');
  if (hold.proposedBy === tx.actor.id) refuse('separation_of_duties');
  const transfers = await endTransfers(tx, { holdId, decision, held });
  const voidedFen = decision === 'void' ? restOf(held) : zeroFen;
  const values = { holdId, decision, releasedBy: tx.actor.id, voidedFen, now: tx.now };
  await tx.execute(sql('endHold'), values);
  const { programmeId, redemptionId, merchantId, fundId } = held;
  const eventId = await record(tx, {
    kind: decision === 'void' ? 'payout_hold.voided' : 'payout_hold.released',
    subject: { kind: 'payout_hold', id: holdId },
    programmeId,
    body: { redemptionId, merchantId, fundId, voidedFen },
  });
  await post(tx, eventId, transfers);
}

/** What of the redemption is the merchant's after all its refunds. */
function restOf(held: Held): Fen {
  return fen(held.deductionFen - held.refundedFen - held.owedFen);
}

async function endTransfers(
  tx: Tx,
  end: { readonly holdId: string; readonly decision: HoldDecision; readonly held: Held },
): Promise<Transfer[]> {
  const { holdId, decision, held } = end;
  const { fundId, merchantId, programmeId } = held;
  const reference = { kind: 'payout_hold', id: holdId };
  const base = { fundId, from: { kind: 'payable_held', merchantId }, reference } as const;
  if (decision === 'release') {
    const amountFen = fen(held.deductionFen - held.refundedFen);
    return [{ ...base, to: { kind: 'payable', merchantId }, amountFen, kind: 'released' }];
  }
  const programme = await tx.one<{ state: string }>(sql('programmeState'), { programmeId });
  const isOver = programme.state === 'closing' || programme.state === 'closed';
  const to = isOver ? 'return_due' : 'available';
  return [
    {
      ...base,
      to: { kind: 'receivable', merchantId },
      amountFen: held.owedFen,
      kind: 'offset',
    },
    { ...base, to, amountFen: restOf(held), kind: 'voided' },
  ];
}
