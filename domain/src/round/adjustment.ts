import { fen, type Fen } from '../fen.ts';
import type { StockLine, StockShare, StockShortage } from './stock.ts';

/**
 * What an adjustment draws on: money a pool has available; stock that a live round has not given
 * yet; the residual of a closed round; value that expired and waits to be returned.
 */
export const adjustmentTakes = ['available', 'stock', 'residual', 'expired'] as const;
/** One of `adjustmentTakes`. */
export type AdjustmentTakes = (typeof adjustmentTakes)[number];

/** Stock of a round with what it has given so far, in the order vouchers are given out. */
export type GivenShare = StockShare & { readonly issued: number };

/**
 * Which of a round's shares give up `lines`: those that would be given out last come first, so the
 * order of use stays. Where a kind has not that many left the answer is the first shortage.
 * @policy XN23 三(二)
 */
export function stockToTake(
  lines: readonly StockLine[],
  shares: readonly GivenShare[],
): { readonly shares: readonly StockShare[] } | { readonly shortage: StockShortage } {
  const taken: StockShare[] = [];
  for (const { kind, quantity } of lines) {
    let missing = quantity;
    for (const share of shares.filter((one) => one.kind === kind).toReversed()) {
      const part = Math.min(missing, share.quantity - share.issued);
      if (part === 0) continue;
      missing -= part;
      const { fundId, position, faceFen } = share;
      taken.push({ kind, fundId, position, faceFen, quantity: part });
    }
    if (missing > 0) return { shortage: { kind, missing } };
  }
  return { shares: taken };
}

/** An amount of a pool that an adjustment would move, or that a round has left. */
export type PoolAmount = { readonly pool: string; readonly amountFen: Fen };

function totals(amounts: readonly PoolAmount[]): ReadonlyMap<string, bigint> {
  const byPool = new Map<string, bigint>();
  for (const { pool, amountFen } of amounts) {
    byPool.set(pool, (byPool.get(pool) ?? 0n) + amountFen);
  }
  return byPool;
}

/**
 * By how much `lines` exceed the residual of a closed round, less what earlier adjustments took of
 * it, in the first pool where they do: money never crosses pools here.
 * @policy XN23 三(二), 三(五)1; inv-6
 */
export function residualExceeded(
  lines: readonly StockLine[],
  left: readonly PoolAmount[],
  taken: readonly PoolAmount[],
): { readonly pool: string; readonly missingFen: Fen } | undefined {
  const [had, gone] = [totals(left), totals(taken)];
  const wanted = totals(
    lines.map(({ pool, faceFen, quantity }) => ({
      pool,
      amountFen: fen(faceFen * BigInt(quantity)),
    })),
  );
  for (const [pool, amount] of wanted) {
    const missing = amount - ((had.get(pool) ?? 0n) - (gone.get(pool) ?? 0n));
    if (missing > 0n) return { pool, missingFen: fen(missing) };
  }
  return undefined;
}
