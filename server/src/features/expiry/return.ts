import { type Fen, fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { balancesOf, post } from '../../ledger/post.ts';

const sql = twin(import.meta.url);

export type ReturnState = 'prepared' | 'approved' | 'sent' | 'returned' | 'failed' | 'rejected';

/** One payment of unspent money back to its funder. */
export type FundReturn = {
  readonly returnId: string;
  readonly fundId: string;
  readonly programmeId: string;
  readonly amountFen: Fen;
  readonly state: ReturnState;
  /** The last day on which it must be there. */
  readonly returnBy: string | null;
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly createdAt: Instant;
  readonly sentAt: Instant | null;
  readonly returnedAt: Instant | null;
};

/**
 * Proposes to return what a closed programme owes its funders: one return per fund that owes
 * something and has none under way, for all it owes, to that fund's own account. Money that falls
 * due later (a try decided late, a refund) makes a return of its own. Refuses `state_conflict` for
 * a programme that is not closed or a fund whose return account is not known, `nothing_to_return`.
 * @policy SX20 一(三) 退回基层工会账户, SM23 十一(三); requirement F4; inv-6, inv-31
 */
export async function prepareReturns(
  tx: Tx,
  input: { readonly programmeId: string },
): Promise<
  readonly { readonly returnId: string; readonly fundId: string; readonly amountFen: Fen }[]
> {
  const { programmeId } = input;
  type Closed = { returnBy: string | null; closingOrderId: string };
  const closed = await tx.maybe<Closed>(sql('closedProgramme'), { programmeId });
  if (closed === undefined) refuse('state_conflict', { programmeId });
  type Returnable = { fundId: string; hasAccount: boolean };
  const funds = await tx.rows<Returnable>(sql('returnableFunds'), { programmeId });
  const balances = await balancesOf(
    tx,
    funds.map((fund) => fund.fundId),
  );
  const due = funds.flatMap(({ fundId, hasAccount }) => {
    const balance = balances.find((one) => one.fundId === fundId && one.kind === 'return_due');
    const amountFen = balance?.balanceFen ?? fen(0n);
    return amountFen > 0n ? [{ fundId, hasAccount, amountFen, returnId: newId() }] : [];
  });
  if (due.length === 0) refuse('nothing_to_return');
  const missing = due.filter((fund) => !fund.hasAccount).map((fund) => fund.fundId);
  if (missing.length > 0) refuse('state_conflict', { fundsWithoutReturnAccount: missing });
  type Inserted = { returnId: string; fundId: string; amountFen: Fen };
  const returns = await tx.rows<Inserted>(sql('insertReturns'), {
    ...closed,
    returnIds: due.map((one) => one.returnId),
    fundIds: due.map((one) => one.fundId),
    amounts: due.map((one) => one.amountFen),
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  await record(tx, {
    kind: 'return.prepared',
    subject: { kind: 'programme', id: programmeId },
    programmeId,
    items: returns.map((one) => [one.returnId, one.fundId, one.amountFen]),
  });
  return returns;
}

/**
 * A second person agrees to a return; the job `send_return` hands it to the bank. Refuses
 * `not_found`, `separation_of_duties`, `already_decided`.
 */
export async function approveReturn(tx: Tx, input: { readonly returnId: string }): Promise<void> {
  await decideReturn(tx, input.returnId, 'approved');
  await enqueue(tx, 'send_return', { returnId: input.returnId });
}

/**
 * A second person declines a return. Refuses `not_found`, `separation_of_duties`,
 * `already_decided`.
 */
export async function rejectReturn(tx: Tx, input: { readonly returnId: string }): Promise<void> {
  await decideReturn(tx, input.returnId, 'rejected');
}

async function decideReturn(tx: Tx, returnId: string, toState: 'approved' | 'rejected') {
  const { programmeId, fundId } = await getReturn(tx, returnId);
  const values = { returnId, toState, decidedBy: tx.actor.id };
  if ((await tx.maybe(sql('decideReturn'), values)) === undefined) refuse('already_decided');
  const subject = { kind: 'fund', id: fundId };
  await record(tx, { kind: `return.${toState}`, subject, programmeId, body: { returnId } });
}

/** The bank has the instruction: approved → sent. False if it was sent before. */
export async function markReturnSent(tx: Tx, returnId: string): Promise<boolean> {
  return moveReturn(tx, returnId, { fromState: 'approved', toState: 'sent' });
}

/** The bank refused it: sent → failed; a new return may be prepared. False if it was not sent. */
export async function markReturnFailed(tx: Tx, returnId: string): Promise<boolean> {
  return moveReturn(tx, returnId, { fromState: 'sent', toState: 'failed' });
}

async function moveReturn(
  tx: Tx,
  returnId: string,
  move: { readonly fromState: ReturnState; readonly toState: ReturnState },
): Promise<boolean> {
  const { programmeId, fundId } = await getReturn(tx, returnId);
  const moved = await tx.maybe(sql('moveReturn'), { returnId, ...move, now: tx.now });
  if (moved === undefined) return false;
  const subject = { kind: 'fund', id: fundId };
  await record(tx, { kind: `return.${move.toState}`, subject, programmeId, body: { returnId } });
  return true;
}

/**
 * The money is back with its funder: sent → returned, return_due → returned in the ledger, once.
 * False if it was returned before. Refuses `not_found`.
 * @policy SM23 十一(三); inv-31
 */
export async function markReturned(tx: Tx, returnId: string): Promise<boolean> {
  const { programmeId, fundId, amountFen } = await getReturn(tx, returnId);
  const move = { fromState: 'sent', toState: 'returned' };
  if ((await tx.maybe(sql('moveReturn'), { returnId, ...move, now: tx.now })) === undefined) {
    return false;
  }
  const subject = { kind: 'fund', id: fundId };
  const body = { returnId, amountFen };
  const eventId = await record(tx, { kind: 'return.returned', subject, programmeId, body });
  const reference = { kind: 'fund_return', id: returnId };
  await post(tx, eventId, [
    { fundId, from: 'return_due', to: 'returned', amountFen, kind: 'returned', reference },
  ]);
  return true;
}

/** A return. Refuses `not_found`. */
export async function getReturn(tx: Tx, returnId: string): Promise<FundReturn> {
  return (await tx.maybe<FundReturn>(sql('findReturn'), { returnId })) ?? refuse('not_found');
}

/** The returns of a programme in the order of their preparation, 1,000 at most. */
export async function listReturns(tx: Tx, programmeId: string): Promise<readonly FundReturn[]> {
  return tx.rows<FundReturn>(sql('listReturns'), { programmeId });
}
