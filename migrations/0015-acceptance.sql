-- What decides whether a shop may take a voucher now, and what a till's payments still need.

-- A redemption shares its merchant's lock, and looks at merchant, admission, shop, terminal,
-- cashier
-- and dishonesty list only in a later statement; whoever changes one of them takes it alone. So a
-- suspension and a redemption come in one order or the other, never both at once.
create function merchant_lock_key(merchant_id uuid) returns bigint
language sql immutable parallel safe as $$ select hashtextextended($1::text, 7341015) $$;
create function lock_merchant_shared(merchant_id uuid) returns void language sql volatile as $$
  select pg_advisory_xact_lock_shared(merchant_lock_key($1))
$$;
create function lock_merchant(merchant_id uuid) returns void language sql volatile as $$
  select pg_advisory_xact_lock(merchant_lock_key($1))
$$;

-- SX20: any shop of the acceptance network, without an application.
alter table merchant add column acceptance_mark boolean not null default false;
call grant_app('update (acceptance_mark)', 'merchant');

-- A few codes of real registers fail the check character: a reviewer lets one pass, with a reason.
create table credit_code_exception (
  uscc text primary key,
  reason text not null,
  allowed_by text not null,
  allowed_at timestamptz not null
);

-- What a till scanned that was no usable code: more than ten in a minute pause the till.
create table bad_scan (
  bad_scan_id bigint generated always as identity primary key,
  terminal_id uuid not null references terminal,
  at timestamptz not null
);
create index bad_scan_by_terminal on bad_scan (terminal_id, at);

-- The regions the person stood in when the code was made; null where no location was told.
alter table payment_code add column regions text[];

-- When to ask the payment network again about a payment without an answer; null: reconciliation.
alter table redemption add column next_query_at timestamptz;
create index redemption_to_query on redemption (next_query_at) where state = 'sent';

-- Money that the payment network must give back to a person, sent until the network says it did.
create table network_refund (
  network_refund_id uuid primary key,
  redemption_id uuid not null,
  person_id uuid not null,
  amount_fen bigint not null check (amount_fen > 0),
  reason text not null constraint network_refund_reason_known
    check (reason in ('refund', 'reversal', 'late_payment')),
  state text not null constraint network_refund_state_known
    check (state in ('waiting', 'refunded', 'refused')),
  next_try_at timestamptz,
  created_at timestamptz not null,
  decided_at timestamptz,
  foreign key (person_id, redemption_id) references redemption
);
create unique index one_late_refund_per_redemption on network_refund (redemption_id)
  where reason = 'late_payment';
create index network_refund_waiting on network_refund (next_try_at) where state = 'waiting';

call grant_app('select, insert', 'credit_code_exception', 'bad_scan', 'network_refund');
call grant_app('delete', 'bad_scan');
call grant_app('update (state, next_try_at, decided_at)', 'network_refund');
call grant_app('update (next_query_at)', 'redemption');
