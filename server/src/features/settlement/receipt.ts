import type { Fen } from '@huiquan/domain/fen.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { post, type AccountKind } from '../../ledger/post.ts';
import type { InstructionState, Receipt } from '../../ports/bank.ts';
import { raiseException } from './exception.ts';

const sql = twin(import.meta.url);

export type PayoutState =
  | 'prepared'
  | 'approved'
  | 'sent'
  | 'paid'
  | 'failed'
  | 'came_back'
  | 'rejected';

export type LockedPayout = {
  readonly payoutId: string;
  readonly runId: string;
  readonly merchantId: string;
  readonly state: PayoutState;
  readonly amountFen: Fen;
  readonly programmeId: string;
};

/** A payout by id, locked, or undefined. */
export async function lockPayout(tx: Tx, payoutId: string): Promise<LockedPayout | undefined> {
  return tx.maybe<LockedPayout>(sql('lockPayout'), { payoutId });
}

/** Posts that a payout's money reached the merchant, or came back from there. */
export async function movePayout(
  tx: Tx,
  payout: LockedPayout,
  eventId: bigint,
  way: 'paid' | 'came_back',
): Promise<void> {
  const { merchantId, payoutId } = payout;
  const [from, to]: [AccountKind, AccountKind] =
    way === 'paid' ? ['payable', 'settled'] : ['settled', 'payable'];
  const funds = await tx.rows<{ fundId: string; paidFen: Fen }>(sql('fundsOfPayout'), { payoutId });
  await post(
    tx,
    eventId,
    funds.map(({ fundId, paidFen }) => ({
      fundId,
      from: { kind: from, merchantId },
      to: { kind: to, merchantId },
      amountFen: paidFen,
      kind: way,
      reference: { kind: 'payout', id: payoutId },
    })),
  );
}

type Final = Exclude<InstructionState, { outcome: 'processing' }>;
const stateOf = { paid: 'paid', failed: 'failed', returned: 'came_back' } as const;

async function decide(tx: Tx, payout: LockedPayout, answer: Final): Promise<void> {
  const { payoutId, programmeId, amountFen } = payout;
  const state = stateOf[answer.outcome];
  await tx.execute(sql('decidePayout'), {
    payoutId,
    state,
    failure: 'reason' in answer ? answer.reason : null,
    serial: answer.outcome === 'paid' ? answer.serial : null,
    now: tx.now,
  });
  const eventId = await record(tx, {
    kind: `payout.${state}`,
    subject: { kind: 'payout', id: payoutId },
    programmeId,
    body: { amountFen },
  });
  // Paid and sent back before we heard of either moves nothing: it is payable still.
  if (state === 'paid') await movePayout(tx, payout, eventId, 'paid');
  if (state === 'came_back' && payout.state === 'paid') {
    await movePayout(tx, payout, eventId, 'came_back');
  }
}

/**
 * Applies one line of the bank's receipts, once: the first final answer counts, a payment that was
 * sent back is payable again, a contradiction changes nothing and becomes an exception, as do an
 * amount that differs and a payout that failed or came back. Locks the payout.
 * @policy fault-32, att-B2; inv-34
 */
export async function applyReceipt(tx: Tx, receipt: Receipt, programmeId: string): Promise<void> {
  const { instructionId, state: answer } = receipt;
  const payout = await lockPayout(tx, instructionId);
  if (answer.outcome === 'processing') return;
  const base = { programmeId, source: 'bank_receipt' } as const;
  if (payout === undefined || payout.state === 'rejected') {
    const subjectKey = `instruction ${instructionId}: unknown to us`;
    const details = { instructionId, theirsFen: receipt.amountFen, theirs: answer.outcome };
    await raiseException(tx, { ...base, verdict: 'theirs_only', subjectKey, details });
    return;
  }
  const { payoutId, state } = payout;
  const theirs = stateOf[answer.outcome];
  if (receipt.amountFen !== payout.amountFen) {
    const subjectKey = `payout ${payoutId}: ${receipt.amountFen} instead of ${payout.amountFen}`;
    const details = { oursFen: payout.amountFen, theirsFen: receipt.amountFen };
    await raiseException(tx, { ...base, payoutId, verdict: 'amount_differs', subjectKey, details });
    return;
  }
  if (state === theirs) return;
  const isOpen = state === 'prepared' || state === 'approved' || state === 'sent';
  const isNews = isOpen || (state === 'paid' && theirs === 'came_back');
  if (isNews) await decide(tx, payout, answer);
  if (isNews && theirs === 'paid') return;
  const details = { ours: state, theirs, ...('reason' in answer ? { reason: answer.reason } : {}) };
  const subjectKey = `payout ${payoutId}: ${isNews ? 'not paid' : `${state} and ${theirs}`}`;
  await raiseException(tx, { ...base, payoutId, verdict: 'state_differs', subjectKey, details });
}

/**
 * Two persons say what truly became of a payout: the entries follow under the event of the closing.
 * Refuses `state_conflict` where a later attempt is under way or paid: the money moved once.
 */
export async function correctPayout(
  tx: Tx,
  payoutId: string,
  eventId: bigint,
  truth: 'was_paid' | 'was_not_paid',
): Promise<void> {
  const payout = (await lockPayout(tx, payoutId)) ?? refuse('not_found');
  const values = { payoutId, failure: null, serial: null, now: tx.now };
  if (truth === 'was_paid' && payout.state !== 'paid') {
    const later = await tx.one<{ count: number }>(sql('laterAttempts'), { payoutId });
    if (later.count > 0) refuse('state_conflict', { laterAttempts: later.count });
    await tx.execute(sql('decidePayout'), { ...values, state: 'paid' });
    await movePayout(tx, payout, eventId, 'paid');
  }
  if (truth === 'was_not_paid' && payout.state === 'paid') {
    await tx.execute(sql('decidePayout'), { ...values, state: 'came_back' });
    await movePayout(tx, payout, eventId, 'came_back');
  }
  if (truth === 'was_not_paid' && payout.state === 'sent') {
    await tx.execute(sql('decidePayout'), { ...values, state: 'failed' });
  }
}
