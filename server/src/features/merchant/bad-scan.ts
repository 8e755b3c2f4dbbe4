import { instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';

const sql = twin(import.meta.url);

/** More bad scans than this within a minute pause the till for a minute. */
export const badScansMax = 10;
const minuteMs = 60_000;
const keptMs = 86_400_000;

/**
 * Counts a scan that was no usable code, one per entry of `terminalIds`, and pauses a till that
 * had more than ten within a minute; its owner is told by the event. Part of the redemption's act.
 * Locks the terminals.
 * @policy att-R4
 */
export async function countBadScans(tx: Tx, terminalIds: readonly string[]): Promise<void> {
  if (terminalIds.length === 0) return;
  await tx.execute(sql('countBadScans'), { terminalIds, now: tx.now });
  const paused = await tx.rows<{ terminalId: string }>(sql('pauseTerminals'), {
    terminalIds,
    since: instant(tx.now - minuteMs),
    pausedUntil: instant(tx.now + minuteMs),
    max: badScansMax,
  });
  const [first] = paused;
  if (first === undefined) return;
  const subject = { kind: 'terminal', id: first.terminalId };
  await record(tx, { kind: 'terminal.paused', subject, items: paused });
}

/** Forgets bad scans of more than a day ago. Answers how many. */
export async function forgetBadScans(tx: Tx): Promise<number> {
  return tx.execute(sql('forgetBadScans'), { before: instant(tx.now - keptMs) });
}
