import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/**
 * A programme begins to close: from here on nothing is issued, claimed or extended. Part of the act
 * that closes it. Refuses `programme_closed` for one that is closing already or was never
 * published.
 */
export async function beginClosing(tx: Tx, programmeId: string): Promise<void> {
  const values = { programmeId, fromStates: ['published', 'stopped'], toState: 'closing' };
  if ((await tx.maybe(sql('moveProgramme'), values)) === undefined) refuse('programme_closed');
}

/** The last step of closing: true if this call took it. */
export async function finishClosing(tx: Tx, programmeId: string): Promise<boolean> {
  const values = { programmeId, fromStates: ['closing'], toState: 'closed' };
  return (await tx.maybe(sql('moveProgramme'), values)) !== undefined;
}
