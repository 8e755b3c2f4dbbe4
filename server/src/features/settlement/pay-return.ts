import type { Fen } from '@huiquan/domain/fen.ts';
import { dayOf } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Receipt } from '../../ports/bank.ts';
import {
  getReturn,
  markReturned,
  markReturnFailed,
  markReturnSent,
  type ReturnState,
} from '../expiry/return.ts';
import { raiseException } from './exception.ts';
import { bankCall, eachAlone, instructionOf, type Payer, type Sent } from './pay-run.ts';

const sql = twin(import.meta.url);

type ReturnToPay = {
  readonly payoutId: string;
  readonly amountFen: Fen;
  readonly state: ReturnState;
  readonly account: Buffer | null;
  readonly keyId: number | null;
  readonly programmeId: string;
  readonly programmeCode: string;
  readonly payerAccount: string | null;
};

/**
 * Sends an approved return to the bank as a file of its own under the return's id, after marking it
 * sent; sent again it is the same file. Refuses `not_found`, and `state_conflict` for a return that
 * nobody approved or a fund whose accounts are not known.
 * @policy F4, inv-31, inv-34
 */
export async function sendReturn(at: Payer, actor: Actor, returnId: string): Promise<Sent> {
  const file = await transact(at.db, actor, async (tx) => {
    const found = await tx.maybe<ReturnToPay>(sql('returnToPay'), { returnId });
    if (found === undefined) refuse('not_found');
    const { account, keyId, payerAccount, state } = found;
    if (account === null || keyId === null || payerAccount === null) refuse('state_conflict');
    if (state === 'approved') await markReturnSent(tx, returnId);
    else if (state !== 'sent') refuse('state_conflict', { state });
    const remark = `惠券结余退回${found.programmeCode}`;
    const instruction = instructionOf(at.keys, { ...found, account, keyId }, remark);
    return { fileId: returnId, payerAccount, instructions: [instruction] };
  });
  return (await at.bank.submitPayments(file, bankCall)).outcome;
}

/** Applies one receipt of a return once; what contradicts it is an exception. */
async function applyReturnReceipt(tx: Tx, returnId: string, receipt: Receipt): Promise<void> {
  const { state: answer, amountFen } = receipt;
  const { programmeId, state, amountFen: oursFen } = await getReturn(tx, returnId);
  if (answer.outcome === 'processing') return;
  const base = { programmeId, returnId, source: 'bank_receipt' } as const;
  if (amountFen !== oursFen) {
    const subjectKey = `return ${returnId}: ${amountFen} instead of ${oursFen}`;
    const details = { oursFen, theirsFen: amountFen };
    await raiseException(tx, { ...base, verdict: 'amount_differs', subjectKey, details });
    return;
  }
  const theirs = answer.outcome === 'paid' ? 'returned' : 'failed';
  if (state === theirs) return;
  const isNews = state === 'sent';
  if (isNews && theirs === 'returned') {
    await markReturned(tx, returnId);
    return;
  }
  if (isNews) await markReturnFailed(tx, returnId);
  const subjectKey = `return ${returnId}: ${isNews ? 'not paid' : `${state} and ${theirs}`}`;
  const details = { ours: state, theirs };
  await raiseException(tx, { ...base, verdict: 'state_differs', subjectKey, details });
}

/** Asks what became of a sent return; sends it again where the bank has no such file. */
export async function collectReturn(at: Payer, actor: Actor, returnId: string): Promise<void> {
  const answer = await at.bank.receipts(returnId, bankCall);
  if (answer.outcome === 'not_found') await sendReturn(at, actor, returnId);
  if (answer.outcome !== 'receipts') return;
  for (const receipt of answer.receipts) {
    await transact(at.db, actor, (tx) => applyReturnReceipt(tx, returnId, receipt));
  }
}

/** Takes every return one step on: approved ones leave, sent ones are asked about. */
export async function payReturns(at: Payer, actor: Actor): Promise<void> {
  type Waiting = { readonly returnId: string; readonly state: 'approved' | 'sent' };
  const waiting = await transact(at.db, actor, (tx) => tx.rows<Waiting>(sql('returnsToPay')));
  await eachAlone(waiting, async ({ returnId, state }) => {
    if (state === 'approved') await sendReturn(at, actor, returnId);
    else await collectReturn(at, actor, returnId);
  });
}

/** Money that should be back with its funder and is not. */
export type OverdueReturn = {
  /** Absent where nobody has prepared a return yet. */
  readonly returnId?: string;
  readonly fundId: string;
  readonly amountFen: Fen;
  readonly state: ReturnState | 'not_prepared';
  readonly returnBy: string;
  readonly daysLate: number;
};

/**
 * What of a programme is overdue: returns, and money due back without a return, past the last of
 * the plan's working days.
 * @policy SM23 十一(三), F4
 */
export async function listOverdueReturns(
  tx: Tx,
  programmeId: string,
): Promise<readonly OverdueReturn[]> {
  const values = { programmeId, today: dayOf(tx.now) };
  const late = await tx.rows<OverdueReturn>(sql('overdueReturns'), values);
  const missing = await tx.rows<Omit<OverdueReturn, 'state'>>(sql('unpreparedReturns'), values);
  return [...late, ...missing.map((one) => ({ ...one, state: 'not_prepared' as const }))];
}
