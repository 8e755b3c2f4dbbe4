import { fen, zeroFen, type Fen } from '../fen.ts';

/** A redemption (positive) or refund (negative) that no run has taken yet. */
export type OpenEvent = {
  readonly merchantId: string;
  readonly fundId: string;
  readonly amountFen: Fen;
  /** A refund after settlement: it is owed by the merchant, not less payable to it. */
  readonly fromReceivable: boolean;
};

/** What one fund pays one merchant in a run, and what it keeps for an older receivable. */
export type Net = {
  readonly merchantId: string;
  readonly fundId: string;
  readonly paidFen: Fen;
  readonly offsetFen: Fen;
};

const keyOf = (of: { merchantId: string; fundId: string }) => `${of.merchantId} ${of.fundId}`;

/**
 * Nets `events` per merchant and fund: what became payable, less what the merchant owes to the same
 * fund (`receivables`, by merchant and fund, in 分 above zero). Never negative: what a run cannot
 * cover stays receivable for the next. Money of one fund never covers what is owed to another.
 * Sorted by merchant and fund.
 */
export function netOf(
  events: readonly OpenEvent[],
  receivables: readonly { merchantId: string; fundId: string; owedFen: Fen }[],
): Net[] {
  const payable = new Map<string, { merchantId: string; fundId: string; fen: bigint }>();
  for (const event of events) {
    if (event.fromReceivable) continue;
    const entry = payable.get(keyOf(event)) ?? { ...event, fen: 0n };
    entry.fen += event.amountFen;
    payable.set(keyOf(event), entry);
  }
  const owed = new Map(receivables.map((entry) => [keyOf(entry), entry.owedFen]));
  return [...payable.values()]
    .filter((entry) => entry.fen > 0n)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map(({ merchantId, fundId, fen: total }) => {
      const debt = owed.get(keyOf({ merchantId, fundId })) ?? zeroFen;
      const offsetFen = fen(debt < total ? debt : total);
      return { merchantId, fundId, paidFen: fen(total - offsetFen), offsetFen };
    });
}
