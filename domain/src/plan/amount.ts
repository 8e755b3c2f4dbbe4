import { type Fen, fen } from '../fen.ts';
import type { AmountText } from './schema-words.ts';

const unitDigits: Readonly<Record<string, number>> = { '': 0, 万: 4, 亿: 8 };

/**
 * The 分 of an amount as programme files write it: `50`, `0.5`, `1,234.50`, `600万元`, `1亿元`.
 * Exact, or undefined: 0.125 and 1e21 are no amounts, 3.125万元 is 31,250 元.
 */
export function fenOfAmount(amount: AmountText): Fen | undefined {
  const text = typeof amount === 'number' ? String(amount) : amount;
  const match =
    /^(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,6}))?([万亿]?)元?$/u.exec(text) ?? undefined;
  if (match?.[1] === undefined) return undefined;
  const decimals = match[2] ?? '';
  const shift = (unitDigits[match[3] ?? ''] ?? 0) + 2;
  const digits = decimals.padEnd(shift, '0');
  if (/[1-9]/.test(digits.slice(shift))) return undefined;
  const value = BigInt(match[1].replaceAll(',', '') + digits.slice(0, shift));
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? fen(value) : undefined;
}

/** `amount` 分 as people read it in a finding: `600万元`, `10元`, `0.5元`. */
export function amountInWords(amount: bigint): string {
  if (amount !== 0n && amount % 10_000n === 0n && amount >= 1_000_000n) {
    return `${withDecimals(amount, 6)}万元`;
  }
  return `${withDecimals(amount, 2)}元`;
}

function withDecimals(amount: bigint, decimals: number): string {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const rest = digits.slice(-decimals).replace(/0+$/, '');
  return digits.slice(0, -decimals) + (rest === '' ? '' : `.${rest}`);
}
