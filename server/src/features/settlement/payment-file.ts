import { yuanText } from '@huiquan/domain/fen.ts';
import type { Tx } from '../../db/transact.ts';
import type { CellValue } from '../../files/cell-guard.ts';
import type { Keys } from '../../keys.ts';
import { record } from '../../events/record.ts';
import { getRun } from './clearing.ts';
import { instructionOf, payoutsOfRun, remarkOf } from './pay-run.ts';

export const paymentFileHeader = [
  '指令编号',
  '付款账号',
  '收款户名',
  '收款账号',
  '金额(元)',
  '附言',
] as const;

/**
 * The payment instructions of a run as the bank's counter takes them, under `paymentFileHeader`:
 * the same ids and amounts that the bank's interface gets. Holds account numbers, so that reading
 * it is recorded. Refuses `not_found`.
 * @policy S1, F6
 */
export async function paymentFileRows(
  tx: Tx,
  keys: Keys,
  runId: string,
): Promise<readonly (readonly CellValue[])[]> {
  const run = await getRun(tx, runId);
  const payouts = await payoutsOfRun(tx, runId);
  await record(tx, {
    kind: 'settlement_run.payment_file_read',
    subject: { kind: 'settlement_run', id: runId },
    programmeId: run.programmeId,
    body: { payouts: payouts.length },
  });
  return payouts.map((payout) => {
    const one = instructionOf(keys, payout, remarkOf(run.number));
    const { instructionId, payeeName, payeeAccount, amountFen, remark } = one;
    return [instructionId, run.payerAccount, payeeName, payeeAccount, yuanText(amountFen), remark];
  });
}
