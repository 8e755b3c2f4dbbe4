import type { Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/** A line of a statement that may be about a payment we asked the bank to make. */
export type PaymentLine = {
  readonly bankLineId: string;
  readonly accountNumber: string;
  readonly serial: string;
  /** Our own number, where the bank repeats it. */
  readonly orderNumber: string;
  readonly postedAt: Instant;
  readonly direction: 'in' | 'out';
  readonly amountFen: Fen;
};

/** The oldest 50,000 unmatched lines about payments on a programme's accounts, locked. */
export async function lockPaymentLines(
  tx: Tx,
  asked: { readonly programmeId: string; readonly before: Instant },
): Promise<readonly PaymentLine[]> {
  return tx.rows<PaymentLine>(sql('unmatchedPayments'), { ...asked, limit: 50_000 });
}

/** Whether a statement of the programme's accounts reaches `from` or later. */
export async function hasStatementFrom(
  tx: Tx,
  asked: { readonly programmeId: string; readonly from: Instant },
): Promise<boolean> {
  return (await tx.one<{ known: boolean }>(sql('hasStatement'), asked)).known;
}

/** Marks lines as being about these payments; part of the caller's act, which records it. */
export async function matchPaymentLines(
  tx: Tx,
  matches: readonly {
    readonly bankLineId: string;
    readonly kind: 'payout' | 'fund_return';
    readonly id: string;
  }[],
): Promise<void> {
  await tx.execute(sql('matchPayments'), {
    bankLineIds: matches.map((match) => match.bankLineId),
    kinds: matches.map((match) => match.kind),
    ids: matches.map((match) => match.id),
  });
}

/** Marks a line as explained by the closing of an exception; part of the caller's act. */
export async function explainPaymentLine(
  tx: Tx,
  explained: { readonly bankLineId: string; readonly exceptionId: string },
): Promise<void> {
  const { bankLineId, exceptionId } = explained;
  await tx.execute(sql('explainPayment'), { bankLineId, details: { exceptionId } });
}
