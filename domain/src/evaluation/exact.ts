/** A figure without rounding: `over ÷ under`, `under` positive. */
export type Exact = { readonly over: bigint; readonly under: bigint };

/** `over ÷ under` as it is. Throws RangeError for a divisor that is not positive. */
export function exact(over: bigint | number, under: bigint | number = 1n): Exact {
  const divisor = BigInt(under);
  if (divisor <= 0n) throw new RangeError(`not a divisor: ${divisor}`);
  return { over: BigInt(over), under: divisor };
}

/** `part ÷ whole`, or undefined where there is no whole: nothing is said rather than zero. */
export function ratio(part: bigint | number, whole: bigint | number): Exact | undefined {
  return BigInt(whole) > 0n ? exact(part, whole) : undefined;
}

/** `a + b`. */
export function plus(a: Exact, b: Exact): Exact {
  return exact(a.over * b.under + b.over * a.under, a.under * b.under);
}

/** `a − b`. */
export function minus(a: Exact, b: Exact): Exact {
  return plus(a, { over: -b.over, under: b.under });
}

/** `a × b`. */
export function times(a: Exact, b: Exact): Exact {
  return exact(a.over * b.over, a.under * b.under);
}

/** Whether `a` is more than `b`. */
export function isMore(a: Exact, b: Exact): boolean {
  return a.over * b.under > b.over * a.under;
}

/**
 * `value` with `decimals` decimals, half up away from zero: 1.265 is 1.27, −0.025 is −0.03. The one
 * rounding of every report, stated in it; nothing rounded is ever calculated with.
 * @policy inv-46
 */
export function rounded(value: Exact, decimals: number): string {
  const size = value.over < 0n ? -value.over : value.over;
  const scaled = size * 10n ** BigInt(decimals);
  const units = (2n * scaled + value.under) / (2n * value.under);
  const digits = units.toString().padStart(decimals + 1, '0');
  const sign = value.over < 0n && units !== 0n ? '-' : '';
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** How many decimals a printed figure has: 2 for `0.48`. */
export function decimalsOf(printed: string): number {
  return printed.split('.')[1]?.length ?? 0;
}

/** The value of a printed figure, `2.48`. Throws RangeError for anything else than digits. */
export function printedValue(printed: string): Exact {
  if (!/^-?\d+(?:\.\d+)?$/.test(printed)) throw new RangeError(`not a figure: ${printed}`);
  return exact(BigInt(printed.replace('.', '')), 10n ** BigInt(decimalsOf(printed)));
}
