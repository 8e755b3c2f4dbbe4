import type { Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { linesOf } from '../../db/lines.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Transfer } from '../../ledger/post.ts';

const sql = twin(import.meta.url);

/** A voucher is found by its owner and its id: everything of a person stands under that person. */
export type VoucherRef = { readonly personId: string; readonly voucherId: string };

/** The facts of a voucher. `validTo` is the first instant at which it is not accepted. */
export type Voucher = VoucherRef & {
  readonly programmeId: string;
  readonly versionId: string;
  readonly kind: string;
  readonly fundId: string;
  readonly faceFen: Fen;
  readonly originId: string;
  readonly n: number;
  readonly channel: string;
  readonly validFrom: Instant;
  readonly validTo: Instant;
};

/** Why a voucher did not move. */
export type VoucherRefusal =
  | 'not_found'
  | 'state_conflict'
  | 'voucher_used'
  | 'voucher_void'
  | 'voucher_held'
  | 'voucher_expired'
  | 'voucher_not_started';

/** Of a voucher as a move left it, what the money that moves with it hangs on. */
export type MovedVoucher = Pick<
  Voucher,
  'personId' | 'voucherId' | 'fundId' | 'faceFen' | 'validTo'
> & {
  /** Its fund's money of this end has left `outstanding`: see `expiryTransfers`. */
  readonly expiryReleased: boolean;
};

/** What became of one item of a group. */
export type VoucherMove =
  | { readonly voucher: MovedVoucher; readonly refused?: undefined }
  | { readonly refused: VoucherRefusal; readonly voucher?: undefined };

type Move = {
  readonly fromState: 'unused' | 'held' | 'used';
  readonly toState: 'unused' | 'held' | 'used' | 'void';
};
type Judged = MovedVoucher & {
  readonly reason: VoucherRefusal | 'stale' | null;
  /** How many of all the wanted ones moved. */
  readonly moved: number;
};
type RestoredRef = VoucherRef & { readonly usableFrom?: Instant | undefined };

const noEnds: ReadonlyMap<string, Instant> = new Map();

/** Shares the lock of the fund and end of each voucher; answers the ends that were locked. */
async function lockEnds(
  tx: Tx,
  wanted: { readonly personIds: readonly string[]; readonly voucherIds: readonly string[] },
): Promise<ReadonlyMap<string, Instant>> {
  const rows = await tx.rows<{ voucherId: string; validTo: Instant }>(sql('lockExpiries'), wanted);
  return new Map(rows.map((row) => [row.voucherId, row.validTo]));
}

/** Moves each wanted voucher once and tells what became of it, by voucher id. */
async function moveOnce(tx: Tx, refs: readonly RestoredRef[], move: Move) {
  const personIds = refs.map((ref) => ref.personId);
  const voucherIds = refs.map((ref) => ref.voucherId);
  // What an end's release counts are unused vouchers: from held to used none comes or goes.
  const isCounted = move.fromState === 'unused' || move.toState === 'unused';
  const endOf = isCounted ? await lockEnds(tx, { personIds, voucherIds }) : noEnds;
  const rows = await tx.rows<Judged>(sql('moveVouchers'), {
    personIds,
    voucherIds,
    validTos: refs.map((ref) => endOf.get(ref.voucherId) ?? null),
    usableFroms: refs.map((ref) => ref.usableFrom ?? null),
    ...move,
    now: tx.now,
  });
  const free = rows.filter((row) => row.reason === null).length;
  const moved = rows[0]?.moved ?? 0;
  if (moved !== free) throw new Error(`${moved} vouchers moved of ${free} that were free to`);
  return new Map(rows.map((row) => [row.voucherId, row]));
}

async function moveVouchers(tx: Tx, refs: readonly RestoredRef[], move: Move) {
  const outcomes = new Map<string, VoucherMove>();
  let open = [...new Map(refs.map((ref) => [ref.voucherId, ref])).values()];
  // A voucher's end moves at most once, by an extension: the second look is the last.
  for (let look = 1; open.length > 0; look += 1) {
    if (look > 3) throw new Error('the end of a voucher moved again and again');
    const rows = await moveOnce(tx, open, move);
    open = open.filter((ref) => rows.get(ref.voucherId)?.reason === 'stale');
    for (const [voucherId, { reason, moved: _, ...voucher }] of rows) {
      if (reason === null) outcomes.set(voucherId, { voucher });
      else if (reason !== 'stale') outcomes.set(voucherId, { refused: reason });
    }
  }
  const taken = new Set<string>();
  return refs.map((ref): VoucherMove => {
    // Of two items of one group that want the same voucher the first has it.
    if (taken.has(ref.voucherId)) return { refused: secondReason(move) };
    taken.add(ref.voucherId);
    return outcomes.get(ref.voucherId) ?? { refused: 'not_found' };
  });
}

function secondReason(move: Move): VoucherRefusal {
  return move.toState === 'unused' ? 'state_conflict' : `voucher_${move.toState}`;
}

/**
 * A try takes the voucher: unused → held, for each of `refs`, answers in their order. Refused, item
 * by item, are vouchers that are used, void, held, before their start (or the day a refund gave
 * them back for) or at or after their end; `tx.now` is the time of the try and decides. Locks the
 * expiry of each fund and end (shared), then the vouchers in key order.
 * @policy XN23 三(二), SX20 一(三), SM23 七(三)
 */
export function holdVouchers(tx: Tx, refs: readonly VoucherRef[]): Promise<VoucherMove[]> {
  return moveVouchers(tx, refs, { fromState: 'unused', toState: 'held' });
}

/**
 * A try ended without payment: held → unused, with the end the voucher always had. Post
 * `expiryTransfers` of the result in the same act. Locks as `holdVouchers`.
 */
export function releaseVouchers(tx: Tx, refs: readonly VoucherRef[]): Promise<VoucherMove[]> {
  return moveVouchers(tx, refs, { fromState: 'held', toState: 'unused' });
}

/** The payment is made: held → used, also after the voucher's end. Locks the vouchers alone. */
export function useVouchers(tx: Tx, refs: readonly VoucherRef[]): Promise<VoucherMove[]> {
  return moveVouchers(tx, refs, { fromState: 'held', toState: 'used' });
}

/**
 * Goods came back: used → unused with its original dates, usable from `usableFrom` where the refund
 * policy says so. Post `expiryTransfers` of the result in the same act. Locks as `holdVouchers`.
 */
export function restoreVouchers(tx: Tx, refs: readonly RestoredRef[]): Promise<VoucherMove[]> {
  return moveVouchers(tx, refs, { fromState: 'used', toState: 'unused' });
}

/** The organiser takes vouchers back: unused → void. Locks as `holdVouchers`. */
export function voidVouchers(tx: Tx, refs: readonly VoucherRef[]): Promise<VoucherMove[]> {
  return moveVouchers(tx, refs, { fromState: 'unused', toState: 'void' });
}

/**
 * The transfers that vouchers need which came back to 'unused' after the money of their end was
 * released: outstanding → return_due, per fund. None for the others.
 */
export function expiryTransfers(
  vouchers: readonly MovedVoucher[],
  reference: Transfer['reference'],
): Transfer[] {
  return vouchers
    .filter((voucher) => voucher.expiryReleased)
    .map(({ fundId, faceFen: amountFen }) => ({
      fundId,
      from: 'outstanding',
      to: 'return_due',
      amountFen,
      kind: 'expired',
      reference,
    }));
}

/** The moved voucher of a single item; a refusal is thrown with its reason. */
export function movedVoucher(move: VoucherMove | undefined): MovedVoucher {
  if (move === undefined) throw new Error('no such item');
  if (move.refused !== undefined) refuse(move.refused);
  return move.voucher;
}

/** What vouchers of one kind, origin, fund and end have in common. */
function sharedName(one: Voucher): string {
  const { programmeId, versionId, kind, fundId, faceFen, originId, channel } = one;
  const shared = `${originId} ${kind} ${fundId} ${faceFen} ${one.validFrom} ${one.validTo}`;
  return `${shared} ${programmeId} ${versionId} ${channel}`;
}

/**
 * Writes new unused vouchers, paid by the fund each names, under the event that issued them.
 * Exactly the planned ones exist: a second voucher for the same person, origin, kind and n is a
 * broken invariant (`planned_vouchers_once`), for the caller has settled races by its counters
 * before. The transfer committed → outstanding is the caller's, once per fund.
 */
export async function insertVouchers(
  tx: Tx,
  eventId: bigint,
  vouchers: readonly Voucher[],
): Promise<void> {
  if (vouchers.length === 0) return;
  const { lines, lineOf } = linesOf(vouchers, sharedName);
  const written = await tx.execute(sql('insertVouchers'), {
    eventId,
    now: tx.now,
    personIds: vouchers.map((one) => one.personId),
    voucherIds: vouchers.map((one) => one.voucherId),
    numbers: vouchers.map((one) => one.n),
    lines: lineOf,
    programmeIds: lines.map((one) => one.programmeId),
    versionIds: lines.map((one) => one.versionId),
    kinds: lines.map((one) => one.kind),
    fundIds: lines.map((one) => one.fundId),
    faces: lines.map((one) => one.faceFen),
    originIds: lines.map((one) => one.originId),
    channels: lines.map((one) => one.channel),
    validFroms: lines.map((one) => one.validFrom),
    validTos: lines.map((one) => one.validTo),
  });
  if (written !== vouchers.length) throw new Error(`${written} of ${vouchers.length} vouchers`);
}

/** The characters that the ids of a pack share; the rest is `n`, as `voucher_of_pack` has it. */
const packLength = 31;
const firstOfPack = 0x8_0000;
const suffixOf = (n: number) => (firstOfPack + n).toString(16);

/** An id for the `n`-th voucher of a pack of its own. */
export function newVoucherId(n: number): string {
  return newId().slice(0, packLength) + suffixOf(n);
}

/**
 * Vouchers as the event of their issue keeps them, in the shape that packs have: what they share
 * once, and an item for each: whose, the pack, its line, its number, one. Instants in milliseconds.
 * Their ids are from `newVoucherId`.
 */
export function issueRecord(vouchers: readonly Voucher[]) {
  const { lines, lineOf } = linesOf(
    vouchers,
    (one) => `${one.kind} ${one.fundId} ${one.faceFen} ${one.validFrom} ${one.validTo}`,
  );
  const items = vouchers.map(({ personId, voucherId, n }, index) => {
    if (!voucherId.endsWith(suffixOf(n)))
      throw new Error(`${voucherId} does not end with its ${n}`);
    return [personId, voucherId.slice(0, packLength), (lineOf[index] ?? 0) - 1, n, 1];
  });
  const shared = lines.map((one) => [
    one.kind,
    one.fundId,
    Number(one.faceFen),
    one.validFrom,
    one.validTo,
  ]);
  return { lines: shared, items };
}
