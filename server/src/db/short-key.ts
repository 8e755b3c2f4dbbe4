import { hash } from 'node:crypto';

/**
 * The first half of SHA-256 of `text` as a UUID, as `short_key` makes it in SQL: what a row is
 * found by where its name is a long text. Two texts share one about never.
 */
export function shortKey(text: string): string {
  const hex = hash('sha256', text, 'hex');
  const [a, b, c] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16)];
  return `${a}-${b}-${c}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
