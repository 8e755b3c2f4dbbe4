import type { Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instant, type Instant } from '@huiquan/domain/instant.ts';
import { limitCounters, type LimitCounter } from '@huiquan/domain/limit/counters.ts';
import { regionPrefix } from '@huiquan/domain/redemption/acceptance.ts';
import { chooseVoucher } from '@huiquan/domain/redemption/choice.ts';
import { Refusal, type RefusalCode, type RefusalDetails } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';
import { giveBackLimits, limitRefusal, takeLimits } from '../limit/limit.ts';
import { countBadScans } from '../merchant/bad-scan.ts';
import { holdVouchers, releaseVouchers } from '../voucher/voucher.ts';
import { usePaymentCodes, type CodeUse } from '../wallet/payment-code.ts';
import { findCandidates, lockTills, tillBar, type FoundVoucher, type Till } from './candidates.ts';

const sql = twin(import.meta.url);

/** What a cashier asks: this code, this order. */
export type TryOrder = {
  readonly terminalId: string;
  readonly cashierId: string;
  /** As the scanner gave it. */
  readonly code: string;
  /** What the customer owes after the merchant's own discounts. */
  readonly orderFen: Fen;
  readonly payment: 'network' | 'merchant';
  /** The voucher the resident picked at the till, where the code does not name one already. */
  readonly voucherIds?: readonly string[];
  readonly goods?: readonly string[];
};

/** A try that holds its voucher until `voidAt`, or why there is none. */
export type Tried = {
  readonly redemptionId: string;
  readonly personId: string;
  readonly voucherId: string;
  readonly programmeId: string;
  /** What the till shows and prints: 零售满50减10. */
  readonly voucherName: string;
  readonly orderFen: Fen;
  readonly deductionFen: Fen;
  readonly cashFen: Fen;
  readonly payment: 'network' | 'merchant';
  readonly voidAt: Instant;
};
export type Refused = { readonly refused: RefusalCode; readonly details: RefusalDetails };
export type TryOutcome = { readonly tried: Tried; readonly refused?: undefined } | Refused;

/** An order with the voucher chosen for it. */
type Planned = {
  readonly n: number;
  readonly order: TryOrder;
  readonly found: FoundVoucher;
  readonly counters: readonly LimitCounter[];
  readonly tried: Tried;
};
type Refuse = (n: number, refused: RefusalCode, details?: RefusalDetails) => undefined;
type Paying = { readonly n: number; readonly order: TryOrder; readonly till: Till };
type Scanned = {
  readonly n: number;
  readonly order: TryOrder;
  readonly till: Till;
  readonly use: Extract<CodeUse, { refused?: undefined }>;
};

/**
 * Judges each order and holds the best voucher for it, or the one the resident picked; answers in
 * their order. A refusal is an answer, not an error: the code that was scanned is spent all the
 * same and the act stays recorded, so the caller commits and tells the cashier afterwards. Refuses,
 * per item, what bars the till or its merchant (`merchant_not_accepting` with the reason,
 * `terminal_paused` after ten bad scans in a minute), `one_voucher_per_payment`, what is wrong with
 * the code, and the reason of the voucher that came nearest. Shares the merchants' locks, then
 * locks the persons' codes, limits, the vouchers; the redemptions are new.
 * @policy R1–R4, SX20 一(二)5, SM23 八, XN23 四(三); inv-20, inv-22–28
 */
export async function tryRedemptions(
  tx: Tx,
  keys: Keys,
  orders: readonly TryOrder[],
): Promise<TryOutcome[]> {
  const refusals = new Map<number, Refused>();
  const refuse: Refuse = (n, refused, details = {}) => void refusals.set(n, { refused, details });
  const scanned = await scan(tx, keys, orders, refuse);
  const planned = await choose(tx, scanned, refuse);
  const allowed = await withinLimits(tx, planned, refuse);
  const held = await hold(tx, allowed, refuse);
  await recordTries(tx, { orders, held, refusals });
  const tried = new Map(held.map((one) => [one.n, one.tried]));
  return orders.map((_, n) => {
    const outcome = tried.get(n);
    if (outcome !== undefined) return { tried: outcome };
    return refusals.get(n) ?? fail(n);
  });
}

function fail(n: number): never {
  throw new Error(`item ${n} has no outcome`);
}

