import { randomInt } from 'node:crypto';
import { type Fen, sumFen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Plan, PlanFunder } from '@huiquan/domain/plan/effective-plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Reach } from '@huiquan/domain/access.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';
import { post } from '../../ledger/post.ts';
import { currentPlan, requireRunning } from '../programme/load-plan.ts';
import { payerIndexOf } from './bank-line-match.ts';
import type { ChannelsSeen } from './channels-seen.ts';
import type { BankAccount } from './fund.ts';

const sql = twin(import.meta.url);

export type FundingOrder = {
  readonly fundingOrderId: string;
  readonly programmeId: string;
  readonly funderId: string;
  readonly funderName: string;
  readonly funderPath: string;
  /** What the payer writes into the remark (附言). */
  readonly remarkCode: string;
  readonly accountName: string;
  readonly accountNumber: string;
  readonly accountBank: string;
  readonly totalFen: Fen;
  readonly state: 'open' | 'confirmed' | 'cancelled';
  readonly preparedBy: string;
  readonly createdAt: Instant;
  readonly confirmedAt: Instant | null;
};

export type OrderLine = {
  readonly fundId: string;
  readonly pool: string;
  readonly sourceClass: string;
  readonly channel: string;
  readonly amountFen: Fen;
};

/** Lines of one order. */
export const orderLinesMax = 200;

type OrderFund = {
  readonly fundId: string;
  readonly programmeId: string;
  readonly funderId: string;
  readonly funderName: string;
  readonly pool: string;
  readonly sourceClass: string;
  readonly channel: string;
};

/**
 * States what a funder will pay: a sum for each of its funds. Answers the account to pay to and the
 * remark that the payment is matched by; nothing can be spent before the money is confirmed. Where
 * the plan's remark code serves many payers, the payer's account name tells orders apart: the
 * funder's own name unless `payerName` says otherwise. Refuses `not_found`; `invalid_rule` for
 * lines
 * of different programmes or funders, a fund twice, or no account to pay to;
 * `programme_not_running`,
 * `programme_closed`.
 * @policy SX20 一(二), SM23 十一(一), requirement F1
 */
