import type { Fen } from '@huiquan/domain/fen.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { post } from '../../ledger/post.ts';
import { contentHash, type HashedLine, type HashedPayout } from './prepare-run.ts';

const sql = twin(import.meta.url);

type Run = {
  readonly runId: string;
  readonly programmeId: string;
  readonly state: string;
  readonly contentHash: Buffer;
  readonly preparedBy: string;
  readonly amountFen: Fen;
};

async function lockRun(tx: Tx, runId: string): Promise<Run> {
  const run = await tx.maybe<Run>(sql('lockRun'), { runId });
  if (run === undefined) refuse('not_found');
  if (run.state !== 'prepared') refuse('already_decided', { state: run.state });
  return run;
}

/** The hash of what the run holds now, in hex. */
async function contentNow(tx: Tx, runId: string): Promise<string> {
  const lines = await tx.rows<HashedLine>(sql('contentOf'), { runId });
  const payouts = await tx.rows<HashedPayout>(sql('payoutsOf'), { runId });
  return contentHash(lines, payouts).toString('hex');
}

/**
 * Approves a prepared run for payment, by another person than its preparer, as he saw it
 * (`contentHash` in hex). What merchants owe from refunds after settlement is taken off here.
 * Refuses `already_decided`, `content_changed` (also where a line or payout is no longer what was
 * hashed), `separation_of_duties`, and `account_on_hold` where an account changed since the run was
 * prepared or was changed within a day by the approver himself. Locks the run.
 * @policy S1, access 5.1(3), att-B5, att-B6
 */
export async function approveRun(
  tx: Tx,
  input: { readonly runId: string; readonly contentHash: string },
): Promise<void> {
  const run = await lockRun(tx, input.runId);
  const seen = run.contentHash.toString('hex') === input.contentHash;
  if (!seen || (await contentNow(tx, run.runId)) !== input.contentHash) refuse('content_changed');
  if (run.preparedBy === tx.actor.id) refuse('separation_of_duties');
  const values = { runId: run.runId, approvedBy: tx.actor.id, now: tx.now };
  const onHold = await tx.rows<{ merchantId: string }>(sql('accountsOnHold'), values);
  if (onHold.length > 0) {
    refuse('account_on_hold', { merchantIds: onHold.map((row) => row.merchantId) });
  }
  await tx.execute(sql('approveRun'), { ...values, contentHash: run.contentHash });
  const eventId = await record(tx, {
    kind: 'settlement_run.approved',
    subject: { kind: 'settlement_run', id: run.runId },
    programmeId: run.programmeId,
    body: { contentHash: input.contentHash, amountFen: run.amountFen },
  });
  const offsets = await tx.rows<{ merchantId: string; fundId: string; amountFen: Fen }>(
    sql('offsetsOf'),
    { runId: run.runId },
  );
  await post(
    tx,
    eventId,
    offsets.map(({ merchantId, fundId, amountFen }) => ({
      fundId,
      from: { kind: 'payable', merchantId },
      to: { kind: 'receivable', merchantId },
      amountFen,
      kind: 'offset',
      reference: { kind: 'settlement_run', id: run.runId },
    })),
  );
}

/** Rejects a prepared run: its lines wait for the next one. Refuses `already_decided`. */
export async function rejectRun(
  tx: Tx,
  input: { readonly runId: string; readonly reason: string },
): Promise<void> {
  const run = await lockRun(tx, input.runId);
  await tx.execute(sql('rejectRun'), { runId: run.runId });
  await tx.execute(sql('rejectPayouts'), { runId: run.runId });
  await tx.execute(sql('releaseLines'), { runId: run.runId });
  await tx.execute(sql('releaseOffsets'), { runId: run.runId });
  await record(tx, {
    kind: 'settlement_run.rejected',
    subject: { kind: 'settlement_run', id: run.runId },
    programmeId: run.programmeId,
    body: { reason: input.reason },
  });
}
