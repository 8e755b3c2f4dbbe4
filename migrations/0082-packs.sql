-- What an issue of packs works beside writing its vouchers was measured: a fifth went into keys of
-- entitlements without room in their page, a tenth into asking for each person five times.

-- The ids of a pack's vouchers differ in their last 20 bits alone, which number them: one random id
-- for the pack, whose record names what they share (31 characters) and the numbers. They stay UUIDs
-- of version 7.
create function voucher_of_pack(pack text, n integer) returns uuid
language sql immutable parallel safe
return (pack || to_hex(x'80000'::integer + n))::uuid;

-- Each row of a list moves twice or three times, all rows at once: half a page of room lets a
-- change of state stay in its page, where it writes no key.
alter table entitlement set (fillfactor = 50);

-- What new vouchers refer to is looked up by one function: a person is asked for once per
-- statement, not once for each of the pack. Otherwise as in 0024 and 0034.
drop trigger voucher_owner on voucher;
drop function voucher_belongs_to_person();
create or replace function voucher_refers_to_rows() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
declare
  ownerless uuid;
  strange record;
begin
  -- offset keeps it a look by key for each person: nobody knows how few the new rows are, and of
  -- 100,000 persons a walk through all was planned, which took a group of claims ten times as long.
  select m.person_id into ownerless from (select distinct v.person_id from made v) m
    where not exists (select from person p where p.person_id = m.person_id offset 0) limit 1;
  if found then
    raise exception 'a voucher belongs to person %, who does not exist', ownerless
      using errcode = '23503', constraint = 'voucher_belongs_to_person';
  end if;
  select m.* into strange
    from (select distinct v.programme_id, v.version_id, v.fund_id, v.batch_id, v.issue_event_id
      from made v) m
    left join programme_version r
      on r.version_id = m.version_id and r.programme_id = m.programme_id
    left join fund f on f.fund_id = m.fund_id and f.programme_id = m.programme_id
    left join issue_batch b on b.batch_id = m.batch_id and b.programme_id = m.programme_id
    left join event e on e.event_id = m.issue_event_id
    where r.version_id is null or f.fund_id is null or e.event_id is null
      or (m.batch_id is not null and b.batch_id is null)
    limit 1;
  if found then
    raise exception 'vouchers of programme %, version %, fund %, batch %, event % refer to nothing',
      strange.programme_id, strange.version_id, strange.fund_id, strange.batch_id,
      strange.issue_event_id using errcode = '23503', constraint = 'voucher_refers_to_rows';
  end if;
  return null;
end $$;
