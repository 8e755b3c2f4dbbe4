-- name: unmatchedPayments
-- Lines that may be about payments we asked for: what left, and what came back under our number.
select l.bank_line_id, l.account_number, l.serial, l.order_number, l.posted_at, l.direction,
  l.amount_fen
from bank_line l
where l.account_number in (
    select f.account_number from funding_order f where f.programme_id = :programmeId)
  and l.state = 'unmatched' and l.posted_at < :before::timestamptz
  and (l.direction = 'out' or l.order_number <> '')
order by l.posted_at, l.bank_line_id limit :limit for update;

-- name: hasStatement
-- Without a line of the day or later nothing is known about the day.
select exists (select from bank_line l where l.account_number in (
    select f.account_number from funding_order f where f.programme_id = :programmeId)
  and l.posted_at >= :from::timestamptz) as known;

-- name: matchPayments
-- A payment is matched by one line in each direction; a second line for it stays unmatched.
update bank_line l set state = 'matched', reason = null, reason_details = '{}'::jsonb,
  matched_kind = m.kind, matched_id = m.id
from unnest(:bankLineIds::uuid[], :kinds::text[], :ids::uuid[]) as m(bank_line_id, kind, id)
where l.bank_line_id = m.bank_line_id and l.state = 'unmatched'
  and not exists (select from bank_line o where o.matched_kind = m.kind and o.matched_id = m.id
    and o.direction = l.direction);

-- name: explainPayment
-- No payment of ours, but two persons know what it was.
update bank_line set state = 'explained', reason_details = :details::jsonb
where bank_line_id = :bankLineId and state = 'unmatched';
