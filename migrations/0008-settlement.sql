-- Expiry, closing and return; clearing, settlement, payouts; the register of paper vouchers.

-- Value of vouchers of one fund that ended at one instant has left `outstanding`. From then on an
-- unused voucher with this fund and end no longer counts as outstanding.
create table expiry_release (
  fund_id uuid not null references fund,
  valid_to timestamptz not null,
  voucher_count integer not null check (voucher_count >= 0),
  amount_fen bigint not null check (amount_fen >= 0),
  released_at timestamptz not null,
  event_id bigint not null references event,
  primary key (fund_id, valid_to)
);
create trigger expiry_release_is_a_fact before update or delete or truncate on expiry_release
  for each statement execute function refuse_change();

create table programme_closing (
  programme_id uuid primary key references programme,
  closed_at timestamptz not null,
  -- The last day for the return, where the plan or the document names one.
  return_by date,
  event_id bigint not null references event
);

create table fund_return (
  return_id uuid primary key,
  fund_id uuid not null references fund,
  amount_fen bigint not null check (amount_fen > 0),
  state text not null constraint return_state_known
    check (state in ('prepared', 'approved', 'sent', 'returned', 'failed', 'rejected')),
  return_by date,
  prepared_by text not null,
  approved_by uuid,
  created_at timestamptz not null,
  sent_at timestamptz,
  returned_at timestamptz
);
create unique index one_open_return_per_fund on fund_return (fund_id)
  where state in ('prepared', 'approved', 'sent');

create table settlement_run (
  run_id uuid primary key,
  programme_id uuid not null references programme,
  number integer not null,
  -- Events decided before this instant belong to it: the first instant after the accounting day.
  cut_off timestamptz not null,
  state text not null constraint run_state_known
    check (state in ('prepared', 'approved', 'sent', 'finished', 'rejected')),
  line_count integer not null,
  amount_fen bigint not null check (amount_fen >= 0),
  content_hash bytea not null,
  approved_hash bytea,
  prepared_by text not null,
  approved_by uuid,
  created_at timestamptz not null,
  approved_at timestamptz,
  constraint run_once_per_number unique (programme_id, number),
  constraint approver_is_not_preparer check (approved_by::text <> prepared_by),
  constraint approved_what_was_seen check (approved_hash = content_hash)
);

create table settlement_line (
  run_id uuid not null references settlement_run,
  merchant_id uuid not null references merchant,
  fund_id uuid not null references fund,
  event_kind text not null constraint line_kind_known check (event_kind in ('redemption',
    'refund')),
  person_id uuid not null,
  -- The redemption_id or refund_id.
  event_ref uuid not null,
  -- Owed to the merchant; negative for a refund.
  amount_fen bigint not null check (amount_fen <> 0),
  primary key (person_id, event_kind, event_ref)
);
create index settlement_line_by_run on settlement_line (run_id, merchant_id, fund_id);

-- What one run pays one merchant. Sent to the bank under its own id, once.
create table payout (
  payout_id uuid primary key,
  run_id uuid not null references settlement_run,
  merchant_id uuid not null references merchant,
  amount_fen bigint not null constraint payout_is_positive check (amount_fen > 0),
  -- A failed payout is tried again under an id of its own; the first attempt is the run's.
  attempt smallint not null default 1 check (attempt > 0),
  -- The merchant's account as it stood when the run was prepared, sealed.
  account bytea not null,
  key_id smallint not null,
  state text not null constraint payout_state_known
    check (state in ('prepared', 'sent', 'paid', 'failed', 'came_back')),
  bank_serial text,
  sent_at timestamptz,
  decided_at timestamptz,
  failure text,
  constraint one_payout_per_merchant_run_and_attempt unique (run_id, merchant_id, attempt)
);
create index payout_by_merchant on payout (merchant_id);

-- The payout by fund.
create table payout_fund (
  payout_id uuid not null references payout,
  fund_id uuid not null references fund,
  paid_fen bigint not null check (paid_fen > 0),
  primary key (payout_id, fund_id)
);
create index payout_fund_by_fund on payout_fund (fund_id);

-- What a merchant owes from refunds after settlement, taken off what a run owes it; posted when the
-- run is approved.
create table settlement_offset (
  run_id uuid not null references settlement_run,
  merchant_id uuid not null references merchant,
  fund_id uuid not null references fund,
  amount_fen bigint not null check (amount_fen > 0),
  primary key (run_id, merchant_id, fund_id)
);

-- Only a rejected run gives its lines back to the next one.
create function only_rejected_runs_let_go() returns trigger language plpgsql as $$
begin
  if (select state from settlement_run where run_id = old.run_id) <> 'rejected' then
    raise exception 'the lines of run % are settled', old.run_id
      using errcode = '23514', constraint = 'only_rejected_runs_let_go';
  end if;
  return old;
end $$;
create trigger settlement_line_stays before delete on settlement_line
  for each row execute function only_rejected_runs_let_go();
create trigger settlement_offset_stays before delete on settlement_offset
  for each row execute function only_rejected_runs_let_go();

-- A line of the bank's or channel's file that does not agree with ours, until two persons end it.
create table reconciliation_exception (
  exception_id uuid primary key,
  programme_id uuid references programme,
  bank_line_id uuid references bank_line,
  payout_id uuid references payout,
  redemption_id uuid,
  verdict text not null constraint verdict_known
    check (verdict in ('ours_only', 'theirs_only', 'amount_differs', 'state_differs')),
  details jsonb not null,
  state text not null constraint exception_state_known check (state in ('open', 'closed')),
  closed_by uuid,
  created_at timestamptz not null,
  closed_at timestamptz
);
create index reconciliation_exception_by_programme on reconciliation_exception (programme_id);

-- Paper vouchers as counts per branch: how many of which face were issued and handed in.
create table paper_register (
  register_id uuid primary key,
  programme_id uuid not null references programme,
  organisation_id uuid not null references organisation,
  fund_id uuid not null references fund,
  face_fen bigint not null check (face_fen > 0),
  issued_count integer not null check (issued_count > 0),
  at timestamptz not null,
  event_id bigint not null references event,
  constraint paper_once_per_branch_and_face unique (programme_id, organisation_id, face_fen)
);

call grant_app('select, insert', 'expiry_release', 'programme_closing', 'fund_return',
  'settlement_run', 'settlement_line', 'settlement_offset', 'payout', 'payout_fund',
  'reconciliation_exception', 'paper_register');
call grant_app('delete', 'settlement_line', 'settlement_offset');
call grant_app('update (state, approved_by, sent_at, returned_at)', 'fund_return');
call grant_app('update (state, approved_by, approved_hash, approved_at)', 'settlement_run');
call grant_app('update (state, sent_at, decided_at, failure, bank_serial)', 'payout');
call grant_app('update (state, closed_by, closed_at, bank_line_id)', 'reconciliation_exception');
