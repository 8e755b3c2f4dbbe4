-- What the bank and the payment network say happened, held against what we say.

-- The bank repeats our instruction's id (业务单号) beside its own serial: the surer of the two.
alter table bank_line add column order_number text not null default '';

-- One contradiction is one exception, however often it is seen.
alter table reconciliation_exception
  add column source text not null constraint exception_source_known
    check (source in ('bank_receipt', 'bank_statement', 'network_file')),
  add column subject_key text not null,
  add column return_id uuid references fund_return,
  -- A first person says how it ends, a second one ends it.
  add column resolution text constraint resolution_known
    check (resolution in ('explained', 'was_paid', 'was_not_paid')),
  add column note text,
  add column proposed_by uuid,
  add column proposed_at timestamptz,
  add constraint one_exception_per_contradiction unique (subject_key),
  add constraint approver_is_not_preparer check (closed_by <> proposed_by),
  add constraint closed_as_proposed check (
    (state = 'closed') = (closed_by is not null and closed_at is not null)
    and (state = 'open' or resolution is not null));
create index reconciliation_exception_by_payout on reconciliation_exception (payout_id)
  where payout_id is not null;

-- The payment network's daily file of one programme.
create table network_file (
  network_file_id uuid primary key,
  programme_id uuid not null references programme,
  day date not null,
  digest bytea not null,
  file_name text not null,
  line_count integer not null,
  new_line_count integer not null,
  uploaded_by text not null,
  uploaded_at timestamptz not null,
  event_id bigint not null references event,
  constraint network_file_once_per_programme unique (programme_id, digest)
);

create table network_line (
  programme_id uuid not null references programme,
  trade_kind text not null constraint trade_kind_known check (trade_kind in ('payment', 'refund')),
  -- Our redemption's or network refund's id, as the network repeats it.
  reference text not null,
  network_file_id uuid not null references network_file,
  amount_fen bigint not null check (amount_fen > 0),
  at timestamptz not null,
  primary key (programme_id, trade_kind, reference)
);
create index network_line_by_time on network_line (programme_id, at);
create trigger network_line_is_a_fact before update or delete or truncate on network_line
  for each statement execute function refuse_change();

-- What a reconciliation of one day found; made again it replaces nothing, the last one counts.
create table reconciliation_day (
  reconciliation_id uuid primary key,
  programme_id uuid not null references programme,
  day date not null,
  source text not null constraint exception_source_known
    check (source in ('bank_receipt', 'bank_statement', 'network_file')),
  ours_count integer not null,
  ours_fen bigint not null,
  theirs_count integer not null,
  theirs_fen bigint not null,
  matched_count integer not null,
  parked_count integer not null,
  difference_count integer not null,
  at timestamptz not null,
  event_id bigint not null references event
);
create index reconciliation_day_by_programme on reconciliation_day (programme_id, source, day);
create trigger reconciliation_day_is_a_fact before update or delete or truncate
  on reconciliation_day for each statement execute function refuse_change();

create index network_line_by_file on network_line (network_file_id);
create index reconciliation_exception_by_return on reconciliation_exception (return_id);

call grant_app('select, insert', 'network_file', 'network_line', 'reconciliation_day');
call grant_app('update (resolution, note, proposed_by, proposed_at)', 'reconciliation_exception');
