-- Re-opening a stopped round takes two persons; stopping it took one.

create table round_restart (
  restart_id uuid primary key,
  round_id uuid not null references round,
  reason text not null,
  state text not null constraint restart_state_known
    check (state in ('prepared', 'approved', 'rejected')),
  prepared_by uuid not null,
  approved_by uuid,
  created_at timestamptz not null,
  constraint approver_is_not_preparer check (approved_by <> prepared_by)
);
create index round_restart_by_round on round_restart (round_id);
create unique index one_open_restart_per_round on round_restart (round_id) where state = 'prepared';

call grant_app('select, insert', 'round_restart');
call grant_app('update (state, approved_by)', 'round_restart');
