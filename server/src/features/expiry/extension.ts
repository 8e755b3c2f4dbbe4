import { type Instant, instant } from '@huiquan/domain/instant.ts';
import { validityEnd } from '@huiquan/domain/plan/validity.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { type Extension, getExtension } from '../programme/extension.ts';
import { approveVersion } from '../programme/programme.ts';
import { extendVouchers } from '../voucher/extend-vouchers.ts';

const sql = twin(import.meta.url);
const vouchersPerStep = 25_000;

type Group = {
  readonly fundId: string;
  readonly kind: string;
  readonly validTo: Instant;
  readonly issuedAt: Instant;
  readonly voucherCount: number;
};
type Target = Group & { readonly newEnd: Instant };

/**
 * Where an extension puts the end of a voucher: what the extended plan would have given it at its
 * issue. Undefined unless that is later and the voucher's end is the one the old plan gave it.
 */
function newEnd(extension: Extension, group: Group): Instant | undefined {
  const rule = extension.kinds.find((one) => one.kind === group.kind);
  if (rule === undefined) return undefined;
  const endUnder = (which: 'before' | 'after') =>
    Math.min(validityEnd(rule[which], group.issuedAt), extension[which].redeemUntil);
  const [before, after] = [endUnder('before'), endUnder('after')];
  return before === group.validTo && after > before ? instant(after) : undefined;
}

function steps(targets: readonly Target[]): Target[][] {
  const result: Target[][] = [];
  let room = 0;
  for (const target of targets) {
    if (target.voucherCount > room || result.length === 0) {
      result.push([]);
      room = vouchersPerStep;
    }
    result.at(-1)?.push(target);
    room -= target.voucherCount;
  }
  return result;
}

/**
 * A second person approves an extension, and with it, in the same transaction, the ends of the
 * vouchers that are unexpired and unreleased at this instant move forward; expired ones stay
 * expired. Answers how many moved. Locks the expiry of every end it moves exclusively. Refuses as
 * `approveVersion`, and `not_found` for a version that is no extension.
 * @policy SX20E 延期至7月10日, XN23 二(二); requirement P4; inv-32
 */
export async function extendProgramme(
  tx: Tx,
  input: { readonly versionId: string; readonly seenHash: Buffer },
): Promise<{ readonly moved: number }> {
  const { versionId, seenHash } = input;
  const extension = await getExtension(tx, versionId);
  const { programmeId } = extension;
  await approveVersion(tx, { versionId, seenHash, as: 'extension' });
  const groups = await tx.rows<Group>(sql('endsToMove'), { programmeId, now: tx.now });
  const targets = groups.flatMap((group): Target[] => {
    const end = newEnd(extension, group);
    return end === undefined ? [] : [{ ...group, newEnd: end }];
  });
  await tx.rows(sql('lockEnds'), {
    fundIds: targets.map((target) => target.fundId),
    validTos: targets.map((target) => target.validTo),
  });
  let moved = 0;
  for (const step of steps(targets))
    moved += await extendVouchers(tx, { programmeId, versionId }, step);
  return { moved };
}
