import type { Fen } from '@huiquan/domain/fen.ts';
import { type Refusal, refuse } from '@huiquan/domain/refusals.ts';
import { validityOf } from '@huiquan/domain/plan/validity.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { post, type Transfer } from '../../ledger/post.ts';
import { limitRefusal, takeLimits } from '../limit/limit.ts';
import { type CurrentPlan, currentPlan, requireRunning } from '../programme/load-plan.ts';
import { type IssuedFund, issueVouchers } from '../voucher/issue-vouchers.ts';
import { getBatch, moveBatch } from './batch.ts';
import { bindEntitlements, type KnownAs } from './bind.ts';
import { type FaceKind, directedKinds, hasIssueLimits, issueCounters } from './kinds.ts';

const sql = twin(import.meta.url);

/**
 * 2,500 packs of five are a transaction of a quarter of a second, and what its statements hold
 * stays near the processor; with twice as many each voucher cost a tenth more.
 */
export const chunkSize = 2_500;
/** While one builds its rows, the other writes; more would wait for the balances of the funds. */
const workers = 2;

type Row = {
  readonly entitlementId: string;
  readonly personId: string;
  readonly faceFen: Fen;
  readonly voucherCount: number;
  readonly amountFen: Fen;
};
type RefusedRow = { readonly entitlementId: string; readonly refusal: Refusal };
type Money = { readonly fundId: string; readonly amountFen: Fen };

/** Which rows stand at a limit, and the counters of the others taken. */
async function takeRowLimits(
  tx: Tx,
  rows: readonly Row[],
  context: { readonly current: CurrentPlan; readonly kinds: readonly FaceKind[] },
): Promise<RefusedRow[]> {
  const { current, kinds } = context;
  const kindOf = new Map(kinds.map((one) => [one.faceFen, one.kind.id]));
  const unknown = rows.find((row) => !kindOf.has(row.faceFen));
  if (unknown !== undefined) refuse('invalid_rule', { unknownFaces: [unknown.faceFen] });
  if (!hasIssueLimits(current.plan, tx.now)) return [];
  const taken = await takeLimits(
    tx,
    rows.map((row) =>
      issueCounters(current, {
        ...row,
        kind: kindOf.get(row.faceFen) ?? '',
        count: row.voucherCount,
        at: tx.now,
      }),
    ),
  );
  return rows.flatMap(({ entitlementId }, index) => {
    const counter = taken[index];
    return counter === undefined ? [] : [{ entitlementId, refusal: limitRefusal(counter) }];
  });
}

/** Takes rows out of a batch that will get nothing: committed → available, fund by fund. */
async function refuseRows(tx: Tx, batchId: string, refused: readonly RefusedRow[]): Promise<void> {
  if (refused.length === 0) return;
  const { programmeId } = await getBatch(tx, batchId);
  const entitlementIds = refused.map((row) => row.entitlementId);
  const eventId = await record(tx, {
    kind: 'batch.refused',
    subject: { kind: 'issue_batch', id: batchId },
    programmeId,
    items: refused.map((row) => [row.entitlementId, row.refusal.code, row.refusal.details]),
  });
  await tx.execute(sql('insertRefusals'), {
    batchId,
    eventId,
    entitlementIds,
    codes: refused.map((row) => row.refusal.code),
    details: refused.map((row) => row.refusal.details),
  });
  await releaseRows(tx, { batchId, entitlementIds, eventId, toState: 'returned' });
}

/**
 * Gives the money of committed rows of one batch back to `available` and ends the rows, or leaves
 * them to another batch (`confirmed`). The caller holds the rows locked and has recorded the act.
 * For this feature and the closing of programmes.
 */
