import { fen, type Fen } from '../fen.ts';

/** How many vouchers of a kind a round is to give, and out of which pool. */
export type StockLine = {
  readonly kind: string;
  readonly pool: string;
  readonly faceFen: Fen;
  readonly quantity: number;
};

/** A fund of a pool with what it has available, in the plan's order of use. */
export type StockFund = {
  readonly fundId: string;
  readonly pool: string;
  readonly availableFen: Fen;
};

/** How many vouchers of a kind one fund pays for; lower positions are given first. */
export type StockShare = {
  readonly kind: string;
  readonly fundId: string;
  readonly position: number;
  readonly faceFen: Fen;
  readonly quantity: number;
};

/** Which kind could not be covered, and by how many vouchers. */
export type StockShortage = { readonly kind: string; readonly missing: number };

/**
 * Divides the stock of a round among the funds of each kind's pool, in their order of use: each
 * voucher is paid by exactly one fund, and no fund pays more than it has. Where a pool cannot cover
 * a kind the answer is the first shortage.
 * @policy XN23 三(二), requirement F2
 */
export function divideStock(
  lines: readonly StockLine[],
  funds: readonly StockFund[],
): { readonly shares: readonly StockShare[] } | { readonly shortage: StockShortage } {
  const left = new Map<string, bigint>(funds.map((fund) => [fund.fundId, fund.availableFen]));
  const shares: StockShare[] = [];
  for (const line of lines) {
    let missing = line.quantity;
    for (const [index, { fundId, pool }] of funds.entries()) {
      if (pool !== line.pool || missing === 0) continue;
      const available = left.get(fundId) ?? 0n;
      const covered = Math.min(missing, Number(available / line.faceFen));
      if (covered === 0) continue;
      left.set(fundId, available - BigInt(covered) * line.faceFen);
      missing -= covered;
      const { kind, faceFen } = line;
      shares.push({ kind, fundId, position: index + 1, faceFen, quantity: covered });
    }
    if (missing > 0) return { shortage: { kind: line.kind, missing } };
  }
  return { shares };
}

/** What the shares of one fund cost together. */
export function costByFund(shares: readonly StockShare[]): ReadonlyMap<string, Fen> {
  const costs = new Map<string, Fen>();
  for (const { fundId, faceFen, quantity } of shares) {
    costs.set(fundId, fen((costs.get(fundId) ?? 0n) + faceFen * BigInt(quantity)));
  }
  return costs;
}

/** What is left of a share while vouchers are being given out. */
export type StockRow = {
  readonly kind: string;
  readonly fundId: string;
  readonly faceFen: Fen;
  readonly remaining: number;
};

/**
 * Gives one voucher to each of `kinds` in their order, from the first row of the kind that has one
 * left; undefined where it is sold out. `rows` come in order of use.
 */
export function giveFrom(
  rows: readonly StockRow[],
  kinds: readonly string[],
): (StockRow | undefined)[] {
  const left = rows.map((row) => row.remaining);
  const first = new Map<string, number>();
  return kinds.map((kind) => {
    let index = first.get(kind) ?? rows.findIndex((row) => row.kind === kind);
    while (
      index >= 0 &&
      index < rows.length &&
      !(rows[index]?.kind === kind && (left[index] ?? 0) > 0)
    ) {
      index += 1;
    }
    first.set(kind, index);
    const row = rows[index];
    if (row === undefined) return undefined;
    left[index] = (left[index] ?? 0) - 1;
    return row;
  });
}
