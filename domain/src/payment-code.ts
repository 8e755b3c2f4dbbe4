import { hasLuhnDigit, luhnDigit } from './identity/luhn.ts';

/** What a payment code begins with; WeChat takes 10–15, Alipay 25–30, UnionPay 62. */
export const paymentCodePrefix = '99';

/** Prefix, 16 random digits, Luhn digit. */
export const paymentCodeLength = 19;

const bodies = 10n ** 16n;
/** The largest multiple of 10^16 within 64 bits: numbers from here on would favour low digits. */
const fairLimit = ((1n << 64n) / bodies) * bodies;

/**
 * The payment code that `bytes` stand for: the same bytes always give the same 19 digits, so a code
 * is derived from the command's id and never stored. `bytes` are at least 32 from a secure source
 * or a keyed hash; each 8 are one try at a number without bias, and all four failing has a
 * probability of 10^-18. Throws RangeError for fewer bytes, or then.
 */
export function paymentCodeFrom(bytes: Uint8Array): string {
  if (bytes.length < 32) throw new RangeError(`a payment code needs 32 bytes: ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const number = view.getBigUint64(at);
    if (number >= fairLimit) continue;
    const digits = paymentCodePrefix + (number % bodies).toString().padStart(16, '0');
    return digits + luhnDigit(digits);
  }
  throw new RangeError('these bytes give no payment code');
}

/** What a scanner or a hand sent, as codes are compared: full-width folded, white space dropped. */
export function normalizePaymentCode(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s/gu, '');
}

/**
 * Why the normalized `code` can be no payment code: `code_unknown` when it is another network's or
 * no code at all, `code_invalid` when it is ours but incompletely or wrongly read.
 */
export function paymentCodeProblem(code: string): 'code_unknown' | 'code_invalid' | undefined {
  if (!/^\d+$/.test(code)) return 'code_invalid';
  if (code.length === paymentCodeLength && hasLuhnDigit(code)) {
    return code.startsWith(paymentCodePrefix) ? undefined : 'code_unknown';
  }
  return code.startsWith(paymentCodePrefix) || code.length < 16 ? 'code_invalid' : 'code_unknown';
}
