import { createHash } from 'node:crypto';
import { sumFen, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instantText, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { netOf, type Net, type OpenEvent } from '@huiquan/domain/settlement/net.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { instructionsPerFileMax } from '../../ports/bank.ts';

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

/** What one run takes at most; the rest stands in the next. */
const linesPerRunMax = 100_000;

type Scope = {
  readonly programmeId: string;
  readonly cutOff: Instant;
  readonly fundIds: readonly string[];
};

/** A payment file holds so many payees at most: merchants beyond wait for the next run. */
function withinOneFile(redemptions: readonly TakenRow[]): TakenRow[] {
  const merchants = new Set<string>();
  return redemptions.filter(({ merchantId }) => {
    if (merchants.size < instructionsPerFileMax) merchants.add(merchantId);
    return merchants.has(merchantId);
  });
}

type TakenRow = Omit<Line, 'eventKind' | 'fromReceivable'>;

async function takeLines(tx: Tx, scope: Scope): Promise<Line[]> {
  const values = { ...scope, now: tx.now, limit: linesPerRunMax };
  const locked = await tx.rows<{ redemptionId: string }>(sql('lockCandidates'), values);
  const candidates = { redemptionIds: locked.map((row) => row.redemptionId), now: tx.now };
  await tx.rows(sql('lockMerchants'), candidates);
  const free = await tx.rows<TakenRow>(sql('takeRedemptions'), candidates);
  const redemptions = withinOneFile(free);
  const refunds = await tx.rows<Omit<Line, 'eventKind'>>(sql('takeRefunds'), {
    ...scope,
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

export type HashedLine = Pick<Line, 'eventKind' | 'eventRef' | 'amountFen'>;
export type HashedPayout = Pick<Payout, 'payoutId' | 'merchantId' | 'amountFen'>;

const byName = (a: string, b: string) => (a < b ? -1 : 1);

/** SHA-256 over a run's lines and payouts, whatever order they come in. */
export function contentHash(
  lines: readonly HashedLine[],
  payouts: readonly HashedPayout[],
): Buffer {
  const hash = createHash('sha256');
  const texts = lines.map((line) => `${line.eventKind} ${line.eventRef} ${line.amountFen}\n`);
  for (const text of texts.toSorted(byName)) hash.update(text);
  const paid = payouts.map((one) => `${one.payoutId} ${one.merchantId} ${one.amountFen}\n`);
  for (const text of paid.toSorted(byName)) hash.update(text);
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
 * Prepares the settlement of a programme for everything that happened before `cutOff` and stands in
 * no run yet: one run per special account that owes something, each redemption and refund in
 * exactly one run or held by name. Answers none where there is nothing to settle. Moves no money.
 * Locks the programme, the redemptions it takes, then their merchants. Refuses `not_found`, and
 * `state_conflict` for a cut-off that has not come.
 * @policy SM23 十(一), S1; inv-33
 */
export async function prepareRuns(
  tx: Tx,
  input: { readonly programmeId: string; readonly cutOff: Instant },
): Promise<PreparedRun[]> {
  const { programmeId, cutOff } = input;
  if (cutOff > tx.now) refuse('state_conflict', { cutOff: instantText(cutOff) });
  if ((await tx.maybe(sql('lockProgramme'), { programmeId })) === undefined) refuse('not_found');
  const accounts = await tx.rows<{ accountNumber: string; fundIds: readonly string[] }>(
    sql('specialAccounts'),
    { programmeId },
  );
  const runs: PreparedRun[] = [];
  for (const { accountNumber: payerAccount, fundIds } of accounts) {
    const scope = { programmeId, cutOff, fundIds };
    const lines = await takeLines(tx, scope);
    if (lines.length > 0) runs.push(await writeRun(tx, { ...scope, payerAccount, lines }));
  }
  return runs;
}

async function netsOf(tx: Tx, programmeId: string, lines: readonly Line[]): Promise<Net[]> {
  const receivables = await tx.rows<{ merchantId: string; fundId: string; owedFen: Fen }>(
    sql('receivables'),
    { programmeId },
  );
  return netOf(
    lines,
    receivables.filter((one) => one.owedFen > 0n),
  );
}

async function insertLines(tx: Tx, runId: string, lines: readonly Line[]): Promise<void> {
  await tx.execute(sql('insertLines'), {
    runId,
    merchantIds: lines.map((line) => line.merchantId),
    fundIds: lines.map((line) => line.fundId),
    eventKinds: lines.map((line) => line.eventKind),
    personIds: lines.map((line) => line.personId),
    eventRefs: lines.map((line) => line.eventRef),
    amounts: lines.map((line) => line.amountFen),
  });
}

async function writeRun(
  tx: Tx,
  draft: Scope & { readonly payerAccount: string; readonly lines: readonly Line[] },
): Promise<PreparedRun> {
  const { programmeId, cutOff, payerAccount, lines } = draft;
  const nets = await netsOf(tx, programmeId, lines);
  const payouts = payoutsOf(nets);
  const last = await tx.one<{ number: number }>(sql('lastNumber'), { programmeId });
  const run = {
    runId: newId(),
    number: last.number + 1,
    lineCount: lines.length,
    amountFen: sumFen(payouts.map((payout) => payout.amountFen)),
  };
  const hash = contentHash(lines, payouts);
  const contentHex = hash.toString('hex');
  await tx.execute(sql('insertRun'), {
    ...run,
    programmeId,
    cutOff,
    payerAccount,
    contentHash: hash,
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  await insertLines(tx, run.runId, lines);
  await insertPayouts(tx, run.runId, payouts);
  await insertOffsets(tx, run.runId, nets);
  await record(tx, {
    kind: 'settlement_run.prepared',
    subject: { kind: 'settlement_run', id: run.runId },
    programmeId,
    body: { ...run, cutOff: instantText(cutOff), contentHash: contentHex },
  });
  return { ...run, payoutCount: payouts.length, contentHash: contentHex };
}
