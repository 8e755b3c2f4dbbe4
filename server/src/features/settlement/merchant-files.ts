import type { Readable } from 'node:stream';
import { fen, yuanText, zeroFen, type Fen } from '@huiquan/domain/fen.ts';
import { dayOf, endOfDay, instantText, startOfDay, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { periodOf, type Period } from '@huiquan/domain/settlement/period.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { writeBill, type Bill, type BillDigests } from '../../files/write-bill.ts';

const sql = twin(import.meta.url);

/** One trade of a merchant: a redemption, or a refund or reversal of one. */
type Trade = {
  readonly at: Instant;
  readonly trade: 'redemption' | 'refund' | 'reversal';
  readonly redemptionId: string;
  readonly refundId: string | null;
  readonly shopName: string;
  readonly terminalId: string;
  readonly orderFen: Fen;
  readonly voucherFen: Fen;
  readonly cashFen: Fen;
  readonly funderName: string;
};

/** Trades that one file holds at most; a longer span is asked for in parts. */
export const tradesPerFileMax = 200_000;

type Asked = {
  readonly programmeId: string;
  readonly merchantId: string;
  /** The first and the last day, both included. */
  readonly fromDay: string;
  readonly toDay: string;
};

const spanOf = ({ programmeId, merchantId, fromDay, toDay }: Asked) => ({
  programmeId,
  merchantId,
  from: startOfDay(fromDay),
  before: endOfDay(toDay),
});

async function tradesOf(tx: Tx, asked: Asked): Promise<readonly Trade[]> {
  if (asked.fromDay > asked.toDay) refuse('invalid_rule', { fromDay: asked.fromDay });
  const limit = tradesPerFileMax + 1;
  const trades = await tx.rows<Trade>(sql('tradesOfMerchant'), { ...spanOf(asked), limit });
  if (trades.length > tradesPerFileMax) refuse('sheet_limits', { rowsMax: tradesPerFileMax });
  return trades;
}

/** A time as bills carry it: 2023-09-01 10:00:05, Asia/Shanghai. */
export const billTime = (at: Instant): string => instantText(at).slice(0, 19).replace('T', ' ');

export const statementHeader = [
  '期间',
  '核销笔数',
  '订单金额(元)',
  '消费券金额(元)',
  '用户实付金额(元)',
  '退款笔数',
  '券退款金额(元)',
  '应结金额(元)',
  '已付金额(元)',
] as const;

/** What a merchant sold, gave back and was paid in one period, or in all of them. */
export type StatementSums = {
  redemptions: number;
  orderFen: bigint;
  voucherFen: bigint;
  cashFen: bigint;
  refunds: number;
  backFen: bigint;
  paidFen: bigint;
};

const noSums = (): StatementSums => ({
  redemptions: 0,
  orderFen: 0n,
  voucherFen: 0n,
  cashFen: 0n,
  refunds: 0,
  backFen: 0n,
  paidFen: 0n,
});

function addTrade(sums: StatementSums, { trade, orderFen, voucherFen, cashFen }: Trade): void {
  if (trade === 'redemption') {
    sums.redemptions += 1;
    sums.orderFen += orderFen;
    sums.voucherFen += voucherFen;
    sums.cashFen += cashFen;
  } else {
    sums.refunds += 1;
    sums.backFen += voucherFen;
  }
}

function statementRow(period: string, sums: StatementSums): (string | number)[] {
  return [
    period,
    sums.redemptions,
    yuanText(sums.orderFen),
    yuanText(sums.voucherFen),
    yuanText(sums.cashFen),
    sums.refunds,
    yuanText(sums.backFen),
    yuanText(sums.voucherFen - sums.backFen),
    yuanText(sums.paidFen),
  ];
}

/**
 * What a merchant sold, gave back and was paid by day, week (Monday to Sunday) or month, and in
 * all. Refuses `invalid_rule` for a span that ends before it begins, `sheet_limits`.
 * @policy S4
 */
export async function statementSums(
  tx: Tx,
  asked: Asked & { readonly by: Period },
): Promise<{
  readonly periods: readonly (readonly [period: string, sums: Readonly<StatementSums>])[];
  readonly total: Readonly<StatementSums>;
}> {
  const { by } = asked;
  const periods = new Map<string, StatementSums>();
  const total = noSums();
  const sumsOf = (day: string): StatementSums => {
    const period = periodOf(day, by);
    const sums = periods.get(period) ?? noSums();
    periods.set(period, sums);
    return sums;
  };
  for (const trade of await tradesOf(tx, asked)) {
    addTrade(sumsOf(dayOf(trade.at)), trade);
    addTrade(total, trade);
  }
  const paid = await tx.rows<{ day: string; paidFen: Fen }>(sql('paidByDay'), spanOf(asked));
  for (const { day, paidFen } of paid) {
    sumsOf(day).paidFen += paidFen;
    total.paidFen += paidFen;
  }
  return { periods: [...periods].toSorted(([a], [b]) => (a < b ? -1 : 1)), total };
}

/** The rows of `statementSums` under `statementHeader`, with the total last; refusals as there. */
export async function merchantStatement(
  tx: Tx,
  asked: Asked & { readonly by: Period },
): Promise<readonly (readonly (string | number)[])[]> {
  const { periods, total } = await statementSums(tx, asked);
  const rows = periods.map(([period, sums]) => statementRow(period, sums));
  return [...rows, statementRow('合计', total)];
}

const tradeWords = { redemption: '消费', refund: '退款', reversal: '撤销' } as const;

const billHeader = [
  '交易时间',
  '商户号',
  '门店',
  '设备号',
  '商户订单号',
  '交易类型',
  '交易状态',
  '货币种类',
  '应结订单金额',
  '代金券金额',
  '商户退款单号',
  '退款金额',
  '代金券退款金额',
  '手续费',
  '费率',
  '订单金额',
  '出资方',
];

function billRow(merchantId: string, one: Trade): (string | Fen)[] {
  const isSale = one.trade === 'redemption';
  const [sold, back] = isSale ? [one.voucherFen, zeroFen] : [zeroFen, one.voucherFen];
  return [
    billTime(one.at),
    merchantId,
    one.shopName,
    one.terminalId,
    one.redemptionId,
    tradeWords[one.trade],
    'SUCCESS',
    'CNY',
    isSale ? one.orderFen : zeroFen,
    sold,
    one.refundId ?? '',
    isSale ? zeroFen : one.orderFen,
    back,
    zeroFen,
    '0.00%',
    one.orderFen,
    one.funderName,
  ];
}

/**
 * A merchant's settlement bill of one day in the trade-bill layout, with what proves it whole. The
 * same day gives the same bytes. Refuses `sheet_limits`.
 * @policy spec facts, Files
 */
export async function merchantBill(
  tx: Tx,
  asked: { readonly programmeId: string; readonly merchantId: string; readonly day: string },
): Promise<{ readonly content: Readable; readonly digests: Promise<BillDigests> }> {
  const { day, merchantId } = asked;
  const trades = await tradesOf(tx, { ...asked, fromDay: day, toDay: day });
  const sum = (pick: (one: Trade) => bigint) =>
    fen(trades.reduce((total, one) => total + pick(one), 0n));
  const isSale = (one: Trade) => one.trade === 'redemption';
  const bill: Bill = {
    header: billHeader,
    rows: trades.map((one) => billRow(merchantId, one)),
    summaryHeader: [
      '总交易单数',
      '应结订单总金额',
      '退款总金额',
      '代金券总金额',
      '代金券退款总金额',
      '手续费总金额',
    ],
    summary: () => [
      trades.length,
      sum((one) => (isSale(one) ? one.orderFen : 0n)),
      sum((one) => (isSale(one) ? 0n : one.orderFen)),
      sum((one) => (isSale(one) ? one.voucherFen : 0n)),
      sum((one) => (isSale(one) ? 0n : one.voucherFen)),
      zeroFen,
    ],
  };
  return writeBill(bill);
}
