-- The parties a version was prepared with, restarts after an emergency stop, and extensions.

alter table programme_version
  -- [{party, organisation_id}]: part of what is approved, so part of the content hash.
  add column parties jsonb not null default '[]',
  -- The version whose dates this one moves, where it was prepared as an extension.
  add column extends_version_id uuid references programme_version,
  -- The findings of the plan checker at preparation, as the approver sees them.
  add column findings jsonb not null default '[]',
  add constraint decided_version_keeps_its_decision
    check (state <> 'approved' or effective_from is not null);
create unique index one_version_waits_for_approval on programme_version (programme_id)
  where state = 'prepared';
create index programme_version_in_force on programme_version (programme_id, effective_from, number);
create index programme_version_by_extended on programme_version (extends_version_id);

-- A decided version is a fact: it is superseded, never decided again.
create function version_is_decided_once() returns trigger language plpgsql as $$
begin
  if (old.state, new.state) not in (
    ('prepared', 'approved'), ('prepared', 'rejected'), ('approved', 'superseded'))
  then
    raise exception 'version % cannot go from % to %', old.version_id, old.state, new.state
      using errcode = '23514', constraint = 'version_is_decided_once';
  end if;
  return new;
end $$;
create trigger version_decisions before update of state on programme_version
  for each row when (old.state <> new.state) execute function version_is_decided_once();

-- Who plays which party may be corrected only until the plan is approved.
create function parties_are_fixed_once_published() returns trigger language plpgsql as $$
begin
  if (select state from programme where programme_id = old.programme_id) <> 'draft' then
    raise exception 'the parties of a published programme are not taken away'
      using errcode = '23514', constraint = 'parties_are_fixed_once_published';
  end if;
  return old;
end $$;
create trigger party_leaves_only_a_draft before delete on programme_party
  for each row execute function parties_are_fixed_once_published();

-- One person stops a programme at once; two start it again.
create table programme_restart (
  restart_id uuid primary key,
  programme_id uuid not null references programme,
  reason text not null,
  state text not null constraint restart_state_known
    check (state in ('prepared', 'approved', 'rejected')),
  prepared_by uuid not null,
  decided_by uuid,
  created_at timestamptz not null,
  constraint approver_is_not_preparer
    check (state <> 'approved' or decided_by <> prepared_by)
);
create unique index one_restart_waits_for_approval on programme_restart (programme_id)
  where state = 'prepared';

call grant_app('delete', 'programme_party');
call grant_app('select, insert', 'programme_restart');
call grant_app('update (state, decided_by)', 'programme_restart');
