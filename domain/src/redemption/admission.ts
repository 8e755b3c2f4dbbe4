import type { PlanMerchants } from '../plan/effective-plan.ts';
import type { RefusalCode } from '../refusals.ts';
import { isWithinRegion } from './acceptance.ts';

/** What an applicant says of itself, and what the records say. */
export type Applicant = {
  readonly regionCode: string;
  readonly aboveQuota: boolean;
  readonly isDishonest: boolean;
  readonly hasAcceptanceMark: boolean;
  readonly shopCount: number;
};

/** Why an applicant cannot take part: the refusal and the plan's condition it fails. */
export type AdmissionProblem = {
  readonly refusal: RefusalCode;
  readonly condition: PlanMerchants['conditions'][number];
};

/**
 * The first of the plan's conditions that `applicant` fails, or undefined. What only papers show
 * (a listed dealer) is the reviewer's to judge.
 * @policy XN23 二(七), SM23 六, 十一(二); requirement M2
 */
export function admissionProblem(
  merchants: PlanMerchants,
  applicant: Applicant,
): AdmissionProblem | undefined {
  const failed = merchants.conditions.find((condition) => !meets(merchants, applicant, condition));
  if (failed === undefined) return undefined;
  const isListed = failed === 'not_on_dishonesty_list';
  return { refusal: isListed ? 'dishonest_listed' : 'merchant_not_eligible', condition: failed };
}

function meets(merchants: PlanMerchants, applicant: Applicant, condition: string): boolean {
  switch (condition) {
    case 'registered_in_region':
      return isWithinRegion(applicant.regionCode, merchants.region);
    case 'above_quota':
      return applicant.aboveQuota;
    case 'not_on_dishonesty_list':
      return !applicant.isDishonest;
    case 'acceptance_mark':
      return applicant.hasAcceptanceMark;
    case 'physical_shop':
      return applicant.shopCount > 0;
    default:
      return true;
  }
}

/** `text` as names of firms are compared: full-width and brackets folded, spaces dropped. */
export function normalizeFirmName(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s/gu, '').replaceAll('（', '(').replaceAll('）', ')');
}

/** Whether `number` can be a firm's account (digits, 9 to 32) of no card's form. */
export function isFirmAccount(number: string): boolean {
  return /^\d{9,32}$/.test(number);
}
