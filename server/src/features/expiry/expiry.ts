import type { Fen } from '@huiquan/domain/fen.ts';
import { type Instant, instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { post } from '../../ledger/post.ts';

const sql = twin(import.meta.url);

/** The vouchers of one fund that end at one instant: the unit in which expiry moves money. */
export type FundEnd = { readonly fundId: string; readonly validTo: Instant };

/** What a release moved. */
export type Release = { readonly voucherCount: number; readonly amountFen: Fen };

/**
 * Releases the value of the vouchers of one fund that ended at `validTo`: outstanding → return_due
 * in one transfer, however many they are, and no voucher is touched. Vouchers in a try are left out
 * and settled when the try is decided. Undefined if this end was released before. Locks the expiry
 * of the fund and end exclusively. Refuses `state_conflict` before the end.
 * @policy SX20 一(三), SM23 八(三), XN23 三(二); requirements E1, E2
 */
export async function releaseExpired(tx: Tx, end: FundEnd): Promise<Release | undefined> {
  const { fundId, validTo } = end;
  if (tx.now < validTo) refuse('state_conflict', { validTo: instantText(validTo) });
  await tx.rows(sql('lockExpiry'), end);
  const value = await tx.one<Release & { isReleased: boolean; programmeId: string }>(
    sql('expiredValue'),
    end,
  );
  const { voucherCount, amountFen, isReleased, programmeId } = value;
  if (isReleased) return undefined;
  const eventId = await record(tx, {
    kind: 'expiry.released',
    subject: { kind: 'fund', id: fundId },
    programmeId,
    body: { validTo, voucherCount, amountFen },
  });
  await tx.execute(sql('insertRelease'), { ...end, voucherCount, amountFen, now: tx.now, eventId });
  const reference = { kind: 'expiry', id: instantText(validTo) };
  await post(tx, eventId, [
    { fundId, from: 'outstanding', to: 'return_due', amountFen, kind: 'expired', reference },
  ]);
  return { voucherCount, amountFen };
}

const pairsPerLook = 1_000;

/**
 * Releases every end that has passed, each in a transaction of its own; may be killed, run twice
 * and run late: whether a voucher is accepted never depends on it. Answers how many it released.
 * @policy requirement E1
 */
export async function releaseDue(db: Db, actor: Actor): Promise<number> {
  for (let released = 0; ;) {
    const due = await transact(db, actor, (tx) =>
      tx.rows<FundEnd>(sql('duePairs'), { now: tx.now, size: pairsPerLook }),
    );
    released += await releaseEnds(db, actor, due);
    if (due.length < pairsPerLook) return released;
  }
}

/** Releases every end of a programme that is closing; all of them have passed. */
export async function releaseProgramme(db: Db, actor: Actor, programmeId: string): Promise<number> {
  const ends = await transact(db, actor, (tx) =>
    tx.rows<FundEnd>(sql('pairsOfProgramme'), { programmeId }),
  );
  return releaseEnds(db, actor, ends);
}

async function releaseEnds(db: Db, actor: Actor, ends: readonly FundEnd[]): Promise<number> {
  let released = 0;
  for (const end of ends) {
    const release = await transact(db, actor, (tx) => releaseExpired(tx, end));
    released += release === undefined ? 0 : 1;
  }
  return released;
}
