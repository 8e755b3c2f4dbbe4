-- name: lockPersons
-- One act at a time on a person's codes, in the order of their ids: making one ends an older one,
-- using one ends the other, and two tills never choose from one wallet at once.
select pg_advisory_xact_lock(hashtextextended(p.person_id::text, 7341016))
from (select distinct w.person_id from unnest(:personIds::uuid[]) as w(person_id) order by 1) as p;

-- name: insertCodes
-- A picked voucher must be the person's own. A repeated request derives the same code again.
insert into payment_code
  (code_hash, person_id, session_id, voucher_id, created_at, expires_at, regions)
select w.code_hash, w.person_id, w.session_id, w.voucher_id, :now::timestamptz,
  :expiresAt::timestamptz, string_to_array(w.regions, ',')
from unnest(:codeHashes::bytea[], :personIds::uuid[], :sessionIds::uuid[], :voucherIds::uuid[],
    :regions::text[]) as w(code_hash, person_id, session_id, voucher_id, regions)
where w.voucher_id is null or exists (
  select 1 from voucher v where v.person_id = w.person_id and v.voucher_id = w.voucher_id)
on conflict (code_hash) do nothing;

-- name: findCodes
-- Why a code is no longer good stands in its row for a day.
select c.code_hash, c.person_id, c.created_at, c.expires_at, c.ended_at, c.ended_by
from payment_code c where c.code_hash = any(:codeHashes::bytea[]);

-- name: endOlderCodes
-- At most two live: the page shows the newest while the one before may still be at a till.
update payment_code c set ended_at = :now::timestamptz, ended_by = 'replaced'
from (
  select o.code_hash,
    row_number() over (partition by o.person_id order by o.created_at desc, o.code_hash) as place
  from payment_code o
  where o.person_id = any(:personIds::uuid[]) and o.ended_at is null
    and o.expires_at > :now::timestamptz
) live
where c.code_hash = live.code_hash and live.place > 2;

-- name: lockPersonsOf
-- As lockPersons, for the persons whose codes were scanned: a code never changes hands.
select pg_advisory_xact_lock(hashtextextended(p.person_id::text, 7341016))
from (select distinct c.person_id from payment_code c
  where c.code_hash = any(:codeHashes::bytea[]) order by 1) as p;

-- name: useCodes
-- Of a person's codes presented together the first is used; its use ends the other live one too.
with presented as materialized (
  select distinct on (c.person_id) c.code_hash, c.person_id
  from unnest(:codeHashes::bytea[]) with ordinality as p(code_hash, n)
  join payment_code c on c.code_hash = p.code_hash
  where c.ended_at is null and :now::timestamptz < c.expires_at
  order by c.person_id, p.n
), ended as (
  update payment_code c set ended_at = :now::timestamptz,
    ended_by = case when c.code_hash = p.code_hash then 'used' else 'other_used' end
  from presented p
  where c.person_id = p.person_id and c.ended_at is null and c.expires_at > :now::timestamptz
  returning c.code_hash, c.person_id, c.session_id, c.voucher_id, c.regions, c.ended_by
)
select e.code_hash, e.person_id, e.session_id, e.voucher_id, e.regions
from ended e where e.ended_by = 'used';

-- name: deleteOldCodes
-- Kept for a day, so that a late or repeated scan still hears the true reason.
delete from payment_code c where c.code_hash in (
  select o.code_hash from payment_code o where o.expires_at < :before::timestamptz limit 10000);
