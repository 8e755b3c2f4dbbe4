import type { Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { RedemptionState } from './decide.ts';

const sql = twin(import.meta.url);

/** A payment with a voucher as the person who paid sees it. */
export type OwnRedemption = {
  readonly redemptionId: string;
  readonly voucherId: string;
  readonly kind: string;
  readonly shopName: string;
  readonly state: RedemptionState;
  readonly orderFen: Fen;
  readonly deductionFen: Fen;
  readonly cashFen: Fen;
  readonly refundedFen: Fen;
  readonly triedAt: Instant;
  readonly decidedAt: Instant | null;
};

/** A page of a person's own payments with vouchers, newest first; `before` is the last one seen. */
export async function listOwnRedemptions(
  tx: Tx,
  page: {
    readonly personId: string;
    readonly before?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly OwnRedemption[]> {
  const { personId, before = null, limit } = page;
  return tx.rows<OwnRedemption>(sql('listOwn'), { personId, before, limit });
}