/** Which orders come from a till that may scan, with a code that stands for a person. */
async function scan(
  tx: Tx,
  keys: Keys,
  orders: readonly TryOrder[],
  refuse: Refuse,
): Promise<Scanned[]> {
  const numbered = orders.map((order, n) => ({ ...order, n }));
  const tills = await lockTills(tx, numbered);
  const open = orders.flatMap((order, n) => {
    const till = tills.get(n);
    if (till === undefined) return refuse(n, 'not_found') ?? [];
    const bar = tillBar(till);
    if (bar !== undefined) return refuse(n, 'merchant_not_accepting', { reason: bar }) ?? [];
    const pausedMs = (till.pausedUntil ?? 0) - tx.now;
    if (pausedMs > 0) {
      const details = { retryAfterSeconds: Math.ceil(pausedMs / 1000) };
      return refuse(n, 'terminal_paused', details) ?? [];
    }
    const isOne = (order.voucherIds?.length ?? 0) <= 1;
    return isOne ? [{ n, order, till }] : (refuse(n, 'one_voucher_per_payment') ?? []);
  });
  const uses = await usePaymentCodes(
    tx,
    keys,
    open.map((one) => one.order.code),
  );
  const bad: string[] = [];
  const scanned = open.flatMap((one, index): Scanned[] => {
    const use = uses[index] ?? fail(one.n);
    if (use.refused === undefined) return [{ ...one, use }];
    bad.push(one.till.terminalId);
    return refuse(one.n, use.refused) ?? [];
  });
  await countBadScans(tx, bad);
  return scanned;
}

async function choose(tx: Tx, scanned: readonly Scanned[], refuse: Refuse): Promise<Planned[]> {
  const presented = scanned.map(({ n, order, till, use }) => ({
    n,
    till,
    order,
    personId: use.personId,
    regions: use.regions,
    goods: order.goods ?? [],
    voucherId: use.voucherId ?? order.voucherIds?.[0] ?? null,
  }));
  const usable = await findCandidates(tx, presented, 'usable');
  const choiceOf = (item: Paying, found: ReadonlyMap<number, readonly FoundVoucher[]>) =>
    chooseVoucher(found.get(item.n) ?? [], item.order.orderFen, tx.now);
  const none = presented.filter((item) => 'refusal' in choiceOf(item, usable));
  const wallets = await findCandidates(tx, none, 'all');
  return presented.flatMap((item) => {
    const found = wallets.has(item.n) ? wallets : usable;
    const choice = choiceOf(item, found);
    if (item.voucherId !== null && !found.has(item.n)) return refuse(item.n, 'not_found') ?? [];
    if ('refusal' in choice) {
      return refuse(item.n, choice.refusal, detailsOf(choice.refusal, choice.candidate)) ?? [];
    }
    try {
      return [plan(tx, item, choice)];
    } catch (error) {
      // A plan from before the check may limit what no till knows: only its own vouchers wait.
      if (!(error instanceof Refusal)) throw error;
      return refuse(item.n, error.code, error.details) ?? [];
    }
  });
}

/** What the cashier needs to explain it: the reason of the shop, or the amount that was missed. */
function detailsOf(refusal: RefusalCode, found: FoundVoucher | undefined): RefusalDetails {
  if (found === undefined) return {};
  if (refusal === 'merchant_not_accepting') {
    return { reason: found.bar ?? 'category', voucherName: found.kind.name };
  }
  if (refusal !== 'below_threshold') return { voucherName: found.kind.name };
  const { amountFen, strict } = found.rule.threshold;
  return { voucherName: found.kind.name, thresholdFen: Number(amountFen), strict };
}

function plan(
  tx: Tx,
  item: Paying,
  choice: { readonly candidate: FoundVoucher; readonly deductionFen: Fen },
): Planned {
  const { n, order, till } = item;
  const { candidate: found, deductionFen } = choice;
  const cashFen = (order.orderFen - deductionFen) as Fen;
  const { personId, programmeId } = found;
  const counters = limitCounters(found.plan.limits, {
    programmeId,
    action: 'redeem',
    kind: found.kind.id,
    count: 1,
    faceFen: found.voucher.faceFen,
    at: tx.now,
    entities: {
      person: personId,
      phone: personId,
      merchant: till.merchantId,
      shop: till.shopId,
      terminal: till.terminalId,
    },
  });
  const tried: Tried = {
    redemptionId: newId(tx.now),
    personId,
    voucherId: found.voucher.voucherId,
    programmeId,
    voucherName: found.kind.name,
    orderFen: order.orderFen,
    deductionFen,
    cashFen,
    // Where nothing is left to pay there is nothing to send.
    payment: cashFen === 0n ? 'merchant' : order.payment,
    voidAt: instant(tx.now + found.plan.redemption.trySeconds * 1000),
  };
  return { n, order, found, counters, tried };
}

