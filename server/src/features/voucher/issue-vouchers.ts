import type { Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/** What the vouchers of one face become: a kind of the plan, usable in [validFrom, validTo). */
export type IssuedKind = {
  readonly faceFen: Fen;
  readonly kind: string;
  readonly validFrom: Instant;
  readonly validTo: Instant;
};

/** What a chunk issued out of one fund, under the event that records it. */
export type IssuedFund = {
  readonly eventId: bigint;
  readonly fundId: string;
  readonly voucherCount: bigint;
  readonly amountFen: Fen;
};

/**
 * Makes exactly the planned vouchers of `entitlementIds` (rows of one batch that the caller holds
 * locked) and records them as one `voucher.issued` with an item per pack, set-based. Each
 * voucher is paid by the fund in whose range of the batch's money it lies. Posting is the caller's,
 * per fund and under the event answered. A voucher that exists already is a broken invariant
 * (`planned_vouchers_once`). Locks the expiry of every fund and end (shared).
 * @policy SM23 七(二), requirement I1
 */
export async function issueVouchers(
  tx: Tx,
  input: {
    readonly batchId: string;
    readonly programmeId: string;
    readonly versionId: string;
    readonly entitlementIds: readonly string[];
    readonly kinds: readonly IssuedKind[];
    readonly fundIds: readonly string[];
  },
): Promise<readonly IssuedFund[]> {
  const { kinds, fundIds } = input;
  const lines = kinds.flatMap((kind) => fundIds.map((fundId) => ({ ...kind, fundId })));
  const validTos = lines.map((line) => line.validTo);
  const lineFunds = lines.map((line) => line.fundId);
  await tx.rows(sql('giveRoom'));
  await tx.rows(sql('lockNewEnds'), { fundIds: lineFunds, validTos });
  return tx.rows<IssuedFund>(sql('issueVouchers'), {
    batchId: input.batchId,
    programmeId: input.programmeId,
    versionId: input.versionId,
    entitlementIds: input.entitlementIds,
    faces: lines.map((line) => line.faceFen),
    kinds: lines.map((line) => line.kind),
    fundIds: lineFunds,
    validFroms: lines.map((line) => line.validFrom),
    validTos,
    body: {
      entitlements: input.entitlementIds.length,
      lines: lines.map((line) => [
        line.kind,
        line.fundId,
        line.faceFen,
        line.validFrom,
        line.validTo,
      ]),
    },
    actorKind: tx.actor.kind,
    actorId: tx.actor.id,
    now: tx.now,
  });
}
