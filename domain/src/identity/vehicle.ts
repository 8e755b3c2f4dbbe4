const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
/** The value of each letter and digit in the check of a VIN. */
const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const letterValues = '12345678123457923456789';

/** Why a text is not a vehicle identification number. */
export type VinProblem = 'vin_malformed' | 'vin_check_digit';

/** `text` as VINs are compared: full-width folded, spaces dropped, upper case. */
export function normalizeVin(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s/gu, '').toUpperCase();
}

/**
 * What is wrong with the normalized `vin` (GB 16735): its form (17 characters without I O Q) or its
 * check digit at position 9.
 * @policy XN23 三(四)
 */
export function vinProblem(vin: string): VinProblem | undefined {
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(vin)) return 'vin_malformed';
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    const character = vin.charAt(index);
    const letter = letters.indexOf(character);
    sum += weight * Number(letter < 0 ? character : letterValues[letter]);
  }
  const check = sum % 11 === 10 ? 'X' : String(sum % 11);
  return vin.charAt(8) === check ? undefined : 'vin_check_digit';
}
