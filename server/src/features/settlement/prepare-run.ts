import { createHash } from 'node:crypto';
import { fen, sumFen, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instantText, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { netOf, type Net, type OpenEvent } from '@huiquan/domain/settlement/net.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';

const sql = twin(import.meta.url);

type Line = OpenEvent & {
  readonly eventKind: 'redemption' | 'refund';
  readonly personId: string;
  readonly eventRef: string;
};

/** A prepared settlement run: what it would pay, for a second person to approve. */
export type PreparedRun = {
  readonly runId: string;
  readonly number: number;
  readonly lineCount: number;
  readonly payoutCount: number;
  readonly amountFen: Fen;
  /** Hex SHA-256 over its lines and payouts: what the approver says he saw. */
  readonly contentHash: string;
};

async function takeLines(tx: Tx, programmeId: string, cutOff: Instant): Promise<Line[]> {
  const values = { programmeId, cutOff, now: tx.now };
  const redemptions = await tx.rows<Omit<Line, 'eventKind' | 'fromReceivable'>>(
    sql('takeRedemptions'),
    values,
  );
  const refunds = await tx.rows<Omit<Line, 'eventKind'>>(sql('takeRefunds'), {
    programmeId,
    cutOff,
    redemptionIds: redemptions.map((line) => line.eventRef),
  });
  return [
    ...redemptions.map((line) => ({
      ...line,
      eventKind: 'redemption' as const,
      fromReceivable: false,
    })),
    ...refunds.map((line) => ({ ...line, eventKind: 'refund' as const })),
  ];
}

type Payout = {
  readonly payoutId: string;
  readonly merchantId: string;
  readonly amountFen: Fen;
  readonly funds: readonly Net[];
};

function payoutsOf(nets: readonly Net[]): Payout[] {
  const byMerchant = Map.groupBy(
    nets.filter((net) => net.paidFen > 0n),
    (net) => net.merchantId,
  );
  return [...byMerchant].map(([merchantId, funds]) => ({
    payoutId: newId(),
    merchantId,
    amountFen: sumFen(funds.map((net) => net.paidFen)),
    funds,
  }));
}

function contentHash(lines: readonly Line[], payouts: readonly Payout[]): Buffer {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line.eventKind} ${line.eventRef} ${line.amountFen}\n`);
  for (const payout of payouts) {
    hash.update(`${payout.payoutId} ${payout.merchantId} ${payout.amountFen}\n`);
  }
  return hash.digest();
}

async function insertPayouts(tx: Tx, runId: string, payouts: readonly Payout[]): Promise<void> {
  await tx.execute(sql('insertPayouts'), {
    runId,
    payoutIds: payouts.map((payout) => payout.payoutId),
    merchantIds: payouts.map((payout) => payout.merchantId),
    amounts: payouts.map((payout) => payout.amountFen),
  });
  const parts = payouts.flatMap(({ payoutId, funds }) => funds.map((net) => ({ payoutId, net })));
  await tx.execute(sql('insertPayoutFunds'), {
    payoutIds: parts.map((part) => part.payoutId),
    fundIds: parts.map((part) => part.net.fundId),
    amounts: parts.map((part) => part.net.paidFen),
  });
}

async function insertOffsets(tx: Tx, runId: string, nets: readonly Net[]): Promise<void> {
  const offsets = nets.filter((net) => net.offsetFen > 0n);
  await tx.execute(sql('insertOffsets'), {
    runId,
    merchantIds: offsets.map((net) => net.merchantId),
    fundIds: offsets.map((net) => net.fundId),
    amounts: offsets.map((net) => net.offsetFen),
  });
}

/**
 * Prepares the settlement run of a programme for everything that happened before `cutOff` and stands
 * in no run yet: each redemption and refund in exactly one run or held. Answers undefined where
 * there is nothing to settle. Moves no money. Locks the programme and the redemptions it takes.
 * Refuses `state_conflict` for a cut-off that has not come.
 * @policy SM23 十(一), S1
 */
export async function prepareRun(
  tx: Tx,
  input: { readonly programmeId: string; readonly cutOff: Instant },
): Promise<PreparedRun | undefined> {
  const { programmeId, cutOff } = input;
  if (cutOff > tx.now) refuse('state_conflict', { cutOff: instantText(cutOff) });
  const programme = await tx.maybe<{ nextNumber: number }>(sql('lockProgramme'), { programmeId });
  if (programme === undefined) refuse('not_found');
  const lines = await takeLines(tx, programmeId, cutOff);
  if (lines.length === 0) return undefined;
  const receivables = await tx.rows<{ merchantId: string; fundId: string; owedFen: Fen }>(
    sql('receivables'),
    { programmeId },
  );
  const nets = netOf(lines, receivables);
  const payouts = payoutsOf(nets);
  const run = {
    runId: newId(),
    number: programme.nextNumber,
    lineCount: lines.length,
    amountFen: sumFen(payouts.map((payout) => payout.amountFen)),
  };
  const hash = contentHash(lines, payouts);
  await tx.execute(sql('insertRun'), {
    ...run,
    programmeId,
    cutOff,
    contentHash: hash,
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  await tx.execute(sql('insertLines'), {
    runId: run.runId,
    merchantIds: lines.map((line) => line.merchantId),
    fundIds: lines.map((line) => line.fundId),
    eventKinds: lines.map((line) => line.eventKind),
    personIds: lines.map((line) => line.personId),
    eventRefs: lines.map((line) => line.eventRef),
    amounts: lines.map((line) => fen(line.amountFen)),
  });
  await insertPayouts(tx, run.runId, payouts);
  await insertOffsets(tx, run.runId, nets);
  await record(tx, {
    kind: 'settlement_run.prepared',
    subject: { kind: 'settlement_run', id: run.runId },
    programmeId,
    body: { ...run, cutOff: instantText(cutOff), contentHash: hash.toString('hex') },
  });
  return { ...run, payoutCount: payouts.length, contentHash: hash.toString('hex') };
}
