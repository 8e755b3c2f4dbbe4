-- Who pays a run, later attempts at a payout, holds that two persons end, days and their closing.

-- Funds of one programme may lie in several special accounts (SM23: two banks): a run pays from
-- one.
alter table settlement_run add column payer_account text not null default '';

alter table payout
  drop constraint payout_state_known,
  add constraint payout_state_known check (state in
    ('prepared', 'approved', 'sent', 'paid', 'failed', 'came_back', 'rejected')),
  -- Later attempts only: the first one is prepared and approved with its run.
  add column prepared_by text,
  add column approved_by uuid,
  add constraint approver_is_not_preparer check (approved_by::text <> prepared_by),
  add constraint later_attempts_name_their_preparer check (attempt = 1 or prepared_by is not null),
  add constraint later_attempts_have_a_second_person check (
    attempt = 1 or state in ('prepared', 'rejected') or approved_by is not null);
-- Whatever the bank says and however often somebody asks: one attempt at a time, none after paid.
create unique index one_live_attempt_per_run_and_merchant on payout (run_id, merchant_id)
  where state in ('prepared', 'approved', 'sent', 'paid');
create index payout_waiting on payout (state, run_id)
  where state in ('prepared', 'approved', 'sent');
create index payout_by_serial on payout (bank_serial) where bank_serial is not null;

alter table payout_hold
  add column proposed_by text,
  add column proposed_decision text constraint proposed_decision_known
    check (proposed_decision in ('release', 'void')),
  add column proposed_at timestamptz,
  add column note text,
  -- What of the redemption left the merchant by a void.
  add column voided_fen bigint not null default 0 check (voided_fen >= 0),
  add constraint released_as_proposed check (
    released_by is null or (decision = proposed_decision and proposed_by is not null)),
  add constraint approver_is_not_preparer check (released_by::text <> proposed_by),
  add constraint only_voids_take_value check (voided_fen = 0 or decision = 'void');
create index payout_hold_by_redemption on payout_hold (redemption_id);

-- The first answer of the bank to a file that it would not take, for the people who must look.
alter table settlement_run add column bank_refusal text;

call grant_app('update (prepared_by, approved_by)', 'payout');
call grant_app('update (proposed_by, proposed_decision, proposed_at, note, voided_fen)',
  'payout_hold');
call grant_app('update (bank_refusal)', 'settlement_run');
