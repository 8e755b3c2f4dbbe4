import { fen, zeroFen, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import {
  isWholeRefund,
  refundRefusal,
  refundShare,
  restorationOf,
  reversalRefusal,
  type Refundable,
  type RefundShare,
  type Restoration,
} from '@huiquan/domain/redemption/refund.ts';
import { refuse, Refusal } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { post, type Transfer } from '../../ledger/post.ts';
import { giveBackLimits } from '../limit/limit.ts';
import { loadPlan } from '../programme/load-plan.ts';
import { expiryTransfers, movedVoucher, restoreVouchers } from '../voucher/voucher.ts';
import {
  countersOf,
  factsOf,
  findVouchersOf,
  lockRedemptions,
  type Redemption,
  type VoucherFacts,
} from './decide.ts';

const sql = twin(import.meta.url);

/** Who asks: a till with its cashier, or the owner of the merchant. */
export type Refunder =
  | { readonly kind: 'till'; readonly shopId: string; readonly cashierId: string }
  | { readonly kind: 'owner'; readonly merchantId: string };

/** What went back. */
export type Refund = {
  readonly refundId: string;
  readonly redemptionId: string;
  readonly kind: 'refund' | 'reversal';
  readonly amountFen: Fen;
  /** What the merchant no longer gets of the voucher. */
  readonly voucherFen: Fen;
  readonly cashFen: Fen;
  /** Where the voucher's value went. */
  readonly outcome: 'restored' | 'available' | 'return_due';
  readonly usableFrom: Instant | null;
  readonly afterSettlement: boolean;
};

type Sale = Refundable & {
  readonly isSettled: boolean;
  readonly isHeld: boolean;
  /** A risk case ended in giving the voucher's value back to its fund. */
  readonly isVoid: boolean;
};
type Locked = {
  readonly redemption: Redemption;
  readonly voucher: VoucherFacts;
  readonly sale: Sale;
  readonly isRunning: boolean;
};

/** The committed redemption with what went back of it, locked. Refuses out of scope `not_found`. */
async function lockSale(tx: Tx, redemptionId: string, by: Refunder): Promise<Locked> {
  const redemption = (await lockRedemptions(tx, [redemptionId])).get(redemptionId);
  if (redemption === undefined) refuse('not_found');
  const isOurs =
    by.kind === 'till' ? by.shopId === redemption.shopId : by.merchantId === redemption.merchantId;
  if (!isOurs) refuse('not_found');
  if (redemption.state === 'reversed') refuse('already_reversed');
  if (redemption.state !== 'committed') refuse('state_conflict', { state: redemption.state });
  const voucher = factsOf(await findVouchersOf(tx, [redemptionId]), redemption);
  const { personId, orderFen, deductionFen, cashFen } = redemption;
  const found = await tx.one<Omit<Sale, 'orderFen' | 'deductionFen' | 'cashFen'>>(sql('findSale'), {
    personId,
    redemptionId,
  });
  const isRunning = voucher.programmeState !== 'closing' && voucher.programmeState !== 'closed';
  return { redemption, voucher, sale: { ...found, orderFen, deductionFen, cashFen }, isRunning };
}

/**
 * Goods came back, all or some: divides the amount between person and voucher and treats the
 * voucher by the plan's policy; a refund of the whole order in one act may give it back with its
 * original end, parts return their share to the fund. After settlement the merchant owes the value.
 * The same `refundNo` is the same refund and answers alike. Refuses `not_found` (also for another
 * shop's), `state_conflict`, `already_reversed`, `refund_exceeds`, and `amount_changed` for a known
 * number with another amount. Locks the redemption, limits, the voucher, then posts.
 * @policy R5; inv-29, inv-30
 */
export async function refundRedemption(
  tx: Tx,
  input: {
    readonly redemptionId: string;
    readonly refundNo: string;
    readonly amountFen: Fen;
    readonly by: Refunder;
  },
): Promise<Refund> {
  const { amountFen, refundNo } = input;
  const known = await findKnown(tx, input);
  if (known !== undefined) return known.amountFen === amountFen ? known : refuse('amount_changed');
  const locked = await lockSale(tx, input.redemptionId, input.by);
  const { redemption, voucher, sale, isRunning } = locked;
  const refusal = refundRefusal(sale, amountFen);
  if (refusal !== undefined) refuse(refusal, { leftFen: Number(sale.orderFen - sale.refundedFen) });
  const { refundPolicy } = await loadPlan(tx, voucher.versionId);
  const restoration = isWholeRefund(sale, amountFen)
    ? restorationOf(refundPolicy, { validTo: voucher.validTo, isRunning }, tx.now)
    : ({ restored: false } as const);
  return giveBack(tx, locked, {
    refundId: newId(tx.now),
    redemptionId: redemption.redemptionId,
    refundNo,
    cashierId: cashierOf(input.by),
    kind: 'refund',
    amountFen,
    share: refundShare(sale, amountFen),
    restoration,
  });
}

/** The refund that carries the number already, under the redemption's lock so that two are one. */
async function findKnown(
  tx: Tx,
  input: { readonly redemptionId: string; readonly refundNo: string; readonly by: Refunder },
): Promise<Refund | undefined> {
  const { redemptionId, refundNo, by } = input;
  const redemption = (await lockRedemptions(tx, [redemptionId])).get(redemptionId);
  if (redemption === undefined) return undefined;
  const isOurs =
    by.kind === 'till' ? by.shopId === redemption.shopId : by.merchantId === redemption.merchantId;
  if (!isOurs) return undefined;
  const { personId } = redemption;
  return tx.maybe<Refund>(sql('findRefund'), { personId, redemptionId, refundNo });
}

/**
 * The till undoes its own commit: entries exactly opposite, the voucher unused again with its
 * original end, whatever the refund policy. On the same day by the cashier who took it, after that
 * by the owner, for a week. `orderFen` must be the whole amount. Refuses as `refundRedemption`, and
 * `forbidden` to another cashier, `reversal_window`, `amount_changed`.
 * @policy spec access 5.1(5); inv-29, att-R12
 */
export async function reverseRedemption(
  tx: Tx,
  input: { readonly redemptionId: string; readonly orderFen: Fen; readonly by: Refunder },
): Promise<Refund> {
  const { redemptionId, orderFen, by } = input;
  const locked = await lockSale(tx, redemptionId, by);
  const { redemption, sale, isRunning } = locked;
  if (sale.refundedFen === sale.orderFen) refuse('already_reversed');
  if (orderFen !== redemption.orderFen) refuse('amount_changed');
  const isSame = by.kind === 'till' && by.cashierId === redemption.cashierId;
  const reverser = by.kind === 'owner' ? 'owner' : isSame ? 'same_cashier' : 'other_cashier';
  const window = reversalRefusal(redemption.decidedAt ?? redemption.triedAt, reverser, tx.now);
  if (window !== undefined) refuse(window);
  const refusal = refundRefusal(sale, orderFen);
  if (refusal !== undefined) refuse(refusal);
  return giveBack(tx, locked, {
    refundId: newId(tx.now),
    redemptionId,
    refundNo: 'reversal',
    cashierId: cashierOf(by),
    kind: 'reversal',
    amountFen: orderFen,
    share: { voucherFen: redemption.deductionFen, cashFen: redemption.cashFen },
    restoration: isRunning ? { restored: true, usableFrom: undefined } : { restored: false },
  });
}

const cashierOf = (by: Refunder): string | null => (by.kind === 'till' ? by.cashierId : null);

/** What a refund would do, before anybody does it. */
export type RefundPreview = RefundShare & {
  readonly amountFen: Fen;
  readonly payment: 'network' | 'merchant';
  /** The voucher comes back to the customer with its original end. */
  readonly isVoucherRestored: boolean;
  readonly usableFrom: Instant | undefined;
};

/** What `refundRedemption` would divide and do now; changes nothing. Refusals as there. */
export async function previewRefund(
  tx: Tx,
  input: { readonly redemptionId: string; readonly amountFen: Fen; readonly by: Refunder },
): Promise<RefundPreview> {
  const { amountFen } = input;
  const { sale, redemption, voucher, isRunning } = await lockSale(tx, input.redemptionId, input.by);
  const refusal = refundRefusal(sale, amountFen);
  if (refusal !== undefined) refuse(refusal, { leftFen: Number(sale.orderFen - sale.refundedFen) });
  const { refundPolicy } = await loadPlan(tx, voucher.versionId);
  const back = isWholeRefund(sale, amountFen)
    ? restorationOf(refundPolicy, { validTo: voucher.validTo, isRunning }, tx.now)
    : ({ restored: false } as const);
  return {
    ...refundShare(sale, amountFen),
    amountFen,
    payment: redemption.payment,
    isVoucherRestored: back.restored,
    usableFrom: back.restored ? back.usableFrom : undefined,
  };
}

type Return = {
  readonly refundId: string;
  readonly redemptionId: string;
  readonly refundNo: string;
  /** Whose drawer the money came from; null where the owner gave it back. */
  readonly cashierId: string | null;
  readonly kind: Refund['kind'];
  readonly amountFen: Fen;
  readonly share: RefundShare;
  readonly restoration: Restoration;
};

/**
 * A voucher that took less than its face needs the difference back from what is available; where
 * that is gone, the voucher stays used and its value returns to the fund.
 */
async function giveBack(tx: Tx, locked: Locked, back: Return): Promise<Refund> {
  if (locked.sale.isVoid) {
    // The voucher's value left the merchant already: only the person's own money goes back.
    const share = { ...back.share, voucherFen: zeroFen };
    return carryOut(tx, locked, { ...back, share, restoration: { restored: false } });
  }
  const isWhole = locked.voucher.faceFen === locked.redemption.deductionFen;
  if (!back.restoration.restored || isWhole) return carryOut(tx, locked, back);
  try {
    return await tx.nested(() => carryOut(tx, locked, back));
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'insufficient_funds') throw error;
    return carryOut(tx, locked, { ...back, restoration: { restored: false } });
  }
}

