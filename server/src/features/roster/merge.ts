import { type Fen, fen } from '@huiquan/domain/fen.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { copyRows } from '../../db/copy.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { RosterChunk } from './read-rows.ts';
import { stageColumns } from './seal-rows.ts';

const sql = twin(import.meta.url);

/** Where the rows of a roster go. */
export type MergeTarget = {
  readonly rosterId: string;
  readonly programmeId: string;
  readonly source: string;
  readonly keyId: number;
};

type Merged = {
  readonly accepted: bigint;
  readonly amountFen: Fen;
  readonly duplicate: bigint;
  readonly existing: bigint;
  readonly questioned: bigint;
};

/** A rival's row can go between two looks only when its import is given up at that moment. */
const looksMax = 3;

async function mergeRows(tx: Tx, target: MergeTarget, staged: number): Promise<Merged> {
  const values = { ...target, now: tx.now };
  await tx.rows(sql('planByIndex'));
  type Likely = { questioned: bigint; duplicate: bigint };
  const likely = await tx.one<Likely>(sql('askAboutLikely'), values);
  const remaining = BigInt(staged) - likely.questioned - likely.duplicate;
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

async function noteFailures(tx: Tx, target: MergeTarget, chunk: RosterChunk): Promise<void> {
  const notes = chunk.failed.flatMap(({ rowNumber, problems, cells }) =>
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
 * listed waits for a person to decide, all others stand in the report. Locks the roster. Refuses
 * `state_conflict` once the import was given up.
 * @policy requirement O2, inv-17
 */
export async function mergeChunk(tx: Tx, target: MergeTarget, chunk: RosterChunk): Promise<void> {
  const { rosterId } = target;
  const isLive = (await tx.maybe(sql('lockImport'), { rosterId })) !== undefined;
  if (!isLive) refuse('state_conflict', { rosterId });
  await tx.rows(sql('createStage'));
  await copyRows(tx, { table: 'roster_stage', columns: stageColumns }, chunk.rows);
  const merged = await mergeRows(tx, target, chunk.rows.length);
  await noteFailures(tx, target, chunk);
  const failed = chunk.failed.length;
  const total = chunk.rows.length + failed;
  await tx.execute(sql('addProgress'), { rosterId, total, failed, ...merged });
}
