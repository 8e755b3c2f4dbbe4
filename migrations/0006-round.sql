-- Limits, rounds and their stock, gates, payment codes.

-- action × period × entity: how much of a limit an entity has used in a period.
create table limit_counter (
  limit_key text not null,
  entity_kind text not null,
  entity_id text not null,
  period text not null,
  used bigint not null check (used >= 0),
  primary key (entity_kind, entity_id, limit_key, period)
);

create table round (
  round_id uuid primary key,
  programme_id uuid not null references programme,
  version_id uuid not null references programme_version,
  number integer not null check (number > 0),
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  state text not null constraint round_state_known
    check (state in ('prepared', 'approved', 'stopped', 'closed', 'cancelled')),
  content_hash bytea not null,
  approved_hash bytea,
  prepared_by uuid not null,
  approved_by uuid,
  created_at timestamptz not null,
  constraint round_opens_before_it_closes check (opens_at < closes_at),
  constraint approver_is_not_preparer check (approved_by <> prepared_by),
  constraint approved_what_was_seen check (approved_hash = content_hash)
);
create unique index round_once_per_number on round (programme_id, number)
  where state <> 'cancelled';

-- What a round may still give, by kind and paying fund. version moves with every change from
-- outside (roll-over, stop), so a remembered "sold out" never outlives it.
create table round_stock (
  round_id uuid not null references round,
  kind text not null,
  fund_id uuid not null references fund,
  position integer not null,
  face_fen bigint not null check (face_fen > 0),
  quantity integer not null check (quantity >= 0),
  issued integer not null default 0,
  version integer not null default 1,
  primary key (round_id, kind, fund_id),
  constraint stock_is_never_exceeded check (issued >= 0 and issued <= quantity)
);
create index round_stock_by_fund on round_stock (fund_id);

-- An approved move of leftovers and residual value into a later round (or back to available).
create table stock_adjustment (
  adjustment_id uuid primary key,
  programme_id uuid not null references programme,
  source_round_id uuid references round,
  target_round_id uuid references round,
  lines jsonb not null,
  reason text not null,
  state text not null constraint adjustment_state_known
    check (state in ('prepared', 'approved', 'rejected')),
  content_hash bytea not null,
  prepared_by uuid not null,
  approved_by uuid,
  created_at timestamptz not null,
  constraint approver_is_not_preparer check (approved_by <> prepared_by)
);
create index stock_adjustment_by_programme on stock_adjustment (programme_id);

-- The shared breakers of the claim gates: one row per risk control.
create table gate_state (
  gate text primary key,
  state text not null constraint gate_state_known check (state in ('healthy', 'degraded')),
  detail jsonb not null,
  changed_at timestamptz not null
);

-- Spent single-use tokens: captcha challenges and passes, signed-request nonces.
create table spent_nonce (
  purpose text not null,
  nonce text not null,
  spent_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (purpose, nonce)
);
create index spent_nonce_by_end on spent_nonce (expires_at);

create table payment_code (
  code_hash bytea primary key,
  person_id uuid not null references person,
  session_id uuid not null,
  -- The voucher the resident picked, if any.
  voucher_id uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- Set by its one use, or when a newer code or the other code's use ends it.
  ended_at timestamptz,
  ended_by text constraint code_end_known check (ended_by in ('used', 'other_used', 'replaced')),
  constraint code_lives_at_most_a_minute check (expires_at <= created_at + interval '60 seconds')
);
create index payment_code_by_person on payment_code (person_id, created_at);

call grant_app('select, insert, update', 'limit_counter', 'gate_state');
call grant_app('select, insert, delete', 'spent_nonce');
call grant_app('select, insert, delete', 'payment_code');
call grant_app('update (ended_at, ended_by)', 'payment_code');
call grant_app('select, insert', 'round', 'round_stock', 'stock_adjustment');
call grant_app('update (state, approved_by, approved_hash)', 'round');
call grant_app('update (quantity, issued, version)', 'round_stock');
call grant_app('update (state, approved_by)', 'stock_adjustment');
