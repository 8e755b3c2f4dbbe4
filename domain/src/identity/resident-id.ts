import { countyCodes } from './regions.ts';

/** Why a text is not a resident ID number. */
export type ResidentIdProblem = 'id_malformed' | 'id_birth_date' | 'id_check_digit';

/**
 * What a resident ID number says about its holder. `birthDate` is `YYYY-MM-DD`, a day, no instant.
 */
export type ResidentIdFacts = {
  readonly regionCode: string;
  readonly regionKnown: boolean;
  readonly birthDate: string;
  readonly sex: 'male' | 'female';
};

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const wellFormed = /^\d{17}[\dX]$/;
const checkDigits = '10X98765432';

/** `text` as ID numbers are compared: full-width folded, spaces dropped, `x` upper case. */
export function normalizeResidentId(text: string): string {
  if (wellFormed.test(text)) return text;
  return text.normalize('NFKC').replaceAll(/\s/gu, '').toUpperCase();
}

/** The check digit for the first 17 digits of a resident ID number (GB 11643). */
export function residentIdCheckDigit(first17: string): string {
  let sum = 0;
  for (const [at, weight] of weights.entries()) sum += weight * digitAt(first17, at);
  return checkDigits.charAt(sum % 11);
}

/**
 * What is wrong with the normalized ID number `id`: its form, its birth date (which must exist and,
 * where `today` is given, not lie after it) or its check digit. The region is no reason to refuse:
 * counties are abolished while their people live on (`residentIdFacts` flags it).
 */
export function residentIdProblem(id: string, today?: string): ResidentIdProblem | undefined {
  if (!wellFormed.test(id)) return 'id_malformed';
  if (!isRealDate(numberAt(id, 6, 4), numberAt(id, 10, 2), numberAt(id, 12, 2))) {
    return 'id_birth_date';
  }
  if (today !== undefined && birthDateOf(id) > today) return 'id_birth_date';
  return residentIdCheckDigit(id) === id.charAt(17) ? undefined : 'id_check_digit';
}

/** What the normalized, valid ID number `id` says; the 17th digit is odd for men. */
export function residentIdFacts(id: string): ResidentIdFacts {
  return {
    regionCode: id.slice(0, 6),
    regionKnown: isCounty(id.slice(0, 6)),
    birthDate: birthDateOf(id),
    sex: Number(id[16]) % 2 === 1 ? 'male' : 'female',
  };
}

/** Hong Kong, Macao and Taiwan have no counties in the list; their residents' codes end in 0000. */
function isCounty(code: string): boolean {
  if (/^(?:71|81|82|83)0000$/.test(code)) return true;
  return countyCodes[code.slice(0, 4)]?.split(' ').includes(code.slice(4)) ?? false;
}

function birthDateOf(id: string): string {
  return `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`;
}

const digitAt = (digits: string, at: number) => digits.charCodeAt(at) - 0x30;

function numberAt(digits: string, from: number, length: number): number {
  let number = 0;
  for (let at = from; at < from + length; at += 1) number = number * 10 + digitAt(digits, at);
  return number;
}

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether there is such a day. By hand: this module also runs where Temporal does not exist. */
function isRealDate(year: number, month: number, day: number): boolean {
  if (year < 1800 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2 && isLeap) return day <= 29;
  return day <= (daysOfMonths[month - 1] ?? 0);
}
