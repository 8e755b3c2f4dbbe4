-- name: listParked
-- Newest first. They are about no payment of ours, so no programme leads to them; the record does.
select event_id, at, body ->> 'told' as told
from event
where subject_kind = 'payment_network' and subject_id = 'notice'
  and kind = 'payment_notice.parked'
  and (:before::bigint is null or event_id < :before::bigint)
order by event_id desc limit :limit;
