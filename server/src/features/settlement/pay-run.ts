import { sumFen, type Fen } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';
import type { Bank, PaymentFile, PaymentInstruction } from '../../ports/bank.ts';
import { applyReceipt } from './receipt.ts';

const sql = twin(import.meta.url);

/** The longest the bank is waited for; what it did then is asked for later. */
export const bankCall = { timeoutMs: 10_000 };

/** What paying needs: nothing of it is used inside a transaction but the keys. */
export type Payer = { readonly db: Db; readonly keys: Keys; readonly bank: Bank };

/** A bank account as its sealed envelope holds it: written so by the merchant and fund features. */
type Account = { readonly name: string; readonly number: string };

type PayoutRow = {
  readonly payoutId: string;
  readonly amountFen: Fen;
  readonly account: Buffer;
  readonly keyId: number;
};

/** The bank's instruction for one sealed account. */
export function instructionOf(keys: Keys, payout: PayoutRow, remark: string): PaymentInstruction {
  const account = JSON.parse(keys.open(payout.account, payout.keyId)) as Account;
  return {
    instructionId: payout.payoutId,
    payeeName: account.name,
    payeeAccount: account.number,
    amountFen: payout.amountFen,
    remark,
  };
}

type RunHead = {
  readonly programmeId: string;
  readonly number: number;
  readonly payerAccount: string;
};

/** The remark that payees read on their statements. */
export const remarkOf = (runNumber: number): string => `惠券结算第${runNumber}批`;

/** The payouts of a run as they stand in its payment file. */
export async function payoutsOfRun(tx: Tx, runId: string): Promise<readonly PayoutRow[]> {
  return tx.rows<PayoutRow>(sql('payoutsOfRun'), { runId });
}

async function startSending(tx: Tx, runId: string, keys: Keys): Promise<PaymentFile> {
  const run = await tx.maybe<RunHead>(sql('startSending'), { runId });
  if (run === undefined) refuse('state_conflict');
  await tx.execute(sql('markPayoutsSent'), { runId, now: tx.now });
  const payouts = await payoutsOfRun(tx, runId);
  await record(tx, {
    kind: 'settlement_run.sent',
    subject: { kind: 'settlement_run', id: runId },
    programmeId: run.programmeId,
    body: {
      payouts: payouts.length,
      amountFen: sumFen(payouts.map((payout) => payout.amountFen)),
    },
  });
  // Nothing is left to pay where older receivables took it all.
  if (payouts.length === 0) await tx.maybe(sql('finishRun'), { runId });
  return {
    fileId: runId,
    payerAccount: run.payerAccount,
    instructions: payouts.map((one) => instructionOf(keys, one, remarkOf(run.number))),
  };
}

/** What became of sending a file. `unknown`: the bank is asked before anything is resent. */
export type Sent = 'accepted' | 'rejected' | 'unknown';

/**
 * Sends the payment file of an approved run to the bank, under the run's id, after marking it sent.
 * May be called again at any time: the file is the same and the bank pays it once. A file that the
 * bank would not take waits for people. Refuses `state_conflict` for a run that is not approved.
 * @policy inv-34; spec facts, till protocol's rule applied to payouts
 */
export async function sendRun(at: Payer, actor: Actor, runId: string): Promise<Sent> {
  const file = await transact(at.db, actor, (tx) => startSending(tx, runId, at.keys));
  if (file.instructions.length === 0) return 'accepted';
  const answer = await at.bank.submitPayments(file, bankCall);
  if (answer.outcome !== 'rejected') return answer.outcome;
  const { reason } = answer;
  await transact(at.db, actor, async (tx) => {
    const taken = await tx.maybe<{ programmeId: string }>(sql('takeBack'), { runId, reason });
    if (taken === undefined) return;
    await record(tx, {
      kind: 'settlement_run.rejected_by_bank',
      subject: { kind: 'settlement_run', id: runId },
      programmeId: taken.programmeId,
      body: { reason },
    });
  });
  return 'rejected';
}

