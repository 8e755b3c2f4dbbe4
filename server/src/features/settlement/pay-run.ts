import { fen, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { post, type AccountKind } from '../../ledger/post.ts';
import type { Keys } from '../../keys.ts';
import type { Bank, InstructionState, PaymentFile, Receipt } from '../../ports/bank.ts';

const sql = twin(import.meta.url);
const bankCall = { timeoutMs: 10_000 };

/** The merchant's account as its sealed envelope holds it. */
type SettlementAccount = { readonly name: string; readonly number: string; readonly bank: string };

type PayoutRow = {
  readonly payoutId: string;
  readonly amountFen: Fen;
  readonly account: Buffer;
  readonly keyId: number;
};

async function paymentFile(tx: Tx, runId: string, keys: Keys): Promise<PaymentFile> {
  const run = await tx.maybe<{ programmeId: string; number: number }>(sql('startSending'), {
    runId,
  });
  if (run === undefined) refuse('state_conflict');
  await tx.execute(sql('markPayoutsSent'), { runId, now: tx.now });
  const payer = await tx.one<{ accountNumber: string }>(sql('specialAccountOf'), run);
  const payouts = await tx.rows<PayoutRow>(sql('payoutsOfRun'), { runId });
  await record(tx, {
    kind: 'settlement_run.sent',
    subject: { kind: 'settlement_run', id: runId },
    programmeId: run.programmeId,
    body: { payouts: payouts.length },
  });
  return {
    fileId: runId,
    payerAccount: payer.accountNumber,
    instructions: payouts.map((payout) => {
      // Written by the merchant feature in this shape.
      const account = JSON.parse(keys.open(payout.account, payout.keyId)) as SettlementAccount;
      return {
        instructionId: payout.payoutId,
        payeeName: account.name,
        payeeAccount: account.number,
        amountFen: payout.amountFen,
        remark: `惠券结算第${run.number}批`,
      };
    }),
  };
}

/** What became of sending a run. `unknown`: the bank is asked before anything is resent. */
export type Sent = 'accepted' | 'rejected' | 'unknown';

/**
 * Sends the payment file of an approved run to the bank, under the run's id. May be called again at
 * any time: the bank pays a file once. Refuses `state_conflict` for a run that is not approved.
 */
export async function sendRun(
  at: { readonly db: Db; readonly keys: Keys; readonly bank: Bank },
  actor: Actor,
  runId: string,
): Promise<Sent> {
  const file = await transact(at.db, actor, (tx) => paymentFile(tx, runId, at.keys));
  if (file.instructions.length === 0) {
    await transact(at.db, actor, (tx) => tx.execute(sql('finishRun'), { runId }));
    return 'accepted';
  }
  const answer = await at.bank.submitPayments(file, bankCall);
  if (answer.outcome !== 'rejected') return answer.outcome;
  await transact(at.db, actor, async (tx) => {
    await tx.execute(sql('takeBack'), { runId });
    await record(tx, {
      kind: 'settlement_run.rejected_by_bank',
      subject: { kind: 'settlement_run', id: runId },
      body: { reason: answer.reason },
    });
  });
  return 'rejected';
}

type LockedPayout = {
  readonly payoutId: string;
  readonly runId: string;
  readonly merchantId: string;
  readonly state: 'prepared' | 'sent' | 'paid' | 'failed' | 'came_back';
  readonly amountFen: Fen;
  readonly programmeId: string;
};

async function movePaid(tx: Tx, payout: LockedPayout, eventId: bigint, way: 'paid' | 'came_back') {
  const sides: [AccountKind, AccountKind] =
    way === 'paid' ? ['payable', 'settled'] : ['settled', 'payable'];
  const funds = await tx.rows<{ fundId: string; paidFen: Fen }>(sql('fundsOfPayout'), payout);
  await post(
    tx,
    eventId,
    funds.map(({ fundId, paidFen }) => ({
      fundId,
      from: { kind: sides[0], merchantId: payout.merchantId },
      to: { kind: sides[1], merchantId: payout.merchantId },
      amountFen: fen(paidFen),
      kind: way,
      reference: { kind: 'payout', id: payout.payoutId },
    })),
  );
}

async function raiseException(
  tx: Tx,
  payout: LockedPayout,
  verdict: 'amount_differs' | 'state_differs',
  details: Record<string, unknown>,
): Promise<void> {
  await tx.execute(sql('insertException'), {
    exceptionId: newId(),
    programmeId: payout.programmeId,
    payoutId: payout.payoutId,
    verdict,
    details,
    now: tx.now,
  });
  await record(tx, {
    kind: 'payout.exception',
    subject: { kind: 'payout', id: payout.payoutId },
    programmeId: payout.programmeId,
    body: { verdict, ...details },
  });
}

type Final = Exclude<InstructionState, { outcome: 'processing' }>;

async function decide(tx: Tx, payout: LockedPayout, state: Final): Promise<void> {
  const way = state.outcome === 'returned' ? 'came_back' : state.outcome;
  await tx.execute(sql('decidePayout'), {
    payoutId: payout.payoutId,
    state: way,
    failure: 'reason' in state ? state.reason : null,
    serial: 'serial' in state ? state.serial : null,
    now: tx.now,
  });
  const eventId = await record(tx, {
    kind: `payout.${way}`,
    subject: { kind: 'payout', id: payout.payoutId },
    programmeId: payout.programmeId,
    body: { amountFen: payout.amountFen },
  });
  // Paid and sent back before we heard of either moves nothing: it is payable still.
  if (way === 'paid') await movePaid(tx, payout, eventId, 'paid');
  if (way === 'came_back' && payout.state === 'paid') {
    await movePaid(tx, payout, eventId, 'came_back');
  }
}

async function applyReceipt(tx: Tx, receipt: Receipt): Promise<void> {
  const payout = await tx.maybe<LockedPayout>(sql('lockPayout'), {
    payoutId: receipt.instructionId,
  });
  const { state } = receipt;
  if (payout === undefined || state.outcome === 'processing') return;
  const open = payout.state === 'prepared' || payout.state === 'sent';
  const cameBack = payout.state === 'paid' && state.outcome === 'returned';
  if (receipt.amountFen !== payout.amountFen) {
    if (open) await raiseException(tx, payout, 'amount_differs', { theirs: receipt.amountFen });
  } else if (open || cameBack) {
    await decide(tx, payout, state);
    if (state.outcome !== 'paid') {
      await raiseException(tx, payout, 'state_differs', { reason: state.reason });
    }
  } else if (payout.state !== (state.outcome === 'returned' ? 'came_back' : state.outcome)) {
    await raiseException(tx, payout, 'state_differs', {
      ours: payout.state,
      theirs: state.outcome,
    });
  }
  await tx.execute(sql('finishRun'), { runId: payout.runId });
}

/**
 * Fetches the bank's receipts of a sent run and applies each once: paid money becomes settled, failed
 * and returned payouts go to the exceptions and stay payable. An answer that contradicts an earlier
 * one changes nothing and becomes an exception. Where the bank knows no such file it is sent again,
 * under the same id. Answers how many receipts there were.
 */
export async function collectReceipts(
  at: { readonly db: Db; readonly keys: Keys; readonly bank: Bank },
  actor: Actor,
  runId: string,
): Promise<number> {
  const answer = await at.bank.receipts(runId, bankCall);
  if (answer.outcome === 'not_found') {
    await sendRun(at, actor, runId);
    return 0;
  }
  if (answer.outcome !== 'receipts') return 0;
  for (const receipt of answer.receipts) {
    await transact(at.db, actor, (tx) => applyReceipt(tx, receipt));
  }
  return answer.receipts.length;
}

/** Takes every run one step on: approved ones are sent, sent ones ask for their receipts. */
export async function payRuns(
  at: { readonly db: Db; readonly keys: Keys; readonly bank: Bank },
  actor: Actor,
): Promise<void> {
  const runs = await transact(at.db, actor, (tx) =>
    tx.rows<{ runId: string; state: 'approved' | 'sent' }>(sql('runsToPay')),
  );
  for (const { runId, state } of runs) {
    await (state === 'approved' ? sendRun(at, actor, runId) : collectReceipts(at, actor, runId));
  }
}
