/** An amount of money: a whole number of 分 (1 元 = 100 分), never a float. */
export type Fen = bigint & { readonly [fenBrand]: true };
declare const fenBrand: unique symbol;

/** The largest amount one transfer may carry: what JSON can hold exactly, 90 兆 元. */
export const amountFenMax = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * The amount of `value` 分.
 * @throws RangeError for a number that is not a safe integer; amounts from outside are checked
 * by the contract's schema before they come here.
 */
export function fen(value: bigint | number): Fen {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError(`not a whole number of fen: ${value}`);
  }
  return BigInt(value) as Fen;
}

/** No money. */
export const zeroFen = fen(0);

/** `yuan` 元 as 分; `yuan` is a whole number of 元. */
export function yuan(amount: number): Fen {
  return fen(BigInt(amount) * 100n);
}

/** The sum of `amounts`; zero for none. */
export function sumFen(amounts: Iterable<Fen>): Fen {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return fen(total);
}

/** `amount` on the wire: a safe integer number of 分. Throws RangeError beyond 2^53 − 1. */
export function fenOnWire(amount: bigint): number {
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) throw new RangeError(`too large for JSON: ${amount}`);
  return number;
}

/** `amount` in 元 with two decimals and no grouping, as files carry it: 1234.50, -0.05. */
export function yuanText(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * Reads an amount in 元 as people and files write it: `300`, `300.5`, `1,234.50`, `￥300`.
 * Answers undefined for anything else, also for a third decimal: money is never rounded silently.
 */
export function fenFromYuanText(text: string): Fen | undefined {
  const plain = text
    .normalize('NFKC')
    .trim()
    .replace(/^[¥￥]/u, '')
    .replace(/元$/u, '');
  const match = /^(-?)(\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.(\d{1,2}))?$/.exec(plain);
  if (match?.[2] === undefined) return undefined;
  const whole = BigInt(match[2].replaceAll(',', '')) * 100n;
  const cents = BigInt((match[3] ?? '').padEnd(2, '0'));
  return fen(match[1] === '-' ? -(whole + cents) : whole + cents);
}
