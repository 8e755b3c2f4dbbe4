-- name: insertDay
-- Made again the last one counts; none is overwritten.
insert into reconciliation_day (reconciliation_id, programme_id, day, source, ours_count, ours_fen,
  theirs_count, theirs_fen, matched_count, parked_count, difference_count, at, event_id)
values (:reconciliationId, :programmeId, :day::date, :source, :oursCount, :oursFen, :theirsCount,
  :theirsFen, :matchedCount, :parkedCount, :differenceCount, :now::timestamptz, :eventId);

-- name: listDays
-- The latest reconciliation of each day and source.
select distinct on (d.day, d.source) d.day, d.source, d.ours_count, d.ours_fen, d.theirs_count,
  d.theirs_fen, d.matched_count, d.parked_count, d.difference_count, d.at
from reconciliation_day d where d.programme_id = :programmeId
order by d.day desc, d.source, d.event_id desc limit 400;
