-- name: exclusiveVouchers
-- What a person holds of kinds that rule each other out; read after the person's claims queue up.
select distinct person_id, kind from voucher
where programme_id = :programmeId and person_id = any(:personIds::uuid[])
  and kind = any(:kinds::text[]) and state <> 'void';

-- name: lockStock
-- The rows are locked in the order they are given out.
select s.kind, s.fund_id, s.face_fen, s.quantity - s.issued as remaining
from round_stock s
where s.round_id = :roundId and s.kind = any(:kinds::text[])
order by s.kind, s.position
for no key update of s;

-- name: lastNumbers
-- Asked once the person's claims have queued up: nobody else numbers his vouchers meanwhile.
select w.person_id, w.kind, v.n
from unnest(:personIds::uuid[], :kinds::text[]) as w(person_id, kind)
cross join lateral (
  select v.n from voucher v
  where v.person_id = w.person_id and v.origin_id = :roundId and v.kind = w.kind
  order by v.n desc limit 1
) v;

-- name: isStillOpen
-- A statement after the lock: whoever stops or closes a round moves its stock in the same
-- transaction, so an end that came first while this group waited is seen here and wins.
select exists(select from round where round_id = :roundId and state = 'approved') as is_open;

-- name: takeStock
-- stock_is_never_exceeded stands behind it.
update round_stock s set issued = s.issued + t.taken
from unnest(:kinds::text[], :fundIds::uuid[], :counts::int[]) as t(kind, fund_id, taken)
where s.round_id = :roundId and s.kind = t.kind and s.fund_id = t.fund_id;
