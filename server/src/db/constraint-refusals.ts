import type { RefusalCode } from '@huiquan/domain/refusals.ts';

/**
 * Constraints that referee a race on a path of one item, and the refusal the loser hears. A
 * constraint that is not listed here is an invariant: breaking it is an alarm.
 */
export const refusalOfConstraint: ReadonlyMap<string, RefusalCode> = new Map<string, RefusalCode>([
  ['available_not_negative', 'insufficient_funds'],
  ['committed_not_negative', 'insufficient_funds'],
  ['approver_is_not_preparer', 'separation_of_duties'],
  ['one_active_redemption_per_voucher', 'voucher_held'],
  ['roster_file_once_per_programme', 'already_imported'],
  ['one_entitlement_per_phone_name_and_source', 'state_conflict'],
  ['bank_file_once_per_account', 'already_imported'],
  ['merchant_once_per_code', 'already_registered'],
  ['administrators_have_no_business_role', 'cannot_grant'],
  ['nobody_grants_to_himself', 'cannot_grant'],
]);
