-- Funds and the double-entry ledger. A fund is one funder's money of one source class in one pool
-- (and, where the plan pays several operators ahead, in one channel's account).

create table fund (
  fund_id uuid primary key,
  programme_id uuid not null references programme,
  pool text not null,
  funder_id uuid not null references organisation,
  source_class text not null constraint source_class_known check (source_class in (
    'dues', 'retained', 'admin_subsidy', 'after_tax_profit', 'fiscal', 'enterprise')),
  channel text not null default '',
  -- Where unspent money goes back to, sealed: account name, number, bank.
  return_account bytea,
  -- Order of use within the pool; lower is spent first.
  position integer not null,
  created_at timestamptz not null,
  constraint one_fund_per_funder_class_pool_channel
    unique (programme_id, pool, funder_id, source_class, channel)
);

create table account (
  account_id bigint generated always as identity primary key,
  fund_id uuid not null references fund,
  kind text not null constraint account_kind_known check (kind in (
    'funder', 'available', 'committed', 'outstanding', 'payable', 'payable_held', 'settled',
    'receivable', 'return_due', 'returned')),
  merchant_id uuid,
  constraint one_account_per_fund_kind_merchant
    unique nulls not distinct (fund_id, kind, merchant_id),
  constraint merchant_accounts_name_their_merchant check (
    (kind in ('payable', 'payable_held', 'settled', 'receivable')) = (merchant_id is not null))
);
create trigger account_is_a_fact before update or delete or truncate on account
  for each statement execute function refuse_change();

create table transfer (
  transfer_id bigint generated always as identity primary key,
  source_id bigint not null references account,
  target_id bigint not null references account,
  amount_fen bigint not null
    constraint amount_is_positive check (amount_fen > 0 and amount_fen <= 9007199254740991),
  kind text not null,
  -- What the money was moved for: a bank line, a batch, a round, a redemption, …
  reference_kind text not null,
  reference_id text not null,
  event_id bigint not null references event,
  at timestamptz not null,
  day date not null generated always as ((at at time zone 'Asia/Shanghai')::date) stored,
  constraint money_moves_between_two_accounts check (source_id <> target_id)
);
create index transfer_by_source on transfer (source_id) include (amount_fen);
create index transfer_by_target on transfer (target_id) include (amount_fen);
create index transfer_by_event on transfer (event_id);
create index transfer_by_reference on transfer (reference_kind, reference_id);
create trigger transfer_is_a_fact before update or delete or truncate on transfer
  for each statement execute function refuse_change();

-- Only accounts with a floor to defend keep a balance row; the others are folded from transfers.
create table account_balance (
  account_id bigint primary key references account,
  kind text not null,
  balance_fen bigint not null,
  constraint available_not_negative check (kind <> 'available' or balance_fen >= 0),
  constraint committed_not_negative check (kind <> 'committed' or balance_fen >= 0)
);

create table closed_day (
  day date primary key,
  closed_at timestamptz not null,
  event_id bigint not null references event
);
create trigger closed_day_is_a_fact before update or delete or truncate on closed_day
  for each statement execute function refuse_change();

create function open_floor() returns trigger language plpgsql security definer set search_path =
  public, pg_temp as $$
begin
  insert into account_balance (account_id, kind, balance_fen)
  select a.account_id, a.kind, 0 from opened a where a.kind in ('available', 'committed');
  return null;
end $$;
create trigger account_with_floor_has_balance after insert on account
  referencing new table as opened for each statement execute function open_floor();

-- Money stays in its fund (pools mix only by an approved pool transfer, between the funds'
-- 'available' accounts), a closed day takes no more transfers, and balances follow transfers in
-- the same statement, whoever inserts them.
create function apply_transfers() returns trigger language plpgsql security definer set
  search_path = public, pg_temp as $$
declare
  offending text;
begin
  -- Closing a day takes this lock exclusively, so it waits for transfers under way.
  perform pg_advisory_xact_lock_shared(7341002);
  select d.day::text into offending
    from posted p join closed_day d on d.day = p.day limit 1;
  if found then
    raise exception 'accounting day % is closed', offending using errcode = '40001';
  end if;
  select p.transfer_id::text into offending
    from posted p
    join account s on s.account_id = p.source_id
    join account t on t.account_id = p.target_id
    where s.fund_id <> t.fund_id
      and not (p.kind = 'pool_transfer' and s.kind = 'available' and t.kind = 'available')
    limit 1;
  if found then
    raise exception 'transfer % crosses funds', offending using errcode = '23514',
      constraint = 'money_stays_in_its_fund';
  end if;
  perform 1 from account_balance b
    where b.account_id in (select source_id from posted union select target_id from posted)
    order by b.account_id for update;
  update account_balance b set balance_fen = b.balance_fen + d.delta
    from (
      select account_id, sum(delta)::bigint as delta from (
        select target_id as account_id, amount_fen as delta from posted
        union all select source_id, -amount_fen from posted
      ) moves group by account_id
    ) d
    where b.account_id = d.account_id;
  return null;
end $$;
create trigger balances_follow_transfers after insert on transfer
  referencing new table as posted for each statement execute function apply_transfers();

-- The balance of every account, folded: what came in less what went out.
create view account_fold as
  select a.account_id, a.fund_id, a.kind, a.merchant_id,
    coalesce((select sum(t.amount_fen) from transfer t where t.target_id = a.account_id), 0)::bigint
    - coalesce((select sum(t.amount_fen) from transfer t where t.source_id = a.account_id),
      0)::bigint
    as balance_fen
  from account a;

create table funding_order (
  funding_order_id uuid primary key,
  programme_id uuid not null references programme,
  funder_id uuid not null references organisation,
  -- What the payer writes into the remark; the bank line is matched by it and the amount.
  remark_code text not null,
  account_number text not null,
  total_fen bigint not null check (total_fen > 0),
  state text not null constraint funding_order_state_known
    check (state in ('open', 'confirmed', 'cancelled')),
  prepared_by uuid not null,
  created_at timestamptz not null,
  confirmed_at timestamptz
);
create unique index remark_code_once_while_open on funding_order (account_number, remark_code,
  total_fen)
  where state = 'open';
create index funding_order_by_programme on funding_order (programme_id);

create table funding_order_line (
  funding_order_id uuid not null references funding_order,
  fund_id uuid not null references fund,
  amount_fen bigint not null check (amount_fen > 0),
  primary key (funding_order_id, fund_id)
);
create index funding_order_line_by_fund on funding_order_line (fund_id);

create table bank_file (
  bank_file_id uuid primary key,
  account_number text not null,
  digest bytea not null,
  file_name text not null,
  line_count integer not null,
  new_line_count integer not null,
  uploaded_by uuid not null,
  uploaded_at timestamptz not null,
  constraint bank_file_once_per_account unique (account_number, digest)
);

create table bank_line (
  bank_line_id uuid primary key,
  bank_file_id uuid not null references bank_file,
  account_number text not null,
  -- The bank's serial, or a fingerprint of the line; two honest identical lines are numbered.
  serial text not null,
  occurrence integer not null check (occurrence > 0),
  posted_at timestamptz not null,
  direction text not null constraint direction_known check (direction in ('in', 'out')),
  amount_fen bigint not null check (amount_fen > 0),
  balance_fen bigint,
  remark text not null,
  counterparty bytea,
  state text not null constraint bank_line_state_known
    check (state in ('unmatched', 'matched', 'explained')),
  reason text,
  matched_kind text,
  matched_id uuid,
  constraint bank_line_once unique (account_number, serial, occurrence),
  constraint line_matches_at_most_one_thing unique (matched_kind, matched_id, direction)
);
create index bank_line_by_file on bank_line (bank_file_id);

create table pool_transfer (
  pool_transfer_id uuid primary key,
  programme_id uuid not null references programme,
  source_fund_id uuid not null references fund,
  target_fund_id uuid not null references fund,
  amount_fen bigint not null check (amount_fen > 0),
  reason text not null,
  state text not null constraint pool_transfer_state_known
    check (state in ('prepared', 'approved', 'rejected')),
  prepared_by uuid not null,
  approved_by uuid,
  created_at timestamptz not null,
  constraint approver_is_not_preparer check (approved_by <> prepared_by)
);
create index pool_transfer_by_programme on pool_transfer (programme_id);

call grant_app('select, insert', 'fund', 'account', 'transfer', 'funding_order',
  'funding_order_line', 'bank_file', 'bank_line', 'pool_transfer', 'closed_day');
call grant_app('select', 'account_balance', 'account_fold');
call grant_app('update (return_account)', 'fund');
call grant_app('update (state, confirmed_at)', 'funding_order');
call grant_app('update (state, reason, matched_kind, matched_id)', 'bank_line');
call grant_app('update (state, approved_by)', 'pool_transfer');
