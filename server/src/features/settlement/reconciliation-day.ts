import type { Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Reconciled } from '@huiquan/domain/settlement/match.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { ExceptionSource } from './exception.ts';

const sql = twin(import.meta.url);

/** How one day of two books compares: totals first. */
export type ReconciliationDay = {
  readonly day: string;
  readonly source: ExceptionSource;
  readonly oursCount: number;
  readonly oursFen: Fen;
  readonly theirsCount: number;
  readonly theirsFen: Fen;
  readonly matchedCount: number;
  readonly parkedCount: number;
  readonly differenceCount: number;
  readonly at: Instant;
};

/** Writes down what a reconciliation of one day found, with its event. */
export async function writeDay(
  tx: Tx,
  found: {
    readonly programmeId: string;
    readonly day: string;
    readonly source: ExceptionSource;
    readonly result: Reconciled;
  },
): Promise<ReconciliationDay> {
  const { programmeId, day, source, result } = found;
  const figures = {
    day,
    source,
    oursCount: result.ours.count,
    oursFen: result.ours.sumFen,
    theirsCount: result.theirs.count,
    theirsFen: result.theirs.sumFen,
    matchedCount: result.matched.length,
    parkedCount: result.parked.length,
    differenceCount: result.differences.length,
  };
  const reconciliationId = newId(tx.now);
  const eventId = await record(tx, {
    kind: 'reconciliation.day_compared',
    subject: { kind: 'programme', id: programmeId },
    programmeId,
    body: { reconciliationId, ...figures },
  });
  const values = { ...figures, reconciliationId, programmeId, now: tx.now, eventId };
  await tx.execute(sql('insertDay'), values);
  return { ...figures, at: tx.now };
}

/** The days that were reconciled, latest first, a year at most. */
export async function listReconciliationDays(
  tx: Tx,
  programmeId: string,
): Promise<readonly ReconciliationDay[]> {
  return tx.rows<ReconciliationDay>(sql('listDays'), { programmeId });
}