/** A person looked at why the bank refused a run: it is sent again, under the same id. */
export async function resendRun(tx: Tx, runId: string): Promise<void> {
  const run = await tx.maybe<{ programmeId: string }>(sql('clearRefusal'), { runId });
  if (run === undefined) refuse('state_conflict');
  await record(tx, {
    kind: 'settlement_run.resend_asked',
    subject: { kind: 'settlement_run', id: runId },
    programmeId: run.programmeId,
  });
}

/**
 * Asks the bank for the receipts of a run and applies each once. Answers how many there were, or
 * undefined where the bank knows no such file or does not answer.
 */
async function askReceipts(
  at: Payer,
  actor: Actor,
  runId: string,
): Promise<number | 'not_found' | 'unknown'> {
  const answer = await at.bank.receipts(runId, bankCall);
  if (answer.outcome !== 'receipts') return answer.outcome;
  const programmeId = await transact(at.db, actor, async (tx) => {
    const run = await tx.one<{ programmeId: string }>(sql('programmeOf'), { runId });
    const subject = { kind: 'settlement_run', id: runId };
    if ((await tx.maybe(sql('wasSentAfterAll'), { runId })) !== undefined) {
      await record(tx, { kind: 'settlement_run.sent_after_all', subject, ...run });
    }
    return run.programmeId;
  });
  for (const receipt of answer.receipts) {
    await transact(at.db, actor, (tx) => applyReceipt(tx, receipt, programmeId));
  }
  await transact(at.db, actor, (tx) => finishRun(tx, runId));
  return answer.receipts.length;
}

async function finishRun(tx: Tx, runId: string): Promise<void> {
  const run = await tx.maybe<{ programmeId: string }>(sql('finishRun'), { runId });
  if (run === undefined) return;
  await record(tx, {
    kind: 'settlement_run.finished',
    subject: { kind: 'settlement_run', id: runId },
    programmeId: run.programmeId,
  });
}

/**
 * Fetches the bank's receipts of a sent run and applies each once: paid money becomes settled,
 * failed and returned payouts go to the exceptions and stay payable. Where the bank knows no such
 * file it is sent again, under the same id. Answers how many receipts there were.
 */
export async function collectReceipts(at: Payer, actor: Actor, runId: string): Promise<number> {
  const count = await askReceipts(at, actor, runId);
  if (count === 'not_found') await sendRun(at, actor, runId);
  return typeof count === 'number' ? count : 0;
}

/**
 * Takes every run one step on: approved ones are sent, sent ones ask for their receipts, refused
 * ones ask whether the bank carried them out all the same. One run's trouble does not stop the
 * others; it is thrown at the end.
 */
export async function payRuns(at: Payer, actor: Actor): Promise<void> {
  type Waiting = { readonly runId: string; readonly step: 'approved' | 'sent' | 'refused' };
  const runs = await transact(at.db, actor, (tx) => tx.rows<Waiting>(sql('runsToPay')));
  await eachAlone(runs, async ({ runId, step }) => {
    if (step === 'approved') await sendRun(at, actor, runId);
    else if (step === 'sent') await collectReceipts(at, actor, runId);
    else await askReceipts(at, actor, runId);
  });
}

/** Days in which a payee's bank may still send paid money back. */
const sentBackWithinMs = 15 * 86_400_000;

/** Asks again about runs that were paid lately: the payee's bank may have sent money back. */
export async function recheckRuns(at: Payer, actor: Actor): Promise<void> {
  const runs = await transact(at.db, actor, (tx) =>
    tx.rows<{ runId: string }>(sql('runsToAskAgain'), {
      since: instant(tx.now - sentBackWithinMs),
    }),
  );
  await eachAlone(runs, async ({ runId }) => void (await askReceipts(at, actor, runId)));
}

/** Does `work` for each, one after the other; what failed is thrown when all had their turn. */
export async function eachAlone<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const troubles: unknown[] = [];
  for (const item of items) {
    await work(item).catch((trouble: unknown) => void troubles.push(trouble));
  }
  if (troubles.length > 0) throw new AggregateError(troubles, `${troubles.length} steps failed`);
}
