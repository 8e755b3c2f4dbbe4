import type { Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { bankCall, eachAlone, instructionOf, remarkOf, type Payer, type Sent } from './pay-run.ts';
import { applyReceipt, type PayoutState } from './receipt.ts';

const sql = twin(import.meta.url);

type Attempt = {
  readonly payoutId: string;
  readonly runId: string;
  readonly merchantId: string;
  readonly state: PayoutState;
  readonly attempt: number;
  readonly amountFen: Fen;
  readonly preparedBy: string | null;
  readonly account: Buffer;
  readonly keyId: number;
  readonly programmeId: string;
  readonly number: number;
  readonly payerAccount: string;
  readonly settlementAccountChangedAt: Instant | null;
  readonly hasAccount: boolean;
};

const dayMs = 86_400_000;

async function lockAttempt(tx: Tx, payoutId: string): Promise<Attempt> {
  const payout = await tx.maybe<Attempt>(sql('lockPayout'), { payoutId });
  return payout ?? refuse('not_found');
}

function demandRestedAccount(payout: Attempt, now: Instant): void {
  const { settlementAccountChangedAt: changedAt, merchantId } = payout;
  if (!payout.hasAccount || (changedAt !== null && changedAt > now - dayMs)) {
    refuse('account_on_hold', { merchantIds: [merchantId] });
  }
}

/**
 * Prepares another attempt at a payout that failed or came back, under an id of its own, to the
 * account as it stands now; a second person approves it. Refuses `not_found`, `state_conflict` for
 * a payout that did not fail, has another attempt, or of which the bank has also said that it was
 * paid (that contradiction is closed first), and `account_on_hold` within a day of a changed
 * account. Locks the payout, then its merchant.
 * @policy inv-34, att-B6
 */
export async function retryPayout(
  tx: Tx,
  input: { readonly payoutId: string },
): Promise<{ readonly payoutId: string; readonly attempt: number }> {
  const failed = await lockAttempt(tx, input.payoutId);
  const { merchantId, runId, state, programmeId } = failed;
  await tx.one(sql('lockMerchant'), { merchantId });
  const current = await lockAttempt(tx, input.payoutId);
  if (state !== 'failed' && state !== 'came_back') refuse('state_conflict', { state });
  demandRestedAccount(current, tx.now);
  const open = await tx.one<{ count: number }>(sql('openContradictions'), { runId, merchantId });
  if (open.count > 0) refuse('state_conflict', { openExceptions: open.count });
  const values = { payoutId: failed.payoutId, newId: newId(tx.now), preparedBy: tx.actor.id };
  type Inserted = { readonly payoutId: string; readonly attempt: number };
  const inserted = await tx.maybe<Inserted>(sql('insertAttempt'), values);
  if (inserted === undefined) refuse('state_conflict', { state: 'tried_again' });
  await tx.execute(sql('insertAttemptFunds'), values);
  await record(tx, {
    kind: 'payout.retry_prepared',
    subject: { kind: 'payout', id: inserted.payoutId },
    programmeId,
    body: { runId, merchantId, attempt: inserted.attempt, amountFen: failed.amountFen },
  });
  return inserted;
}

/**
 * A second person approves another attempt (or declines it). Refuses `not_found`,
 * `already_decided`, `separation_of_duties`, and `account_on_hold` where the account changed within
 * a day.
 */
export async function decidePayout(
  tx: Tx,
  input: { readonly payoutId: string; readonly decision: 'approved' | 'rejected' },
): Promise<void> {
  const { payoutId, decision } = input;
  const payout = await lockAttempt(tx, payoutId);
  if (payout.attempt === 1 || payout.state !== 'prepared') refuse('already_decided');
  if (payout.preparedBy === tx.actor.id) refuse('separation_of_duties');
  if (decision === 'approved') demandRestedAccount(payout, tx.now);
  const values = { payoutId, state: decision, approvedBy: tx.actor.id };
  await tx.execute(sql('decideAttempt'), values);
  await record(tx, {
    kind: `payout.retry_${decision}`,
    subject: { kind: 'payout', id: payoutId },
    programmeId: payout.programmeId,
  });
}

/** Whether the bank still says of every earlier attempt that the money is not with the merchant. */
async function earlierOnesFailed(at: Payer, actor: Actor, payout: Attempt): Promise<boolean> {
  const earlier = await transact(at.db, actor, (tx) =>
    tx.rows<{ payoutId: string }>(sql('earlierAttempts'), payout),
  );
  for (const { payoutId } of earlier) {
    const answer = await at.bank.queryInstruction(payoutId, bankCall);
    if (answer.outcome === 'paid') {
      const receipt = { instructionId: payoutId, amountFen: payout.amountFen, state: answer };
      await transact(at.db, actor, (tx) => applyReceipt(tx, receipt, payout.programmeId));
    }
    if (answer.outcome !== 'failed' && answer.outcome !== 'returned') return false;
  }
  return true;
}

/**
 * Sends an approved attempt as a file of its own, once the bank has said again that the earlier
 * ones failed; where it now says otherwise nothing leaves and the contradiction is an exception.
 */
export async function sendPayout(at: Payer, actor: Actor, payoutId: string): Promise<Sent> {
  const payout = await transact(at.db, actor, (tx) => lockAttempt(tx, payoutId));
  if (!(await earlierOnesFailed(at, actor, payout))) return 'unknown';
  await transact(at.db, actor, async (tx) => {
    const marked = await tx.execute(sql('markSent'), { payoutId, now: tx.now });
    if (marked !== 1) refuse('state_conflict');
    const { programmeId, amountFen } = payout;
    const subject = { kind: 'payout', id: payoutId };
    await record(tx, { kind: 'payout.sent', subject, programmeId, body: { amountFen } });
  });
  const file = {
    fileId: payoutId,
    payerAccount: payout.payerAccount,
    instructions: [instructionOf(at.keys, payout, remarkOf(payout.number))],
  };
  const answer = await at.bank.submitPayments(file, bankCall);
  return answer.outcome;
}

async function askPayout(at: Payer, actor: Actor, payoutId: string): Promise<void> {
  const answer = await at.bank.receipts(payoutId, bankCall);
  if (answer.outcome === 'not_found') await sendPayout(at, actor, payoutId);
  if (answer.outcome !== 'receipts') return;
  const { programmeId } = await transact(at.db, actor, (tx) => lockAttempt(tx, payoutId));
  for (const receipt of answer.receipts) {
    await transact(at.db, actor, (tx) => applyReceipt(tx, receipt, programmeId));
  }
}

/** Takes every later attempt one step on: approved ones leave, sent ones are asked about. */
export async function payAttempts(at: Payer, actor: Actor): Promise<void> {
  type Waiting = { readonly payoutId: string; readonly state: 'approved' | 'sent' };
  const waiting = await transact(at.db, actor, (tx) => tx.rows<Waiting>(sql('attemptsToPay')));
  await eachAlone(waiting, async ({ payoutId, state }) => {
    if (state === 'approved') await sendPayout(at, actor, payoutId);
    else await askPayout(at, actor, payoutId);
  });
}
