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
  several_orders_fit: '有多张资金单同时相符，需人工认领',
  already_confirmed: '相符的资金单已到账确认，可能重复付款',
  order_cancelled: '相符的资金单已撤销',
  confirmation_waits: '相符的资金单正在等待复核',
  programme_ended: '相符的资金单所属活动已结束，款项须退回',
  outgoing: '支出流水，由结算和退回核对',
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

/** The words of a remark: 附言"1400" names the code 1400, 21400 does not. */
function wordsOf(remark: string): ReadonlySet<string> {
  const words = remark.normalize('NFKC').toUpperCase();
  return new Set(words.match(/[0-9A-Z]+/gu));
}

/** Orders by remark code, and by code and amount: tens of thousands may share one code. */
export type OrderBook = ReadonlyMap<
  string,
  { readonly all: readonly OrderToMatch[]; readonly byAmount: ReadonlyMap<Fen, OrderToMatch[]> }
>;

/** The book of an account's orders. */
export function orderBook(orders: readonly OrderToMatch[]): OrderBook {
  const book = new Map<string, { all: OrderToMatch[]; byAmount: Map<Fen, OrderToMatch[]> }>();
  for (const order of orders) {
    const code = order.remarkCode.toUpperCase();
    const page = book.get(code) ?? { all: [], byAmount: new Map<Fen, OrderToMatch[]>() };
    book.set(code, page);
    page.all.push(order);
    const same = page.byAmount.get(order.totalFen) ?? [];
    page.byAmount.set(order.totalFen, same);
    same.push(order);
  }
  return book;
}

function samePayer(line: LineToMatch, order: OrderToMatch): boolean {
  if (order.payerIndex === null) return true;
  return line.payerIndex !== null && line.payerIndex.equals(order.payerIndex);
}

/**
 * Which order of the book an incoming line pays: the only open one whose remark, amount and (where
 * it names one) payer are the line's. Anything less is nobody's, with the reason. `taken` holds the
 * orders that earlier lines of the same statement pay.
 * @policy SX20 一(二) 附言“1400”, requirement F1
 */
export function matchLine(
  line: LineToMatch,
  book: OrderBook,
  taken: ReadonlySet<string> = new Set(),
): Match {
  const pages = [...wordsOf(line.remark)].flatMap((word) => book.get(word) ?? []);
  const sameAmount = pages.flatMap((page) => page.byAmount.get(line.amountFen) ?? []);
  const isOpen = (order: OrderToMatch) =>
    order.state === 'open' && !taken.has(order.fundingOrderId);
  const exact = sameAmount.filter(isOpen);
  const fitting = exact.filter((order) => samePayer(line, order));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return { fundingOrderId: only.fundingOrderId };
  if (fitting.length > 1) {
    return { reason: 'several_orders_fit', details: { orders: fitting.length } };
  }
  const closed = sameAmount.filter((order) => !isOpen(order) && samePayer(line, order));
  if (closed.length > 0) return closedReason(closed);
  if (exact.length > 0) return { reason: 'payer_differs', details: { orders: exact.length } };
  return differingReason(
    line,
    pages.flatMap((page) => page.all.filter(isOpen)),
  );
}

function closedReason(closed: readonly OrderToMatch[]): Match {
  const cancelled = closed.every((order) => order.state === 'cancelled');
  const order = cancelled ? closed[0] : closed.find((one) => one.state !== 'cancelled');
  const reason = cancelled ? 'order_cancelled' : 'already_confirmed';
  return { reason, details: { fundingOrderId: order?.fundingOrderId } };
}

function differingReason(line: LineToMatch, open: readonly OrderToMatch[]): Match {
  if (open.length === 0) return { reason: 'no_order_with_remark', details: {} };
  const theirs = open.filter((order) => samePayer(line, order));
  const [one] = theirs;
  if (one === undefined || theirs.length > 1) {
    return { reason: 'amount_differs', details: { orders: theirs.length } };
  }
  const differenceFen = line.amountFen - one.totalFen;
  const { fundingOrderId } = one;
  return { reason: 'amount_differs', details: { fundingOrderId, differenceFen } };
}
