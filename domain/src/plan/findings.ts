/**
 * How much a finding weighs: an error stops publication; a warning is a contradiction the plan can
 * run with; a silence is something the document should say; a notice is worth knowing.
 */
export type Severity = 'error' | 'warning' | 'silence' | 'notice';

/** Every finding the plan checker can make: its code and its weight. Codes never change. */
export const findingCatalogue = {
  // the file itself
  plan_unreadable: 'error',
  plan_field_invalid: 'error',
  amount_not_exact: 'error',
  no_such_day: 'error',
  duplicate_id: 'error',
  unknown_reference: 'error',
  location_region_missing: 'error',
  limit_without_maximum: 'error',
  limit_cannot_count: 'error',
  amendment_invalid: 'error',
  // money
  pools_exceed_total: 'error',
  pools_do_not_add_up: 'warning',
  funders_do_not_cover_pools: 'warning',
  funder_order_ambiguous: 'warning',
  rounds_do_not_spend_the_pools: 'warning',
  rounds_exceed_the_pools: 'error',
  round_budget_not_met: 'warning',
  round_quantities_silent: 'silence',
  pack_amount_differs: 'error',
  channel_shares_not_whole: 'error',
  over_legal_cap: 'error',
  // kinds
  face_zero: 'error',
  threshold_below_face: 'error',
  exclusive_with_itself: 'error',
  kind_not_issued: 'notice',
  rounds_missing: 'error',
  // dates
  dates_backwards: 'error',
  dates_provisional: 'notice',
  validity_wording_conflict: 'warning',
  validity_silent: 'silence',
  single_voucher_date_silent: 'silence',
  validity_ends_before_it_starts: 'error',
  voucher_outlives_programme: 'warning',
  validity_longer_than_programme: 'warning',
  redeem_until_cuts_vouchers: 'warning',
  redeem_until_before_end: 'error',
  round_outside_programme: 'error',
  round_count_differs: 'error',
  calendar_edge_off_weekday: 'warning',
  rounds_overlap: 'warning',
  round_end_silent: 'silence',
  round_ends_before_it_opens: 'error',
  registration_hour_silent: 'silence',
  registration_meets_issue_end: 'warning',
  issue_end_outside_programme: 'warning',
  calendar_year_missing: 'warning',
  // subsidies
  card_payment_wording_conflict: 'warning',
  tier_face_ambiguous: 'warning',
  tiers_overlap: 'error',
  tiers_gap: 'warning',
  tier_empty: 'error',
  tier_face_differs: 'error',
  subsidy_settles_to_merchant: 'error',
  papers_due_before_last_voucher: 'warning',
  // what the document leaves open
  person_limit_silent: 'silence',
  refund_policy_silent: 'silence',
  unspent_money_silent: 'silence',
  several_vouchers_per_payment_silent: 'silence',
  category_reviewer_silent: 'silence',
  approver_silent: 'silence',
  same_party_prepares_and_approves: 'warning',
  gates_missing: 'warning',
  location_wider_than_region: 'notice',
  wording_conflict: 'warning',
  value_resolved: 'notice',
  feature_not_built: 'notice',
} as const satisfies Record<string, Severity>;

/** The code of one finding of the catalogue. */
export type FindingCode = keyof typeof findingCatalogue;

/** Figures of a finding: amounts in 分 as `…_fen`, instants as ISO text, counts, ids. */
export type Figures = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** One thing the plan checker found, in plain Chinese with its figures. */
export type Finding = {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The clause of the document it concerns; `全文` where the document as a whole is silent. */
  readonly clause: string;
  readonly message: string;
  readonly figures: Figures;
  /** Where in the file, as a JSON pointer. */
  readonly pointer: string;
};

/** What a check says about one finding; weight and default clause are filled in. */
export type FindingDraft = {
  readonly clause?: string | undefined;
  readonly message: string;
  readonly figures?: Figures;
  readonly pointer?: string;
};

/** A finding of `code` with the weight of the catalogue. */
export function finding(code: FindingCode, draft: FindingDraft): Finding {
  return {
    code,
    severity: findingCatalogue[code],
    clause: draft.clause ?? '全文',
    message: draft.message,
    figures: draft.figures ?? {},
    pointer: draft.pointer ?? '',
  };
}