async function carryOut(tx: Tx, locked: Locked, back: Return): Promise<Refund> {
  const { redemption, sale } = locked;
  const { personId, redemptionId, voucherId } = redemption;
  const { restoration, share } = back;
  const usableFrom = (restoration.restored ? restoration.usableFrom : undefined) ?? null;
  if (restoration.restored) {
    const facts = new Map([[voucherId, locked.voucher]]);
    await giveBackLimits(tx, await countersOf(tx, [redemption], facts));
  }
  const returned = restoration.restored
    ? (
        await restoreVouchers(tx, [{ personId, voucherId, usableFrom: usableFrom ?? undefined }])
      ).map(movedVoucher)
    : [];
  const expired = returned.some((one) => one.expiryReleased);
  const destination = locked.isRunning ? 'available' : 'return_due';
  const outcome = expired ? 'return_due' : restoration.restored ? 'restored' : destination;
  const refund: Refund = {
    refundId: back.refundId,
    redemptionId,
    kind: back.kind,
    amountFen: back.amountFen,
    ...share,
    outcome,
    usableFrom,
    afterSettlement: sale.isSettled,
  };
  const eventId = await recordRefund(tx, redemption, refund, returned.length > 0);
  await tx.execute(sql('insertRefund'), {
    ...refund,
    personId,
    refundNo: back.refundNo,
    cashierId: back.cashierId,
    now: tx.now,
    eventId,
  });
  if (restoration.restored) await tx.execute(sql('markReversed'), { personId, redemptionId });
  await returnCash(tx, redemption, { reason: back.kind, amountFen: share.cashFen });
  const reference = { kind: 'refund', id: refund.refundId };
  await post(tx, eventId, [
    ...valueTransfers(locked, refund, restoration.restored ? 'outstanding' : destination),
    ...expiryTransfers(returned, reference),
  ]);
  return refund;
}

