-- Merchants, shops, terminals; redemptions and refunds.

create table merchant (
  merchant_id uuid primary key,
  uscc text not null constraint merchant_once_per_code unique,
  name text not null,
  region_code text not null,
  industry text not null,
  above_quota boolean not null,
  -- The staff account that owns it.
  owner_id uuid,
  settlement_account bytea,
  settlement_account_changed_at timestamptz,
  key_id smallint not null,
  state text not null constraint merchant_state_known
    check (state in ('active', 'suspended', 'disqualified')),
  created_at timestamptz not null
);
alter table account add constraint merchant_of_account_exists
  foreign key (merchant_id) references merchant;

-- Approval is per programme (or for the whole acceptance network, where the plan says so).
create table programme_merchant (
  programme_id uuid not null references programme,
  merchant_id uuid not null references merchant,
  category text not null,
  state text not null constraint programme_merchant_state_known
    check (state in ('applied', 'approved', 'rejected', 'suspended', 'disqualified')),
  applied_at timestamptz not null,
  applied_by uuid not null,
  documents jsonb not null default '[]',
  reviewed_by uuid,
  reviewed_at timestamptz,
  reason text,
  content_hash bytea not null,
  primary key (programme_id, merchant_id)
);
create index programme_merchant_by_merchant on programme_merchant (merchant_id);

create table shop (
  shop_id uuid primary key,
  merchant_id uuid not null references merchant,
  name text not null,
  address text not null,
  region_code text not null,
  longitude double precision,
  latitude double precision,
  state text not null constraint shop_state_known check (state in ('open', 'closed')),
  created_at timestamptz not null
);
create index shop_by_merchant on shop (merchant_id);

create table terminal (
  terminal_id uuid primary key,
  shop_id uuid not null references shop,
  label text not null,
  -- The HMAC key its requests are signed with, sealed.
  secret bytea not null,
  key_id smallint not null,
  state text not null constraint terminal_state_known check (state in ('bound', 'released')),
  paused_until timestamptz,
  bound_at timestamptz not null
);
create index terminal_by_shop on terminal (shop_id);

create table cashier (
  shop_id uuid not null references shop,
  staff_id uuid not null,
  state text not null constraint cashier_state_known check (state in ('active', 'ended')),
  since timestamptz not null,
  primary key (shop_id, staff_id)
);

create table dishonesty_listing (
  listing_id uuid primary key,
  uscc text not null,
  evidence text not null,
  listed_by uuid not null,
  approved_by uuid,
  listed_at timestamptz not null,
  ended_at timestamptz,
  constraint approver_is_not_preparer check (approved_by <> listed_by)
);
create index dishonesty_listing_by_code on dishonesty_listing (uscc) where ended_at is null;

create table merchant_sanction (
  sanction_id uuid primary key,
  merchant_id uuid not null references merchant,
  programme_id uuid references programme,
  kind text not null constraint sanction_kind_known
    check (kind in ('suspend', 'disqualify', 'restore')),
  evidence text not null,
  state text not null constraint sanction_state_known
    check (state in ('prepared', 'approved', 'rejected')),
  prepared_by uuid not null,
  approved_by uuid,
  created_at timestamptz not null,
  constraint approver_is_not_preparer check (approved_by <> prepared_by)
);
create index merchant_sanction_by_merchant on merchant_sanction (merchant_id);

