import { dayOf, startOfDay, type Instant } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { closeDay, listOpenDays } from './close-day.ts';
import { payReturns } from './pay-return.ts';
import { eachAlone, payRuns, recheckRuns, type Payer } from './pay-run.ts';
import { prepareRuns, type PreparedRun } from './prepare-run.ts';
import { payAttempts } from './retry-payout.ts';

const sql = twin(import.meta.url);

/** Who drafts runs and asks the bank: no person, so that any person may approve. */
export const settlementClerk: Actor = { kind: 'system', id: 'settlement' };

/**
 * Drafts the runs of every programme for what happened before the last midnight (T+1); people
 * approve them. Done again it finds nothing new.
 * @policy S1
 */
export async function draftRuns(db: Db): Promise<readonly PreparedRun[]> {
  const { programmeIds, cutOff } = await transact(db, settlementClerk, async (tx) => {
    const midnight: Instant = startOfDay(dayOf(tx.now));
    const rows = await tx.rows<{ programmeId: string }>(sql('programmesToSettle'), {
      cutOff: midnight,
    });
    return { programmeIds: rows.map((row) => row.programmeId), cutOff: midnight };
  });
  const runs: PreparedRun[] = [];
  await eachAlone(programmeIds, async (programmeId) => {
    const draft = { programmeId, cutOff };
    runs.push(...(await transact(db, settlementClerk, (tx) => prepareRuns(tx, draft))));
  });
  return runs;
}

/** One step of everything that goes through the bank: runs, later attempts, returns to funders. */
export async function payStep(at: Payer): Promise<void> {
  await eachAlone([payRuns, payAttempts, payReturns], (step) => step(at, settlementClerk));
}

/** Once an hour: money that payees' banks sent back. */
export async function recheckStep(at: Payer): Promise<void> {
  await recheckRuns(at, settlementClerk);
}

/** Closes every accounting day that is over. Of two servers one closes it. */
export async function closeDays(db: Db): Promise<readonly string[]> {
  const days = await transact(db, settlementClerk, listOpenDays);
  const closed: string[] = [];
  for (const day of days) {
    try {
      await transact(db, settlementClerk, (tx) => closeDay(tx, day));
      closed.push(day);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'already_decided') throw error;
    }
  }
  return closed;
}
