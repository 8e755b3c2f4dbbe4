-- Rosters, entitlements, issue batches and vouchers.

create table roster (
  roster_id uuid primary key,
  programme_id uuid not null references programme,
  organisation_id uuid not null references organisation,
  -- The entitlement source of the plan: resident, enterprise, union_member, …
  source text not null,
  file_name text not null,
  file_digest bytea not null,
  contact bytea,
  state text not null constraint roster_state_known
    check (state in ('importing', 'imported', 'confirmed', 'cancelled', 'failed')),
  rows_total integer not null default 0,
  rows_accepted integer not null default 0,
  rows_failed integer not null default 0,
  rows_duplicate integer not null default 0,
  rows_existing integer not null default 0,
  amount_fen bigint not null default 0 check (amount_fen >= 0),
  content_hash bytea,
  prepared_by uuid not null,
  confirmed_by uuid,
  created_at timestamptz not null,
  confirmed_at timestamptz
);
create unique index roster_file_once_per_programme
  on roster (programme_id, organisation_id, file_digest) where state not in ('cancelled', 'failed');
create index roster_by_organisation on roster (organisation_id);

-- What was wrong with a row of the file; the cells are sealed, for the failure file.
create table roster_problem (
  roster_id uuid not null references roster,
  row_number integer not null,
  code text not null,
  details jsonb not null,
  cells bytea,
  primary key (roster_id, row_number, code)
);

-- Two rows that may be one person: a person decides.
create table duplicate_task (
  duplicate_task_id uuid primary key,
  roster_id uuid not null references roster,
  row_number integer not null,
  other_entitlement_id uuid not null,
  reason text not null,
  cells bytea,
  state text not null constraint duplicate_state_known
    check (state in ('open', 'same_person', 'two_persons')),
  decided_by uuid,
  decided_at timestamptz,
  created_at timestamptz not null
);
create index duplicate_task_by_roster on duplicate_task (roster_id);

-- A row of a confirmed list. It becomes vouchers when a verified natural person is bound to it.
create table entitlement (
  entitlement_id uuid primary key,
  roster_id uuid not null references roster,
  row_number integer not null,
  programme_id uuid not null references programme,
  source text not null,
  channel text not null default '',
  envelope bytea not null,
  key_id smallint not null,
  identity_index bytea,
  phone_index bytea,
  name_index bytea not null,
  -- The face of one voucher and how many: amount = face × count.
  face_fen bigint not null check (face_fen > 0),
  voucher_count smallint not null check (voucher_count > 0),
  amount_fen bigint not null,
  person_id uuid references person,
  bound_at timestamptz,
  state text not null constraint entitlement_state_known
    check (state in ('imported', 'confirmed', 'committed', 'issued', 'returned', 'recalled')),
  constraint amount_is_face_times_count check (amount_fen = face_fen * voucher_count),
  constraint row_once_per_roster unique (roster_id, row_number),
  constraint issued_to_somebody check (state <> 'issued' or person_id is not null)
);
create unique index one_entitlement_per_identity_and_source
  on entitlement (programme_id, source, identity_index)
  where identity_index is not null and state not in ('returned', 'recalled');
create unique index one_entitlement_per_phone_name_and_source
  on entitlement (programme_id, source, phone_index, name_index)
  where identity_index is null and state not in ('returned', 'recalled');
create unique index one_entitlement_per_person_and_source
  on entitlement (programme_id, source, person_id)
  where person_id is not null and state not in ('returned', 'recalled');
create index entitlement_by_phone on entitlement (phone_index, name_index) where person_id is null;
create index entitlement_by_identity on entitlement (identity_index) where person_id is null;

create table issue_batch (
  batch_id uuid primary key,
  programme_id uuid not null references programme,
  version_id uuid not null references programme_version,
  roster_id uuid not null references roster,
  state text not null constraint batch_state_known check (state in (
    'prepared', 'approved', 'issuing', 'issued', 'cancelled', 'recalling', 'recalled')),
  content_hash bytea not null,
  approved_hash bytea,
  entitlement_count integer not null,
  voucher_count integer not null,
  amount_fen bigint not null check (amount_fen > 0),
  prepared_by uuid not null,
  approved_by uuid,
  created_at timestamptz not null,
  approved_at timestamptz,
  issued_at timestamptz,
  constraint approver_is_not_preparer check (approved_by <> prepared_by),
  constraint approved_what_was_seen check (approved_hash = content_hash),
  constraint issued_batches_were_approved
    check (state in ('prepared', 'cancelled') or approved_by is not null)
);
create unique index one_live_batch_per_roster on issue_batch (roster_id)
  where state not in ('cancelled', 'recalled');
create index issue_batch_by_programme on issue_batch (programme_id);

