import { dayOf, endOfDay } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';

const sql = twin(import.meta.url);

/**
 * Closes an accounting day (Asia/Shanghai): from here on no transfer can be posted to it. Waits for
 * transfers in flight; one that had not reached the ledger yet is done again and posts to the next
 * day. Refuses `state_conflict` for a day that is not over, `already_decided` for a closed one.
 * @policy SM23 台账; inv-9
 */
export async function closeDay(tx: Tx, day: string): Promise<void> {
  if (tx.now < endOfDay(day)) refuse('state_conflict', { day });
  await tx.rows(sql('lockDays'));
  const { closed } = await tx.one<{ closed: boolean }>(sql('isClosed'), { day });
  if (closed) refuse('already_decided', { day });
  const subject = { kind: 'accounting_day', id: day };
  const eventId = await record(tx, { kind: 'day.closed', subject });
  await tx.maybe(sql('insertDay'), { day, eventId, now: tx.now });
}

/** The days with entries that are over and still open, oldest first. */
export async function listOpenDays(tx: Tx): Promise<readonly string[]> {
  const today = dayOf(tx.now);
  const rows = await tx.rows<{ day: string }>(sql('openDays'), { today });
  return rows.map((row) => row.day);
}
