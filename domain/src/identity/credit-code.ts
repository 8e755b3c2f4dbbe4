const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Why a text is not a unified social credit code. */
export type CreditCodeProblem = 'credit_code_malformed' | 'credit_code_check';

/** `text` as credit codes are compared: full-width folded, spaces dropped, upper case. */
export function normalizeCreditCode(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s/gu, '').toUpperCase();
}

/** The 18th character for the first 17 of a unified social credit code (GB 32100). */
export function creditCodeCheck(first17: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of first17) {
    sum += alphabet.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return alphabet.charAt((31 - (sum % 31)) % 31);
}

/**
 * What is wrong with the normalized `code`: its form (18 characters without I O S V Z) or its check
 * character. A few codes in real registers fail the check, so a reviewer may accept
 * `credit_code_check` with a reason; `credit_code_malformed` never.
 */
export function creditCodeProblem(code: string): CreditCodeProblem | undefined {
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code)) return 'credit_code_malformed';
  return creditCodeCheck(code.slice(0, 17)) === code.slice(17) ? undefined : 'credit_code_check';
}