export async function releaseRows(
  tx: Tx,
  input: {
    readonly batchId: string;
    readonly entitlementIds: readonly string[];
    readonly eventId: bigint;
    readonly toState: 'returned' | 'recalled' | 'confirmed';
  },
): Promise<readonly Money[]> {
  const { batchId, entitlementIds, eventId, toState } = input;
  const money = await tx.rows<Money>(sql('moneyOfRows'), { entitlementIds });
  const ended = await tx.execute(sql('setEntitlementStates'), { entitlementIds, toState });
  if (ended !== entitlementIds.length) throw new Error(`${ended} rows ended, not all of them`);
  await tx.execute(sql('spendBatchFunds'), {
    batchId,
    fundIds: money.map((one) => one.fundId),
    issued: money.map(() => 0n),
    released: money.map((one) => one.amountFen),
  });
  const reference = { kind: 'issue_batch', id: batchId };
  await post(
    tx,
    eventId,
    money.map(({ fundId, amountFen }) => backToAvailable(fundId, amountFen, reference)),
  );
  return money;
}

function backToAvailable(
  fundId: string,
  amountFen: Fen,
  reference: Transfer['reference'],
): Transfer {
  return { fundId, from: 'committed', to: 'available', amountFen, kind: 'released', reference };
}

/** Makes the vouchers of locked rows of one batch, or ends the rows that stand at a limit. */
async function issueRows(
  tx: Tx,
  batchId: string,
  rows: readonly Row[],
): Promise<readonly IssuedFund[]> {
  type Locked = { programmeId: string; source: string; state: string };
  const batch = await tx.one<Locked>(sql('shareBatch'), { batchId });
  const { programmeId, state } = batch;
  if (state !== 'issuing' && state !== 'issued') refuse('state_conflict', { state });
  const current = await currentPlan(tx, programmeId);
  requireRunning(current);
  const kinds = directedKinds(current.plan, batch.source);
  const refused = await takeRowLimits(tx, rows, { current, kinds });
  const isRefused = new Set(refused.map((row) => row.entitlementId));
  const granted = rows.filter((row) => !isRefused.has(row.entitlementId));
  const issued =
    granted.length === 0 ? [] : await makeVouchers(tx, batchId, { current, kinds, granted });
  await refuseRows(tx, batchId, refused);
  return issued;
}

async function makeVouchers(
  tx: Tx,
  batchId: string,
  input: {
    readonly current: CurrentPlan;
    readonly kinds: readonly FaceKind[];
    readonly granted: readonly Row[];
  },
): Promise<readonly IssuedFund[]> {
  const { current, granted } = input;
  const faces = new Set(granted.map((row) => row.faceFen));
  const kinds = input.kinds
    .filter((one) => faces.has(one.faceFen))
    .map(({ faceFen, kind }) => ({
      faceFen,
      kind: kind.id,
      ...validityOf(current.plan, kind.id, tx.now),
    }));
  const ended = kinds.find((kind) => kind.validTo <= tx.now);
  if (ended !== undefined) refuse('programme_closed', { kind: ended.kind });
  const funds = await tx.rows<{ fundId: string }>(sql('fundIdsOfBatch'), { batchId });
  const entitlementIds = granted.map((row) => row.entitlementId);
  const issued = await issueVouchers(tx, {
    batchId,
    programmeId: current.programmeId,
    versionId: current.versionId,
    entitlementIds,
    kinds,
    fundIds: funds.map((fund) => fund.fundId),
  });
  const planned = granted.reduce((sum, row) => sum + row.voucherCount, 0);
  const made = issued.reduce((sum, fund) => sum + Number(fund.voucherCount), 0);
  if (made !== planned) throw new Error(`${made} vouchers made of ${planned} planned`);
  await tx.execute(sql('setEntitlementStates'), { entitlementIds, toState: 'issued' });
  await tx.execute(sql('spendBatchFunds'), {
    batchId,
    fundIds: issued.map((fund) => fund.fundId),
    issued: issued.map((fund) => fund.amountFen),
    released: issued.map(() => 0n),
  });
  await postIssued(tx, batchId, issued);
  return issued;
}

async function postIssued(tx: Tx, batchId: string, issued: readonly IssuedFund[]): Promise<void> {
  const [first] = issued;
  if (first === undefined) return;
  const reference = { kind: 'issue_batch', id: batchId };
  await post(
    tx,
    first.eventId,
    issued.map(({ fundId, amountFen }) => ({
      fundId,
      from: 'committed',
      to: 'outstanding',
      amountFen,
      kind: 'issued',
      reference,
    })),
  );
  await enqueue(tx, 'tell_issued', { eventId: first.eventId.toString() });
}

