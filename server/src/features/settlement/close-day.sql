-- name: lockDays
-- Every transfer under way holds this lock shared until it commits: closing waits for them, and
-- those that come later find the day closed.
select pg_advisory_xact_lock(7341002);

-- name: insertDay
-- Once; the caller holds the lock.
insert into closed_day (day, closed_at, event_id) values (:day::date, :now::timestamptz, :eventId)
on conflict (day) do nothing
returning day;

-- name: isClosed
-- Asked under the lock.
select exists (select from closed_day where day = :day::date) as closed;

-- name: openDays
-- Days with transfers that are over and not closed, oldest first.
select distinct t.day from transfer t
where t.day < :today::date and not exists (select from closed_day d where d.day = t.day)
order by t.day limit 400;
