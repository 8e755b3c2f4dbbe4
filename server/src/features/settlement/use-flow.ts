import type { Readable } from 'node:stream';
import { sumFen, type Fen } from '@huiquan/domain/fen.ts';
import { endOfDay, startOfDay, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { writeBill, type BillDigests, type BillField } from '../../files/write-bill.ts';
import { billTime, tradesPerFileMax } from './merchant-files.ts';

const sql = twin(import.meta.url);

type Use = {
  readonly batchId: string;
  readonly voucherId: string;
  readonly kind: string;
  readonly deductionFen: Fen;
  readonly orderFen: Fen;
  readonly redemptionId: string;
  readonly at: Instant;
  readonly merchantId: string;
  readonly terminalId: string;
  readonly cashFen: Fen;
  readonly funderName: string;
  readonly regionCode: string;
};
type Refunded = Use & {
  readonly refundId: string;
  readonly refundFen: Fen;
  readonly refundVoucherFen: Fen;
  readonly refundedAt: Instant;
};

const header = [
  '批次ID',
  '优惠ID',
  '优惠类型',
  '优惠金额(元)',
  '订单总金额(元)',
  '交易类型',
  '支付单号',
  '消耗时间',
  '消耗商户号',
  '设备号',
  '银行流水号',
  '单品信息',
  '出资方',
  '用户实付金额',
  '区县代码',
];

// The bank's serial of a shopper's payment and the goods are not ours to know: they stay empty.
const rowOf = (one: Use, trade: '消费' | '退款'): BillField[] => [
  one.batchId,
  one.voucherId,
  one.kind,
  one.deductionFen,
  one.orderFen,
  trade,
  one.redemptionId,
  billTime(one.at),
  one.merchantId,
  one.terminalId,
  '',
  '',
  one.funderName,
  one.cashFen,
  one.regionCode,
];

/** Which funder's day of which programme. */
export type UseFlowAsked = {
  readonly programmeId: string;
  readonly funderId: string;
  readonly day: string;
  readonly flow: 'uses' | 'refunds';
};

type Made = { readonly content: Readable; readonly digests: Promise<BillDigests> };

/**
 * The use-flow file of one funder and day, or its refund file: what its vouchers were used for,
 * with two summary lines, and what proves it whole. The same day gives the same bytes. Refuses
 * `sheet_limits` beyond 200,000 rows.
 * @policy spec facts, Files
 */
export async function useFlowFile(tx: Tx, asked: UseFlowAsked): Promise<Made> {
  const { programmeId, funderId, day, flow } = asked;
  const span = { programmeId, funderId, from: startOfDay(day), before: endOfDay(day) };
  const values = { ...span, limit: tradesPerFileMax + 1 };
  if (flow === 'refunds') return refundFile(await tx.rows<Refunded>(sql('refundFlow'), values));
  const uses = await tx.rows<Use>(sql('useFlow'), values);
  demandRoom(uses.length);
  return writeBill({
    header,
    rows: uses.map((one) => rowOf(one, '消费')),
    summaryHeader: ['总笔数', '优惠总金额(元)', '订单总金额(元)'],
    summary: () => [
      uses.length,
      sumFen(uses.map((one) => one.deductionFen)),
      sumFen(uses.map((one) => one.orderFen)),
    ],
  });
}

function refundFile(refunds: readonly Refunded[]): Made {
  demandRoom(refunds.length);
  return writeBill({
    header: [...header, '退款单号', '退款金额', '券退款金额', '退款时间'],
    rows: refunds.map((one) => [
      ...rowOf(one, '退款'),
      one.refundId,
      one.refundFen,
      one.refundVoucherFen,
      billTime(one.refundedAt),
    ]),
    summaryHeader: ['总笔数', '退款总金额(元)', '券退款总金额(元)'],
    summary: () => [
      refunds.length,
      sumFen(refunds.map((one) => one.refundFen)),
      sumFen(refunds.map((one) => one.refundVoucherFen)),
    ],
  });
}

function demandRoom(rows: number): void {
  if (rows > tradesPerFileMax) refuse('sheet_limits', { rowsMax: tradesPerFileMax });
}