create table redemption (
  person_id uuid not null,
  redemption_id uuid not null,
  voucher_id uuid not null,
  programme_id uuid not null references programme,
  fund_id uuid not null references fund,
  merchant_id uuid not null references merchant,
  shop_id uuid not null references shop,
  terminal_id uuid not null references terminal,
  cashier_id uuid,
  order_fen bigint not null,
  deduction_fen bigint not null,
  cash_fen bigint not null,
  state text not null constraint redemption_state_known
    check (state in ('tried', 'sent', 'committed', 'cancelled', 'voided', 'reversed')),
  -- Whether the rest is paid through the payment network or by the merchant's own means.
  payment text not null constraint payment_known check (payment in ('network', 'merchant')),
  tried_at timestamptz not null,
  void_at timestamptz not null,
  sent_at timestamptz,
  decided_at timestamptz,
  commit_event_id bigint references event,
  primary key (person_id, redemption_id),
  foreign key (person_id, voucher_id) references voucher,
  constraint deduction_never_exceeds_order check (
    deduction_fen > 0 and cash_fen >= 0 and order_fen = deduction_fen + cash_fen),
  constraint only_sent_tries_carry_a_time check (state <> 'sent' or sent_at is not null),
  constraint committed_redemptions_name_their_event
    check ((commit_event_id is not null) = (state in ('committed', 'reversed')))
);
create unique index one_active_redemption_per_voucher on redemption (person_id, voucher_id)
  where state in ('tried', 'sent', 'committed');
create index redemption_by_id on redemption (redemption_id);
create index redemption_by_terminal on redemption (terminal_id, tried_at);
create index redemption_undecided on redemption (void_at) where state in ('tried', 'sent');
create index redemption_by_merchant on redemption (merchant_id, decided_at);
create index redemption_by_commit_event on redemption (commit_event_id);

create table refund (
  person_id uuid not null,
  refund_id uuid not null,
  redemption_id uuid not null,
  refund_no text not null,
  kind text not null constraint refund_kind_known check (kind in ('refund', 'reversal')),
  -- Of the order, of the voucher's value (0 where it is forfeited), of what the person paid.
  amount_fen bigint not null,
  voucher_fen bigint not null,
  cash_fen bigint not null,
  -- Where the voucher's value went.
  outcome text not null constraint refund_outcome_known
    check (outcome in ('restored', 'available', 'return_due', 'forfeited')),
  -- Restored vouchers are usable from here (next day, where the policy says so).
  usable_from timestamptz,
  after_settlement boolean not null,
  at timestamptz not null,
  event_id bigint not null references event,
  primary key (person_id, refund_id),
  foreign key (person_id, redemption_id) references redemption,
  constraint refund_once_per_number unique (person_id, redemption_id, refund_no),
  constraint refund_amounts_fit check (
    amount_fen > 0 and voucher_fen >= 0 and cash_fen >= 0 and voucher_fen + cash_fen <= amount_fen)
);
create index refund_by_event on refund (event_id);

-- A settled payout that a risk case stops.
create table payout_hold (
  hold_id uuid primary key,
  person_id uuid not null,
  redemption_id uuid not null,
  reason text not null,
  opened_by text not null,
  opened_at timestamptz not null,
  released_by uuid,
  released_at timestamptz,
  decision text constraint hold_decision_known check (decision in ('release', 'void')),
  foreign key (person_id, redemption_id) references redemption
);
create unique index one_open_hold_per_redemption on payout_hold (redemption_id)
  where released_at is null;

call grant_app('select, insert', 'merchant', 'programme_merchant', 'shop', 'terminal', 'cashier',
  'dishonesty_listing', 'merchant_sanction', 'redemption', 'refund', 'payout_hold');
call grant_app('update (name, region_code, industry, above_quota, owner_id, settlement_account, '
  'settlement_account_changed_at, key_id, state)', 'merchant');
call grant_app('update (category, state, applied_at, applied_by, documents, reviewed_by, '
  'reviewed_at, reason, content_hash)', 'programme_merchant');
call grant_app('update (name, address, region_code, longitude, latitude, state)', 'shop');
call grant_app('update (label, secret, key_id, state, paused_until)', 'terminal');
call grant_app('update (state)', 'cashier');
call grant_app('update (approved_by, ended_at)', 'dishonesty_listing');
call grant_app('update (state, approved_by)', 'merchant_sanction');
call grant_app('update (state, sent_at, decided_at, commit_event_id)', 'redemption');
call grant_app('update (released_by, released_at, decision)', 'payout_hold');
