import { hasLuhnDigit } from './luhn.ts';

/** `text` as card numbers are compared: full-width folded, spaces and hyphens dropped. */
export function normalizeBankCard(text: string): string {
  return text.normalize('NFKC').replaceAll(/[\s-]/gu, '');
}

/** Whether the normalized `card` is 16 to 19 digits ending in their Luhn digit. */
export function isBankCard(card: string): boolean {
  return /^\d{16,19}$/.test(card) && hasLuhnDigit(card);
}