function valueTransfers(
  { redemption, voucher, sale }: Locked,
  refund: Refund,
  to: 'outstanding' | 'available' | 'return_due',
): Transfer[] {
  const { fundId, merchantId } = redemption;
  const reference = { kind: 'refund', id: refund.refundId };
  const owed = sale.isSettled ? 'receivable' : sale.isHeld ? 'payable_held' : 'payable';
  const rest = to === 'outstanding' ? fen(voucher.faceFen - redemption.deductionFen) : zeroFen;
  const { voucherFen: amountFen, kind } = refund;
  return [
    { fundId, from: { kind: owed, merchantId }, to, amountFen, kind, reference },
    { fundId, from: 'available', to: 'outstanding', amountFen: rest, kind, reference },
  ];
}

function recordRefund(
  tx: Tx,
  redemption: Redemption,
  refund: Refund,
  isRestored: boolean,
): Promise<bigint> {
  const { personId, voucherId, programmeId, merchantId, fundId } = redemption;
  return record(tx, {
    kind: refund.kind === 'reversal' ? 'redemption.reversed' : 'redemption.refunded',
    subject: { kind: 'redemption', id: redemption.redemptionId },
    programmeId,
    body: {
      ...refund,
      merchantId,
      fundId,
      moves: isRestored ? [[personId, voucherId, 'used', 'unused']] : [],
    },
  });
}

/** Puts in line what the network must give back; the merchant's own means are not ours. */
export async function returnCash(
  tx: Tx,
  redemption: Redemption,
  back: { readonly reason: 'refund' | 'reversal' | 'late_payment'; readonly amountFen: Fen },
): Promise<void> {
  if (redemption.payment !== 'network' || back.amountFen === zeroFen) return;
  const { redemptionId, personId } = redemption;
  const networkRefundId = newId(tx.now);
  const values = { ...back, networkRefundId, redemptionId, personId, now: tx.now };
  await tx.execute(sql('insertNetworkRefund'), values);
}
