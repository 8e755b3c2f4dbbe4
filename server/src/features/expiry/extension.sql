-- name: endsToMove
-- Groups of vouchers that were issued together and end together; an issue makes 25,000 at most.
select v.fund_id, v.kind, v.valid_to, v.issued_at, count(*)::integer as voucher_count
from voucher v join fund f on f.fund_id = v.fund_id
where f.programme_id = :programmeId and v.state in ('unused', 'held')
  and v.valid_to > :now::timestamptz
group by 1, 2, 3, 4 order by 1, 3, 2, 4;

-- name: lockEnds
-- Exclusively, in a fixed order: no release and no try goes on while these ends move.
select lock_expiry(l.fund_id, l.valid_to)
from (select distinct e.fund_id, e.valid_to
  from unnest(:fundIds::uuid[], :validTos::timestamptz[]) as e(fund_id, valid_to)
  order by 1, 2) l;
