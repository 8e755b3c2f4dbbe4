import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { markReturned, markReturnFailed } from '../expiry/return.ts';
import { explainPaymentLine, matchPaymentLines } from '../fund/payment-lines.ts';
import { decideUnknown } from '../redemption/network.ts';
import { endException, lockOpenException, type ReconciliationException } from './exception.ts';
import { correctPayout } from './receipt.ts';

/**
 * A second person ends an exception as it was proposed. Where the proposal says what truly became
 * of a payment the entries follow: a payout is paid or payable again, a return is back or due
 * again, a redemption whose payment nobody told is used or free. Nothing is overwritten: entries
 * are new. Refuses `not_found`, `already_decided`, `state_conflict` where nothing was proposed or
 * the entries are no longer possible, `separation_of_duties`. Locks the exception, then what it is
 * about.
 * @policy S2; fault-33
 */
export async function closeException(
  tx: Tx,
  input: { readonly exceptionId: string },
): Promise<void> {
  const found = await lockOpenException(tx, input.exceptionId);
  const { resolution } = found;
  if (resolution === null) refuse('state_conflict');
  if (found.proposedBy === tx.actor.id) refuse('separation_of_duties');
  if (found.redemptionId !== null && resolution !== 'explained') {
    const outcome = resolution === 'was_paid' ? 'paid' : 'not_paid';
    await decideUnknown(tx, { redemptionId: found.redemptionId, outcome });
  }
  const eventId = await endException(tx, found);
  if (found.payoutId !== null && resolution !== 'explained') {
    await correctPayout(tx, found.payoutId, eventId, resolution);
  }
  if (found.returnId !== null && resolution === 'was_paid') await markReturned(tx, found.returnId);
  if (found.returnId !== null && resolution === 'was_not_paid') {
    await markReturnFailed(tx, found.returnId);
  }
  await closeLine(tx, found);
}

/** The line that showed it is matched with the payment it proves, or explained. */
async function closeLine(tx: Tx, found: ReconciliationException): Promise<void> {
  const { bankLineId, exceptionId, payoutId, returnId } = found;
  if (bankLineId === null) return;
  const id = payoutId ?? returnId;
  const kind = payoutId === null ? 'fund_return' : 'payout';
  if (id !== null && found.resolution !== 'explained') {
    await matchPaymentLines(tx, [{ bankLineId, kind, id }]);
  } else {
    await explainPaymentLine(tx, { bankLineId, exceptionId });
  }
}