-- The money a batch holds committed, fund by fund in the plan's order of use.
create table issue_batch_fund (
  batch_id uuid not null references issue_batch,
  fund_id uuid not null references fund,
  position integer not null,
  committed_fen bigint not null check (committed_fen > 0),
  issued_fen bigint not null default 0,
  released_fen bigint not null default 0,
  primary key (batch_id, fund_id),
  constraint batch_spends_what_it_committed
    check (issued_fen >= 0 and released_fen >= 0 and issued_fen + released_fen <= committed_fen)
);
create index issue_batch_fund_by_fund on issue_batch_fund (fund_id);

create table batch_recall (
  recall_id uuid primary key,
  batch_id uuid not null references issue_batch,
  reason text not null,
  state text not null constraint recall_state_known
    check (state in ('prepared', 'approved', 'rejected', 'done')),
  prepared_by uuid not null,
  approved_by uuid,
  voided_count integer not null default 0,
  created_at timestamptz not null,
  constraint approver_is_not_preparer check (approved_by <> prepared_by)
);
create index batch_recall_by_batch on batch_recall (batch_id);

-- A voucher belongs to one person and is paid by one fund, for ever; only its state moves, and its
-- end when an approved extension moves it.
create table voucher (
  person_id uuid not null references person,
  voucher_id uuid not null,
  programme_id uuid not null references programme,
  version_id uuid not null references programme_version,
  kind text not null,
  fund_id uuid not null references fund,
  face_fen bigint not null check (face_fen > 0),
  -- An entitlement (directed) or a round (claimed or drawn); with n it makes "exactly the planned".
  origin_id uuid not null,
  n smallint not null check (n > 0),
  batch_id uuid references issue_batch,
  channel text not null default '',
  valid_from timestamptz not null,
  valid_to timestamptz not null,
  state text not null default 'unused' constraint voucher_state_known
    check (state in ('unused', 'held', 'used', 'void')),
  issued_at timestamptz not null,
  issue_event_id bigint not null references event,
  primary key (person_id, voucher_id),
  constraint validity_is_not_empty check (valid_from < valid_to),
  constraint planned_vouchers_once unique (person_id, origin_id, kind, n)
);
create index voucher_by_fund_and_end on voucher (fund_id, valid_to) include (face_fen)
  where state in ('unused', 'held');
create index voucher_by_batch on voucher (batch_id) where batch_id is not null;
create index voucher_by_issue_event on voucher (issue_event_id);

create function voucher_moves_only_as_allowed() returns trigger language plpgsql as $$
begin
  if (old.state, new.state) not in (
    ('unused', 'held'), ('held', 'unused'), ('held', 'used'), ('used', 'unused'),
    ('unused', 'void'))
  then
    raise exception 'voucher % cannot go from % to %', old.voucher_id, old.state, new.state
      using errcode = '23514', constraint = 'voucher_moves_only_as_allowed';
  end if;
  return new;
end $$;
create trigger voucher_state_machine before update of state on voucher
  for each row when (old.state <> new.state) execute function voucher_moves_only_as_allowed();

create function voucher_keeps_its_facts() returns trigger language plpgsql as $$
begin
  if (old.person_id, old.voucher_id, old.programme_id, old.kind, old.fund_id, old.face_fen,
      old.origin_id, old.n, old.valid_from, old.issued_at, old.issue_event_id)
    is distinct from
     (new.person_id, new.voucher_id, new.programme_id, new.kind, new.fund_id, new.face_fen,
      new.origin_id, new.n, new.valid_from, new.issued_at, new.issue_event_id)
    or new.valid_to < old.valid_to
  then
    raise exception 'voucher % keeps its owner, fund, face and dates', old.voucher_id
      using errcode = '23514', constraint = 'voucher_keeps_its_facts';
  end if;
  return new;
end $$;
create trigger voucher_facts before update of person_id, voucher_id, programme_id, kind, fund_id,
  face_fen, origin_id, n, valid_from, valid_to, issued_at, issue_event_id on voucher
  for each row execute function voucher_keeps_its_facts();

call grant_app('select, insert', 'roster', 'roster_problem', 'duplicate_task', 'entitlement',
  'issue_batch', 'issue_batch_fund', 'batch_recall', 'voucher');
call grant_app('update (state, rows_total, rows_accepted, rows_failed, rows_duplicate, '
  'rows_existing, amount_fen, content_hash, confirmed_by, confirmed_at)', 'roster');
call grant_app('update (state, decided_by, decided_at)', 'duplicate_task');
call grant_app('update (state, person_id, bound_at, channel, envelope, key_id, phone_index, '
  'name_index, identity_index)', 'entitlement');
call grant_app('update (state, approved_by, approved_hash, approved_at, issued_at)', 'issue_batch');
call grant_app('update (issued_fen, released_fen)', 'issue_batch_fund');
call grant_app('update (state, approved_by, voided_count)', 'batch_recall');
call grant_app('update (state, valid_to)', 'voucher');
