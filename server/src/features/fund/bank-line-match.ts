import type { Fen } from '@huiquan/domain/fen.ts';
import type { Keys } from '../../keys.ts';

/** What of an order decides whether a bank line pays it. */
export type OrderToMatch = {
  readonly fundingOrderId: string;
  readonly remarkCode: string;
  readonly totalFen: Fen;
  readonly state: 'open' | 'confirmed' | 'cancelled';
  readonly payerIndex: Buffer | null;
};

/** What of an incoming line decides which order it pays. */
export type LineToMatch = {
  readonly amountFen: Fen;
  readonly remark: string;
  readonly payerIndex: Buffer | null;
};

/** Why a line stands unmatched, in the words of the list. */
export const unmatchedReasons = {
  no_order_with_remark: '附言与任何资金单都对不上',
  amount_differs: '附言相符但金额不一致',
  payer_differs: '附言和金额相符但付款户名不一致',
  several_orders_fit: '有多张资金单同时相符,需人工认领',
  already_confirmed: '相符的资金单已到账确认,可能重复付款',
  order_cancelled: '相符的资金单已撤销',
  confirmation_waits: '相符的资金单正在等待复核',
  outgoing: '支出流水,由结算和退回核对',
} as const;
export type UnmatchedReason = keyof typeof unmatchedReasons;

export type Match =
  | { readonly fundingOrderId: string }
  | { readonly reason: UnmatchedReason; readonly details: Readonly<Record<string, unknown>> };

/** A payer's account name as it is compared: without width, case, spaces and brackets of style. */
function plainName(name: string): string {
  return name.normalize('NFKC').toUpperCase().replaceAll(/\s/gu, '');
}

/** Keyed hash of a payer's account name. */
export function payerIndexOf(keys: Keys, name: string): Buffer {
  return keys.index('name-index', `payer ${plainName(name)}`);
}

/** Whether `remark` holds `code` as a word of its own: 附言"1400", never the 1400 of 21400. */
export function remarkNames(remark: string, code: string): boolean {
  const words = remark
    .normalize('NFKC')
    .toUpperCase()
    .match(/[0-9A-Z]+/gu);
  return words?.includes(code.toUpperCase()) ?? false;
}

function samePayer(line: LineToMatch, order: OrderToMatch): boolean {
  if (order.payerIndex === null) return true;
  return line.payerIndex !== null && line.payerIndex.equals(order.payerIndex);
}

/**
 * Which of `orders` an incoming line pays: the only open one whose remark, amount and (where it
 * names one) payer are the line's. Anything less is nobody's, with the reason.
 * @policy SX20 一(二) 附言“1400”, requirement F1
 */
export function matchLine(line: LineToMatch, orders: readonly OrderToMatch[]): Match {
  const named = orders.filter((order) => remarkNames(line.remark, order.remarkCode));
  const open = named.filter((order) => order.state === 'open');
  const exact = open.filter((order) => order.totalFen === line.amountFen);
  const fitting = exact.filter((order) => samePayer(line, order));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return { fundingOrderId: only.fundingOrderId };
  if (fitting.length > 1) {
    return { reason: 'several_orders_fit', details: { orders: fitting.length } };
  }
  if (exact.length > 0) return { reason: 'payer_differs', details: { orders: exact.length } };
  return nearestReason(line, named);
}

function nearestReason(line: LineToMatch, named: readonly OrderToMatch[]): Match {
  const closed = named.filter(
    (order) =>
      order.state !== 'open' && order.totalFen === line.amountFen && samePayer(line, order),
  );
  const confirmed = closed.find((order) => order.state === 'confirmed');
  if (confirmed !== undefined) {
    return { reason: 'already_confirmed', details: { fundingOrderId: confirmed.fundingOrderId } };
  }
  const [cancelled] = closed;
  if (cancelled !== undefined) {
    return { reason: 'order_cancelled', details: { fundingOrderId: cancelled.fundingOrderId } };
  }
  const theirs = named.filter((order) => order.state === 'open' && samePayer(line, order));
  const [one] = theirs;
  if (one !== undefined && theirs.length === 1) {
    const { fundingOrderId, totalFen } = one;
    const differenceFen = line.amountFen - totalFen;
    return { reason: 'amount_differs', details: { fundingOrderId, differenceFen } };
  }
  if (named.some((order) => order.state === 'open')) {
    return { reason: 'amount_differs', details: { orders: theirs.length } };
  }
  return { reason: 'no_order_with_remark', details: {} };
}
