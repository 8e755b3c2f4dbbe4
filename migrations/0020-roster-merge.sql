-- A roster is merged into the lists chunk by chunk: what one import needs to know of itself, what
-- may
-- be deleted again, and what is purged on schedule.

-- Rows are staged in a temporary table, which no crash leaves behind.
drop table roster_row;

alter table roster
  add column rows_questioned integer not null default 0,
  -- The last sign of life of an import; one that is silent has died.
  add column touched_at timestamptz,
  -- The header of the file as written, for the failure file.
  add column header jsonb not null default '[]',
  add column contact_key_id smallint;
create index roster_importing on roster (touched_at) where state = 'importing';

alter table roster_problem add column key_id smallint;

-- A question is asked once, however often its row stands in the file.
create unique index question_once_per_roster
  on duplicate_task (roster_id, coalesce(identity_index, phone_index), name_index)
  where name_index is not null;

-- Nobody is entitled by a row before it is confirmed: until then it may go, afterwards it is a
-- fact.
create function only_unconfirmed_rows_are_deleted() returns trigger language plpgsql as $$
begin
  if exists (select from gone where state <> 'imported') then
    raise exception 'confirmed entitlements are facts: they are never deleted'
      using errcode = '23514', constraint = 'only_unconfirmed_rows_are_deleted';
  end if;
  return null;
end $$;
create trigger entitlement_deletions after delete on entitlement
  referencing old table as gone
  for each statement execute function only_unconfirmed_rows_are_deleted();

call grant_app('delete', 'entitlement');
call grant_app('update (rows_questioned, touched_at, header, contact)', 'roster');
call grant_app('update (cells)', 'roster_problem');
call grant_app('update (cells, envelope)', 'duplicate_task');