async function withinLimits(
  tx: Tx,
  planned: readonly Planned[],
  refuse: Refuse,
): Promise<Planned[]> {
  const over = await takeLimits(
    tx,
    planned.map((one) => one.counters),
  );
  return planned.filter((one, index) => {
    const counter = over[index];
    if (counter === undefined) return true;
    const refusal = limitRefusal(counter);
    return refuse(one.n, refusal.code, refusal.details) ?? false;
  });
}

/** Holds the vouchers, then writes the redemptions that the shop may still take. */
async function hold(tx: Tx, planned: readonly Planned[], refuse: Refuse): Promise<Planned[]> {
  const moves = await holdVouchers(
    tx,
    planned.map((one) => one.tried),
  );
  const held = planned.filter((one, index) => {
    const refused = moves[index]?.refused;
    if (refused === undefined) return true;
    return refuse(one.n, refused, { voucherName: one.found.kind.name }) ?? false;
  });
  const written = new Set(await insertRedemptions(tx, held));
  const barred = held.filter((one) => !written.has(one.tried.redemptionId));
  await releaseVouchers(
    tx,
    barred.map((one) => one.tried),
  );
  for (const one of barred) refuse(one.n, 'merchant_not_accepting', { reason: 'not_admitted' });
  const left = planned.filter((one) => !written.has(one.tried.redemptionId));
  await giveBackLimits(
    tx,
    left.flatMap((one) => one.counters),
  );
  return held.filter((one) => written.has(one.tried.redemptionId));
}

async function insertRedemptions(tx: Tx, held: readonly Planned[]): Promise<string[]> {
  if (held.length === 0) return [];
  const merchants = held.map((one) => one.found.plan.merchants);
  const rows = await tx.rows<{ redemptionId: string }>(sql('insertRedemptions'), {
    redemptionIds: held.map((one) => one.tried.redemptionId),
    personIds: held.map((one) => one.tried.personId),
    voucherIds: held.map((one) => one.tried.voucherId),
    programmeIds: held.map((one) => one.tried.programmeId),
    fundIds: held.map((one) => one.found.fundId),
    terminalIds: held.map((one) => one.order.terminalId),
    cashierIds: held.map((one) => one.order.cashierId),
    orders: held.map((one) => one.tried.orderFen),
    deductions: held.map((one) => one.tried.deductionFen),
    payments: held.map((one) => one.tried.payment),
    voidAts: held.map((one) => one.tried.voidAt),
    regions: merchants.map((one) => regionPrefix(one.region)),
    categories: held.map((one) => one.found.category ?? null),
    networks: merchants.map((one) => one.admission === 'acceptance_network'),
    dishonestBarred: merchants.map((one) => one.conditions.includes('not_on_dishonesty_list')),
    now: tx.now,
  });
  return rows.map((row) => row.redemptionId);
}

async function recordTries(
  tx: Tx,
  group: {
    readonly orders: readonly TryOrder[];
    readonly held: readonly Planned[];
    readonly refusals: ReadonlyMap<number, Refused>;
  },
): Promise<void> {
  const { orders, held, refusals } = group;
  const [first] = orders;
  if (first === undefined) return;
  const programmeIds = [...new Set(held.map((one) => one.tried.programmeId))];
  const [programmeId] = programmeIds;
  await record(tx, {
    kind: 'redemption.tried',
    subject: { kind: 'terminal', id: first.terminalId },
    ...(programmeId !== undefined && programmeIds.length === 1 ? { programmeId } : {}),
    items: [
      ...held.map(triedItem),
      ...[...refusals].map(([n, one]) => ({
        terminalId: orders[n]?.terminalId,
        orderFen: Number(orders[n]?.orderFen),
        refused: one.refused,
      })),
    ],
  });
}

/** A try as its event keeps it: the voucher's move, then the order. */
function triedItem({ tried, order }: Planned): readonly unknown[] {
  const { personId, voucherId, redemptionId, orderFen, deductionFen, cashFen } = tried;
  const amounts = [orderFen, deductionFen, cashFen].map(Number);
  const at = [tried.payment, tried.voidAt, order.terminalId, order.cashierId];
  return [personId, voucherId, 'unused', 'held', redemptionId, ...amounts, ...at];
}
