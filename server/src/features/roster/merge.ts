import { type Fen, fen } from '@huiquan/domain/fen.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { copyRows } from '../../db/copy.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { FailedRow, RosterChunk } from './read-rows.ts';
import { packedColumns, type PackedRows, type PackTarget } from './pack-rows.ts';

const sql = twin(import.meta.url);

type Merged = {
  readonly accepted: bigint;
  readonly amountFen: Fen;
  readonly duplicate: bigint;
  readonly existing: bigint;
  readonly questioned: bigint;
};

/** A rival's row can go between two looks only when its import is given up at that moment. */
const looksMax = 3;
const uniqueViolation = '23505';

/** Some rows are to be looked at one by one. */
class NotAllNew extends Error {}

const none = { duplicate: 0n, existing: 0n, questioned: 0n };

async function copyIn(tx: Tx, rows: PackedRows): Promise<void> {
  try {
    await copyRows(tx, { table: 'entitlement', columns: packedColumns }, rows.bytes);
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === uniqueViolation) throw new NotAllNew();
    throw error;
  }
}

/**
 * Copies rows straight into the lists: half of what it costs to stage and to insert them. Undefined
 * where one of them is listed already or may be somebody who is: then none has gone in.
 */
async function copyNew(tx: Tx, target: PackTarget, rows: PackedRows): Promise<Merged | undefined> {
  const { count, amountFen, allIdentified, firstRow, lastRow } = rows;
  try {
    await tx.nested(async () => {
      await copyIn(tx, rows);
      if (allIdentified) return;
      const range = { rosterId: target.rosterId, firstRow, lastRow };
      const { hasLikely } = await tx.one<{ hasLikely: boolean }>(sql('hasLikely'), range);
      if (hasLikely) throw new NotAllNew();
    });
  } catch (error) {
    if (error instanceof NotAllNew) return undefined;
    throw error;
  }
  return { ...none, accepted: BigInt(count), amountFen };
}

async function mergeRows(tx: Tx, target: PackTarget, rows: PackedRows): Promise<Merged> {
  const values = { ...target, now: tx.now };
  await tx.rows(sql('createStage'));
  await copyRows(tx, { table: 'roster_stage', columns: packedColumns }, rows.bytes);
  type Likely = { questioned: bigint; duplicate: bigint };
  const likely = await tx.one<Likely>(sql('askAboutLikely'), values);
  const remaining = BigInt(rows.count) - likely.questioned - likely.duplicate;
  let accepted = 0n;
  let amountFen = 0n;
  for (let look = 1; look <= looksMax; look += 1) {
    const inserted = await tx.one<{ accepted: bigint; amountFen: Fen }>(sql('insertRows'), values);
    accepted += inserted.accepted;
    amountFen += inserted.amountFen;
    const taken = { accepted, amountFen: fen(amountFen) };
    if (accepted === remaining) return { ...taken, ...likely, existing: 0n };
    type Settled = Record<'questioned' | 'duplicate' | 'existing' | 'lost', bigint>;
    const settled = await tx.one<Settled>(sql('settleKnown'), values);
    if (settled.lost > 0n) continue;
    return {
      ...taken,
      questioned: likely.questioned + settled.questioned,
      duplicate: likely.duplicate + settled.duplicate,
      existing: settled.existing,
    };
  }
  refuse('busy', { retryAfterSeconds: 1 });
}

async function noteFailures(
  tx: Tx,
  target: PackTarget,
  failed: readonly FailedRow[],
): Promise<void> {
  const notes = failed.flatMap(({ rowNumber, problems, cells }) =>
    problems.map(({ code, column, figures }, index) => ({
      rowNumber,
      code,
      details: JSON.stringify({ column, ...figures }),
      cells: index === 0 ? cells : null,
    })),
  );
  if (notes.length === 0) return;
  await tx.execute(sql('insertProblems'), {
    ...target,
    rowNumbers: notes.map((one) => one.rowNumber),
    codes: notes.map((one) => one.code),
    details: notes.map((one) => one.details),
    cells: notes.map((one) => one.cells),
  });
}

/**
 * Merges a chunk of a roster file into the lists: who is new is taken, who may be somebody already
 * listed waits for a person to decide, all others stand in the report. Answers whether all its rows
 * were new; `expectNew` says that they probably are. Locks the roster, then the lists of its
 * programme and source. Refuses `state_conflict` once the import was given up.
 * @policy requirement O2, inv-17
 */
export async function mergeChunk(
  tx: Tx,
  target: PackTarget,
  { rows, failed }: RosterChunk,
  expectNew: boolean,
): Promise<{ readonly allNew: boolean }> {
  const { rosterId } = target;
  const isLive = (await tx.maybe(sql('lockImport'), { rosterId })) !== undefined;
  if (!isLive) refuse('state_conflict', { rosterId });
  await tx.rows(sql('lockLists'), target);
  await tx.rows(sql('planByIndex'));
  const copied = expectNew ? await copyNew(tx, target, rows) : undefined;
  const merged = copied ?? (await mergeRows(tx, target, rows));
  await noteFailures(tx, target, failed);
  const total = rows.count + failed.length;
  await tx.execute(sql('addProgress'), { rosterId, total, failed: failed.length, ...merged });
  return { allNew: merged.accepted === BigInt(rows.count) };
}
