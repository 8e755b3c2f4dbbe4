-- What a row of a list or a voucher writes besides itself was measured: of an issue's time a third
-- went into building its record item by item, of an import's most into indexes that repeat each
-- other and into asking for the same roster row by row.

-- PostgreSQL 18 makes the same UUIDv7 in a tenth of the time.
do $$
begin
  if to_regprocedure('uuidv7()') is not null then
    create or replace function new_id() returns uuid language sql volatile parallel safe
      as 'select uuidv7()';
  end if;
end $$;

-- Nobody looks for vouchers this way: a batch's are found through its rows.
drop index voucher_by_issue_event;
drop index voucher_by_batch;

-- An entitlement that has ended is alone under its own id; those that live share null. So a key is
-- unique among the living without a condition on the state, each key serves every search that
-- begins like it, and a change of state touches no index.
alter table entitlement add column ended_id uuid
  generated always as (case when state in ('returned', 'recalled') then entitlement_id end) stored;
alter table entitlement set (fillfactor = 70);

drop index one_entitlement_per_identity_and_source;
drop index one_entitlement_per_phone_name_and_source;
drop index one_entitlement_per_person_and_source;
drop index entitlement_by_identity;
drop index entitlement_by_phone;
drop index entitlement_by_person;
drop index entitlement_by_batch;
create unique index one_entitlement_per_identity_and_source
  on entitlement (identity_index, programme_id, source, ended_id) nulls not distinct
  where identity_index is not null;
create unique index one_entitlement_per_phone_name_and_source
  on entitlement (phone_index, name_index, programme_id, source, ended_id) nulls not distinct
  where identity_index is null and phone_index is not null;
create unique index one_entitlement_per_person_and_source
  on entitlement (person_id, programme_id, source, ended_id) nulls not distinct
  where person_id is not null;
create index entitlement_by_batch on entitlement (batch_id, entitlement_id)
  where batch_id is not null;

-- The rows of one statement belong to one list: it is looked up once, and stays.
alter table entitlement
  drop constraint entitlement_roster_id_fkey,
  drop constraint entitlement_programme_id_fkey;

create function entitlement_refers_to_rows() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
declare
  strange record;
begin
  select m.* into strange
    from (select distinct e.roster_id, e.programme_id from made e) m
    left join roster r on r.roster_id = m.roster_id and r.programme_id = m.programme_id
    where r.roster_id is null limit 1;
  if found then
    raise exception 'entitlements of roster %, programme % refer to nothing',
      strange.roster_id, strange.programme_id
      using errcode = '23503', constraint = 'entitlement_refers_to_rows';
  end if;
  return null;
end $$;
create trigger entitlement_references after insert on entitlement
  referencing new table as made for each statement execute function entitlement_refers_to_rows();
create trigger roster_stays before delete or truncate on roster
  for each statement execute function refuse_removal();