export async function prepareFundingOrder(
  tx: Tx,
  input: {
    readonly lines: readonly { readonly fundId: string; readonly amountFen: Fen }[];
    readonly keys: Keys;
    /** The account to pay to, where the plan does not name it. */
    readonly payTo?: BankAccount | undefined;
    readonly payerName?: string | undefined;
  },
): Promise<FundingOrder> {
  const { lines, keys } = input;
  const funds = await fundsOfLines(tx, lines);
  const [first] = funds;
  const current = await currentPlan(tx, first.programmeId);
  requireRunning(current);
  const funder = planFunderOf(current.plan, funds);
  const payTo = funder.payTo ?? input.payTo ?? refuse('invalid_rule', { missing: 'pay_to' });
  const sharesRemark = funder.remarkCode !== undefined && funder.perBranch;
  const payerName = input.payerName ?? (sharesRemark ? first.funderName : undefined);
  const fundingOrderId = newId();
  const { programmeId, funderId } = first;
  const totalFen = sumFen(lines.map((line) => line.amountFen));
  const remarkCode = funder.remarkCode ?? (await newRemarkCode(tx, payTo.number));
  await tx.execute(sql('insertOrder'), {
    fundingOrderId,
    programmeId,
    funderId,
    remarkCode,
    accountNumber: payTo.number,
    accountName: payTo.name,
    accountBank: payTo.bank,
    payerIndex: payerName === undefined ? null : payerIndexOf(keys, payerName),
    totalFen,
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  const fundIds = lines.map((line) => line.fundId);
  const amounts = lines.map((line) => line.amountFen);
  await tx.execute(sql('insertLines'), { fundingOrderId, fundIds, amounts });
  await record(tx, {
    kind: 'funding_order.prepared',
    subject: { kind: 'funding_order', id: fundingOrderId },
    programmeId,
    body: { funderId, totalFen, remarkCode },
    items: lines,
  });
  return getFundingOrder(tx, fundingOrderId);
}

async function fundsOfLines(
  tx: Tx,
  lines: readonly { readonly fundId: string }[],
): Promise<[OrderFund, ...OrderFund[]]> {
  const fundIds = lines.map((line) => line.fundId);
  const funds = await tx.rows<OrderFund>(sql('findFundsForOrder'), { fundIds });
  const [first, ...rest] = funds;
  if (new Set(fundIds).size !== fundIds.length) refuse('invalid_rule', { twice: 'fund' });
  if (first === undefined || funds.length !== lines.length) refuse('not_found');
  const isMixed = rest.some(
    (one) => one.programmeId !== first.programmeId || one.funderId !== first.funderId,
  );
  if (isMixed) refuse('invalid_rule', { mixed: 'funders' });
  return [first, ...rest];
}

/** The plan's funder behind the funds of an order: one source class, or they are paid apart. */
function planFunderOf(plan: Plan, funds: readonly OrderFund[]): PlanFunder {
  const fitting = plan.funders.find((funder) =>
    funds.every(
      (fund) =>
        fund.sourceClass === funder.source &&
        plan.pools.some((pool) => pool.id === fund.pool && pool.funders.includes(funder.id)),
    ),
  );
  return fitting ?? refuse('invalid_rule', { mixed: 'source_classes' });
}

const remarkAttemptsMax = 20;

async function newRemarkCode(tx: Tx, accountNumber: string): Promise<string> {
  for (let attempt = 0; attempt < remarkAttemptsMax; attempt += 1) {
    const remarkCode = String(randomInt(10_000_000, 100_000_000));
    const values = { accountNumber, remarkCode };
    const { free } = await tx.one<{ free: boolean }>(sql('remarkIsFree'), values);
    if (free) return remarkCode;
  }
  refuse('busy');
}

/** A funding order. Refuses `not_found`. */
export async function getFundingOrder(tx: Tx, fundingOrderId: string): Promise<FundingOrder> {
  const found = await tx.maybe<FundingOrder>(sql('findOrder'), { fundingOrderId });
  return found ?? refuse('not_found');
}

/** What an order pays into which fund. */
export async function linesOf(tx: Tx, fundingOrderId: string): Promise<readonly OrderLine[]> {
  return tx.rows<OrderLine>(sql('findLines'), { fundingOrderId });
}

/** A page of a programme's orders, oldest first, of those within `reach`. */
export async function listFundingOrders(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly state?: FundingOrder['state'] | undefined;
    readonly reach?: Pick<Reach, 'everything' | 'organisationPaths' | 'programmeIds'>;
    /** Bounds what the reach opens by programme. */
    readonly channels?: ChannelsSeen;
    readonly after?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly FundingOrder[]> {
  return tx.rows<FundingOrder>(sql('listOrders'), {
    programmeId: asked.programmeId,
    state: asked.state ?? null,
    everything: asked.reach === undefined || asked.reach.everything,
    programmeIds: asked.reach?.programmeIds ?? [],
    paths: asked.reach?.organisationPaths ?? [],
    channels: asked.channels ?? null,
    after: asked.after ?? '00000000-0000-0000-0000-000000000000',
    limit: asked.limit,
  });
}

/**
 * Makes the money of orders spendable: funder → available in each of their funds, once. Called by
 * the confirmations only, under their event. Refuses `already_decided` unless all are open.
 * @policy inv-7
 */
export async function postConfirmedOrders(
  tx: Tx,
  confirmed: { readonly fundingOrderIds: readonly string[]; readonly eventId: bigint },
): Promise<void> {
  const { fundingOrderIds, eventId } = confirmed;
  const closed = await tx.execute(sql('confirmOrders'), { fundingOrderIds, now: tx.now });
  if (closed !== fundingOrderIds.length) refuse('already_decided');
  type Line = { fundingOrderId: string; fundId: string; amountFen: Fen };
  const lines = await tx.rows<Line>(sql('linesToPost'), { fundingOrderIds });
  await post(
    tx,
    eventId,
    lines.map(({ fundingOrderId, fundId, amountFen }) => ({
      fundId,
      from: 'funder',
      to: 'available',
      amountFen,
      kind: 'confirmed',
      reference: { kind: 'funding_order', id: fundingOrderId },
    })),
  );
}

/**
 * Takes back an order that was not paid. Refuses `not_found`, `already_decided`, and
 * `state_conflict` while a confirmation of it waits for approval.
 */
export async function cancelFundingOrder(
  tx: Tx,
  input: { readonly fundingOrderId: string; readonly reason: string },
): Promise<void> {
  const { fundingOrderId, reason } = input;
  const values = { fundingOrderId, cancelledBy: tx.actor.id };
  const row = await tx.maybe<{ programmeId: string }>(sql('cancelOrder'), values);
  if (row === undefined) {
    const { state } = await getFundingOrder(tx, fundingOrderId);
    refuse('already_decided', { state });
  }
  // Whoever prepares a confirmation locks the order first, so none can slip in after this look.
  const waits = { fundingOrderId };
  const { waiting } = await tx.one<{ waiting: boolean }>(sql('hasWaitingConfirmation'), waits);
  if (waiting) refuse('state_conflict', { waiting: 'confirmation' });
  const subject = { kind: 'funding_order', id: fundingOrderId };
  const { programmeId } = row;
  await record(tx, { kind: 'funding_order.cancelled', subject, programmeId, body: { reason } });
}