/** Where a worker stands in a batch: behind the last row it settled. */
const start = '00000000-0000-0000-0000-000000000000';

/**
 * Issues up to `size` bound rows of a batch that was started, from behind `after` on: exactly the
 * planned vouchers of each, one event with an item per pack, committed → outstanding per fund; rows
 * at a limit get nothing and their money goes back. Answers how many rows it settled, 0 when none
 * is left there that no other worker holds, and the last of them. Locks the rows, the limit
 * counters, the batch's funds, the balances.
 * @policy SM23 七(一)(二), SX20 一(二), SX25 一; requirements I1, I2, O3; inv-14
 */
export async function issueChunk(
  tx: Tx,
  input: { readonly batchId: string; readonly size: number; readonly after?: string },
): Promise<{ readonly settled: number; readonly last: string }> {
  const { batchId, size, after = start } = input;
  const { state } = await tx.one<{ state: string }>(sql('shareBatch'), { batchId });
  if (state !== 'issuing') return { settled: 0, last: after };
  const rows = await tx.rows<Row>(sql('takeChunk'), { batchId, size, after });
  if (rows.length > 0) await issueRows(tx, batchId, rows);
  return { settled: rows.length, last: rows.at(-1)?.entitlementId ?? after };
}

/** Ends the issue once every bound row is settled: true if this call ended it. */
export async function finishIssue(tx: Tx, batchId: string): Promise<boolean> {
  const { open } = await tx.one<{ open: bigint }>(sql('countOpen'), { batchId });
  if (open > 0n) return false;
  const programmeId = await moveBatch(tx, { batchId, from: ['issuing'], to: 'issued' });
  if (programmeId === undefined) return false;
  const subject = { kind: 'issue_batch', id: batchId };
  await record(tx, { kind: 'batch.issued', subject, programmeId });
  return true;
}

/** Goes through the batch from its first row until none is free. */
async function work(db: Db, actor: Actor, batchId: string): Promise<void> {
  let after = start;
  for (;;) {
    const from = after;
    const { settled, last } = await transact(db, actor, (tx) =>
      issueChunk(tx, { batchId, size: chunkSize, after: from }),
    );
    if (settled === 0) return;
    after = last;
  }
}

/**
 * Issues a started batch to its end, chunk by chunk, each a transaction of its own, two at a time.
 * May be killed, started again and run by several workers at once: a row that is issued is not
 * issued again.
 * @policy requirement I1; fault-2, fault-22
 */
export async function runIssue(db: Db, actor: Actor, batchId: string): Promise<void> {
  await Promise.all(Array.from({ length: workers }, () => work(db, actor, batchId)));
  // Nothing was free: either all is done or another worker holds the rest and will end it.
  await transact(db, actor, (tx) => finishIssue(tx, batchId));
}

/**
 * Issues what waits for a person who was just bound, in the batches that were started, before the
 * plan's issue cut-off. Answers how many rows it settled.
 * @policy SX20 一(二), requirement O7
 */
export async function issueWaiting(tx: Tx, personId: string): Promise<number> {
  type Waiting = Row & { readonly batchId: string; readonly programmeId: string };
  const rows = await tx.rows<Waiting>(sql('rowsOfPerson'), { personId });
  let settled = 0;
  for (const batchId of [...new Set(rows.map((row) => row.batchId))].toSorted()) {
    const own = rows.filter((row) => row.batchId === batchId);
    const [first] = own;
    if (first === undefined) continue;
    const { plan, state } = await currentPlan(tx, first.programmeId);
    const isOpen = plan.issueUntil === undefined || tx.now < plan.issueUntil;
    if (!isOpen || state !== 'published') continue;
    await issueRows(tx, batchId, own);
    settled += own.length;
  }
  return settled;
}

/**
 * What happens to persons' rows when the persons are verified: they are bound, and what waits in
 * batches that were started is issued at once.
 * @policy requirement O7
 */
export async function bindAndIssue(tx: Tx, persons: readonly KnownAs[]): Promise<void> {
  for (const person of await bindEntitlements(tx, persons)) {
    await issueWaiting({ ...tx, actor: person.actor }, person.personId);
  }
}
