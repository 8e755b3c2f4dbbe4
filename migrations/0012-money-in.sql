-- How money is confirmed: by a bank line or by a signed pre-allocation, and by whom.

-- SX20: one remark code ("1400") serves every branch union, and two of them may owe the same sum.
drop index remark_code_once_while_open;
create index open_order_by_remark on funding_order (account_number, remark_code, total_fen);

alter table funding_order
  add column account_name text not null default '',
  add column account_bank text not null default '',
  -- Keyed hash of the payer's account name, where it tells orders of one remark code apart.
  add column payer_index bytea,
  add column cancelled_by uuid,
  add constraint confirmed_orders_have_their_time
    check ((state = 'confirmed') = (confirmed_at is not null));

create function funding_order_is_decided_once() returns trigger language plpgsql as $$
begin
  if old.state <> 'open' then
    raise exception 'funding order % is %', old.funding_order_id, old.state
      using errcode = '23514', constraint = 'funding_order_is_decided_once';
  end if;
  return new;
end $$;
create trigger funding_order_decisions before update of state on funding_order
  for each row execute function funding_order_is_decided_once();

alter table fund add column return_account_key_id smallint;

alter table bank_line
  add column counterparty_key_id smallint,
  add column payer_index bytea,
  -- Figures of the reason: how much an amount differs, how many orders fit.
  add column reason_details jsonb not null default '{}';
create index bank_line_unmatched on bank_line (account_number, posted_at)
  where state = 'unmatched';

alter table bank_file
  add column opening_fen bigint,
  add column closing_fen bigint;

create table money_confirmation (
  confirmation_id uuid primary key,
  funding_order_id uuid not null references funding_order,
  basis text not null constraint confirmation_basis_known
    check (basis in ('bank_line', 'preallocation')),
  bank_line_id uuid references bank_line,
  -- The signed paper of a pre-allocation (SM23 十一(一)): its number and the SHA-256 of its scan.
  document_number text,
  document_digest bytea,
  -- Remark, amount and payer of the line are exactly the order's: nobody chose.
  is_exact boolean not null,
  note text not null,
  state text not null constraint confirmation_state_known
    check (state in ('prepared', 'approved', 'rejected')),
  prepared_by uuid not null,
  decided_by uuid,
  created_at timestamptz not null,
  constraint confirmation_rests_on_evidence check (
    (basis = 'bank_line' and bank_line_id is not null)
    or (basis = 'preallocation' and document_number is not null and document_digest is not null)),
  constraint approver_is_not_preparer
    check (state <> 'approved' or decided_by <> prepared_by),
  constraint chosen_matches_have_a_second_person
    check (state <> 'approved' or is_exact or decided_by is not null)
);
create unique index order_confirmed_once on money_confirmation (funding_order_id)
  where state in ('prepared', 'approved');
create unique index bank_line_confirms_one_order on money_confirmation (bank_line_id)
  where state in ('prepared', 'approved');
create unique index preallocation_paper_used_once
  on money_confirmation (funding_order_id, document_number, document_digest)
  where state = 'approved';

create function decided_once() returns trigger language plpgsql as $$
begin
  if old.state <> 'prepared' then
    raise exception '% is decided already', tg_table_name
      using errcode = '23514', constraint = 'decided_once';
  end if;
  return new;
end $$;
create trigger confirmation_decisions before update of state on money_confirmation
  for each row execute function decided_once();
create trigger pool_transfer_decisions before update of state on pool_transfer
  for each row execute function decided_once();
create trigger restart_decisions before update of state on programme_restart
  for each row execute function decided_once();

call grant_app('select, insert', 'money_confirmation');
call grant_app('update (state, decided_by)', 'money_confirmation');
call grant_app('update (return_account_key_id)', 'fund');
call grant_app('update (cancelled_by)', 'funding_order');
call grant_app('update (reason_details)', 'bank_line');
call grant_app('update (new_line_count)', 'bank_file');
