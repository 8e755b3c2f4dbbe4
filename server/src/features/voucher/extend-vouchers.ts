import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/** Vouchers of one fund and kind that were issued together, and where their end moves. */
export type ExtendedGroup = {
  readonly fundId: string;
  readonly kind: string;
  readonly validTo: Instant;
  readonly issuedAt: Instant;
  readonly newEnd: Instant;
};

/**
 * Moves the ends of `groups` forward and records it with an item per voucher; only vouchers that
 * are
 * unused or in a try, unexpired and unreleased move. Answers how many. The caller has locked every
 * end of `groups` exclusively in an earlier statement.
 * @policy SX20E 延期至7月10日; inv-32
 */
export async function extendVouchers(
  tx: Tx,
  act: { readonly programmeId: string; readonly versionId: string },
  groups: readonly ExtendedGroup[],
): Promise<number> {
  const row = await tx.one<{ moved: number }>(sql('moveEnds'), {
    ...act,
    fundIds: groups.map((group) => group.fundId),
    kinds: groups.map((group) => group.kind),
    validTos: groups.map((group) => group.validTo),
    issuedAts: groups.map((group) => group.issuedAt),
    newEnds: groups.map((group) => group.newEnd),
    actorKind: tx.actor.kind,
    actorId: tx.actor.id,
    now: tx.now,
  });
  return row.moved;
}
