-- name: lockExpiry
-- Waits for every voucher of this fund and end that is on the move, and stops the next.
select lock_expiry(:fundId::uuid, :validTo::timestamptz);

-- name: expiredValue
-- A statement after the lock. Held vouchers wait for the outcome of their try.
select count(v.voucher_id)::integer as voucher_count,
  coalesce(sum(v.face_fen), 0)::bigint as amount_fen,
  exists (select 1 from expiry_release r
    where r.fund_id = :fundId::uuid and r.valid_to = :validTo::timestamptz) as is_released,
  (select f.programme_id from fund f where f.fund_id = :fundId::uuid) as programme_id
from voucher v
where v.fund_id = :fundId::uuid and v.valid_to = :validTo::timestamptz and v.state = 'unused';

-- name: insertRelease
-- From here on this end is no longer outstanding.
insert into expiry_release (fund_id, valid_to, voucher_count, amount_fen, released_at, event_id)
values (:fundId, :validTo::timestamptz, :voucherCount, :amountFen, :now::timestamptz, :eventId);

-- name: duePairs
-- Steps from one fund and end to the next along the index: as many steps as ends, however many
-- vouchers there are.
with recursive pair as (
  (select v.fund_id, v.valid_to from voucher v where v.state in ('unused', 'held')
   order by v.fund_id, v.valid_to limit 1)
  union all
  select n.fund_id, n.valid_to from pair p cross join lateral (
    select v.fund_id, v.valid_to from voucher v
    where v.state in ('unused', 'held') and (v.fund_id, v.valid_to) > (p.fund_id, p.valid_to)
    order by v.fund_id, v.valid_to limit 1) n
)
select p.fund_id, p.valid_to from pair p
where p.valid_to <= :now::timestamptz
  and not exists (select 1 from expiry_release r
    where r.fund_id = p.fund_id and r.valid_to = p.valid_to)
order by p.valid_to, p.fund_id limit :size;

-- name: pairsOfProgramme
-- At closing also the ends whose vouchers are all used: a refund may still bring one back.
select distinct v.fund_id, v.valid_to from voucher v
join fund f on f.fund_id = v.fund_id
where f.programme_id = :programmeId and not exists (select 1 from expiry_release r
  where r.fund_id = v.fund_id and r.valid_to = v.valid_to)
order by v.valid_to, v.fund_id;
