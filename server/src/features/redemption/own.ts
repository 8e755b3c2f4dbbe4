import type { Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { loadPlan } from '../programme/load-plan.ts';
import type { RedemptionState } from './decide.ts';

const sql = twin(import.meta.url);

/** What a shop gave back of a payment, and what became of the voucher's part. */
export type OwnRefund = {
  readonly kind: 'refund' | 'reversal';
  readonly amountFen: Fen;
  readonly cashFen: Fen;
  readonly voucherFen: Fen;
  readonly outcome: 'restored' | 'available' | 'return_due' | 'forfeited';
  /** From when a restored voucher may be used again. */
  readonly usableFrom: Instant | null;
  readonly at: Instant;
};

/** A payment with a voucher as the person who paid sees it. */
export type OwnRedemption = {
  readonly redemptionId: string;
  readonly voucherId: string;
  readonly programmeId: string;
  readonly kind: string;
  readonly kindName: string;
  readonly shopName: string;
  readonly state: RedemptionState;
  readonly orderFen: Fen;
  readonly deductionFen: Fen;
  readonly cashFen: Fen;
  readonly refundedFen: Fen;
  readonly triedAt: Instant;
  readonly decidedAt: Instant | null;
  readonly refunds: readonly OwnRefund[];
};

type Row = Omit<OwnRedemption, 'kindName' | 'refunds'> & { readonly versionId: string };

async function refundsOf(tx: Tx, personId: string, rows: readonly Row[]) {
  type Refunded = OwnRefund & { readonly redemptionId: string };
  const redemptionIds = rows.filter((row) => row.refundedFen > 0n).map((row) => row.redemptionId);
  // A phone that waits for its till asks every second and has no refunds to read.
  if (redemptionIds.length === 0) return [];
  return tx.rows<Refunded>(sql('listRefunds'), { personId, redemptionIds });
}

/**
 * A page of a person's own payments with vouchers, newest first, with what was given
 * back of each; `before` is the last one seen.
 */
export async function listOwnRedemptions(
  tx: Tx,
  page: {
    readonly personId: string;
    readonly before?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly OwnRedemption[]> {
  const { personId, before = null, limit } = page;
  const rows = await tx.rows<Row>(sql('listOwn'), { personId, before, limit });
  const refunds = await refundsOf(tx, personId, rows);
  const found: OwnRedemption[] = [];
  for (const { versionId, ...row } of rows) {
    const plan = await loadPlan(tx, versionId);
    found.push({
      ...row,
      kindName: plan.kinds.find((kind) => kind.id === row.kind)?.name ?? row.kind,
      refunds: refunds
        .filter((one) => one.redemptionId === row.redemptionId)
        .map(({ redemptionId: _redemptionId, ...one }) => one),
    });
  }
  return found;
}
