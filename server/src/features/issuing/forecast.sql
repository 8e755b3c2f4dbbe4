-- name: findRoster
-- Its own content hash is part of what is approved.
select roster_id, programme_id, organisation_id, source, state, content_hash
from roster where roster_id = :rosterId;

-- name: groupsOfRoster
-- One row per pool, channel and face, in the order of payment; the fingerprint covers every row.
select o.pool, o.channel, o.face_fen, min(o.offset_fen) as start_fen,
  max(o.offset_fen + o.amount_fen) as end_fen, count(*) as entitlement_count,
  sum(o.amount_fen / o.face_fen)::bigint as voucher_count, sum(o.amount_fen)::bigint as amount_fen,
  max(o.amount_fen) as largest_fen,
  encode(sha256(convert_to(string_agg(o.entitlement_id::text || ' ' || o.offset_fen, ','
    order by o.entitlement_id), 'UTF8')), 'hex') as fingerprint
from issue_order(:rosterId::uuid, :faces::bigint[], :pools::text[], :channels::text[],
  :sharesUpTo::integer[]) o
group by o.pool, o.channel, o.face_fen
order by o.pool nulls first, o.channel, o.face_fen;

-- name: boundaryBelow
-- The end of the last whole voucher that `target` 分 of the roster's money still pay.
select (o.offset_fen + (:target::bigint - o.offset_fen) / o.face_fen * o.face_fen)::bigint
  as boundary_fen
from issue_order(:rosterId::uuid, :faces::bigint[], :pools::text[], :channels::text[],
  :sharesUpTo::integer[]) o
where o.offset_fen <= :target::bigint and :target::bigint < o.offset_fen + o.amount_fen;

-- name: fundsOfPools
-- In the order of use, the fund's position; ties by age.
select fund_id, pool, channel, funder_id, source_class, position
from fund where programme_id = :programmeId and pool = any(:pools::text[])
order by position, created_at, fund_id;

-- name: boundRows
-- The rows whose person is known already, page by page: only they can be judged by limits.
select e.entitlement_id, e.person_id, e.face_fen, e.voucher_count, e.amount_fen
from entitlement e
where e.roster_id = :rosterId and e.state = 'confirmed' and e.person_id is not null
  and e.entitlement_id > :after
order by e.entitlement_id limit :size;
