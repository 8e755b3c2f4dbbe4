-- name: bindKnownByIdentity
-- Persons whom a list of record or a verification named before the roster came; looked up by row
-- (offset 0), for the batch is small and the registers are long.
update entitlement e set person_id = p.person_id, bound_at = :now::timestamptz
from (
  select w.entitlement_id, n.person_id from entitlement w
  cross join lateral (
    select p.person_id from person p where p.identity_index = w.identity_index offset 0) n
  where w.batch_id = :batchId and w.person_id is null and w.identity_index is not null
    and not exists (select 1 from entitlement o where o.person_id = n.person_id
      and o.programme_id = w.programme_id and o.source = w.source and o.ended_id is null)
) p
where e.entitlement_id = p.entitlement_id and e.person_id is null;

-- name: bindKnownByPhone
-- SX20's lists have no identity number: phone and name must both be those of a verified account,
-- and verified before the registration deadline. Of two rows for one person the first is bound.
with fitting as (
  select distinct on (e.programme_id, e.source, a.person_id) e.entitlement_id, a.person_id
  from entitlement e
  cross join lateral (
    select r.person_id from resident_account r
    where r.phone_index = e.phone_index and r.name_index = e.name_index
      and r.person_id is not null and r.ended_at is null
      and (:deadline::timestamptz is null or r.verified_at < :deadline::timestamptz) offset 0) a
  where e.batch_id = :batchId and e.person_id is null and e.identity_index is null
    and not exists (select 1 from entitlement o where o.person_id = a.person_id
      and o.programme_id = e.programme_id and o.source = e.source and o.ended_id is null)
  order by e.programme_id, e.source, a.person_id, e.entitlement_id
)
update entitlement e set person_id = f.person_id, bound_at = :now::timestamptz
from fitting f where e.entitlement_id = f.entitlement_id;

-- name: programmeOfBatch
-- The plan in force has the registration deadline.
select programme_id from issue_batch where batch_id = :batchId;

-- name: waitingProgrammes
-- Where persons who have just been verified are on a list; each looked for by himself (offset 0).
select distinct w.line::integer, e.programme_id
from unnest(:identityIndexes::bytea[], :phoneIndexes::bytea[], :nameIndexes::bytea[])
    with ordinality as w(identity_index, phone_index, name_index, line)
  cross join lateral (select n.programme_id from entitlement n
    where n.person_id is null and n.state in ('confirmed', 'committed')
      and ((n.identity_index is not null and n.identity_index = w.identity_index)
        or (n.identity_index is null and n.phone_index = w.phone_index
          and n.name_index = w.name_index)) offset 0) e
order by 1, 2;

-- name: bindPerson
-- By the identity number where the list has one, else by phone and name; of two rows of one source
-- the one with the number is bound.
with fitting as (
  select distinct on (e.programme_id, e.source) e.entitlement_id
  from entitlement e
  where e.person_id is null and e.state in ('confirmed', 'committed')
    and e.programme_id = any(:programmeIds::uuid[])
    and ((e.identity_index is not null and e.identity_index = :identityIndex)
      or (e.identity_index is null and e.phone_index = :phoneIndex and e.name_index = :nameIndex))
    and not exists (select 1 from entitlement o where o.programme_id = e.programme_id
      and o.source = e.source and o.person_id = :personId
      and o.ended_id is null)
  order by e.programme_id, e.source, e.identity_index nulls last, e.entitlement_id
)
update entitlement e set person_id = :personId, bound_at = :now::timestamptz
from fitting f where e.entitlement_id = f.entitlement_id and e.person_id is null
returning e.entitlement_id, e.programme_id;
