-- As 0047 did for roster and programme: the person and the batch of new rows of a list are looked
-- up once per statement. A foreign key asks row by row even where a row has neither yet, as no row
-- of a new list has: a seventh of what PostgreSQL works for it. Neither persons nor batches are
-- ever deleted (0034, 0024), so a look is all that a foreign key would do.
alter table entitlement
  drop constraint entitlement_person_id_fkey,
  drop constraint entitlement_batch_id_fkey;

create or replace function entitlement_refers_to_rows() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
declare
  strange record;
begin
  -- By key for each (offset 0): how few the new rows are is not known when the look is planned.
  select m.* into strange
    from (select distinct e.roster_id, e.programme_id, e.person_id, e.batch_id from made e) m
    where not exists (select from roster r
        where r.roster_id = m.roster_id and r.programme_id = m.programme_id offset 0)
      or (m.person_id is not null
        and not exists (select from person p where p.person_id = m.person_id offset 0))
      or (m.batch_id is not null
        and not exists (select from issue_batch b where b.batch_id = m.batch_id offset 0))
    limit 1;
  if found then
    raise exception 'entitlements of roster %, programme %, person %, batch % refer to nothing',
      strange.roster_id, strange.programme_id, strange.person_id, strange.batch_id
      using errcode = '23503', constraint = 'entitlement_refers_to_rows';
  end if;
  return null;
end $$;

-- Later a row is bound to its person and laid into a batch, each at its time.
create function entitlement_change_refers_to_rows() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
  if (new.person_id is null or exists (select from person p where p.person_id = new.person_id))
    and (new.batch_id is null
      or exists (select from issue_batch b where b.batch_id = new.batch_id)) then
    return null;
  end if;
  raise exception 'entitlement % refers to nothing: person %, batch %', new.entitlement_id,
    new.person_id, new.batch_id
    using errcode = '23503', constraint = 'entitlement_refers_to_rows';
end $$;
create trigger entitlement_changed_references
  after update of person_id, batch_id on entitlement
  for each row when (new.person_id is distinct from old.person_id
    or new.batch_id is distinct from old.batch_id)
  execute function entitlement_change_refers_to_rows();
