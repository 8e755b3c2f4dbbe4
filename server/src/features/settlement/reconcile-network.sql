-- name: theirLines
-- The day's lines, and those parked from the half hour before it.
select n.trade_kind, n.reference, n.amount_fen, n.at from network_line n
where n.programme_id = :programmeId and n.at >= :from::timestamptz and n.at < :before::timestamptz;

-- name: hasFile
-- Without a line or file of the day or later nothing is known about the day.
select exists (select from network_line n where n.programme_id = :programmeId
    and n.at >= :from::timestamptz)
  or exists (select from network_file f where f.programme_id = :programmeId and f.day >= :day::date)
  as known;

-- name: ourPayments
-- What we took for paid in the time, and whatever stands under the numbers that they name.
select 'payment' as trade_kind, r.redemption_id::text as reference, r.cash_fen as amount_fen,
  r.state, coalesce(r.decided_at, r.sent_at, r.tried_at) as at
from redemption r
where r.programme_id = :programmeId and r.payment = 'network' and r.cash_fen > 0
  and ((r.state in ('committed', 'reversed') and r.decided_at >= :from::timestamptz
      and r.decided_at < :before::timestamptz)
    or r.redemption_id::text = any(:references::text[]))
union all
select 'refund', n.network_refund_id::text, n.amount_fen, n.state,
  coalesce(n.decided_at, n.created_at)
from network_refund n join redemption r using (person_id, redemption_id)
where r.programme_id = :programmeId
  and ((n.state = 'refunded' and n.decided_at >= :from::timestamptz
      and n.decided_at < :before::timestamptz)
    or n.network_refund_id::text = any(:references::text[]));

-- name: earlierLines
-- Their lines from before the time looked at, under our numbers.
select n.trade_kind, n.reference, n.amount_fen, n.at from network_line n
where n.programme_id = :programmeId and n.at < :from::timestamptz
  and n.reference = any(:references::text[]);
