-- name: countBadScans
-- Row by row under the terminal's lock, so that scans at once cannot each miss the others; it lets
-- redemptions refer to the terminal meanwhile.
with locked as materialized (
  select t.terminal_id from terminal t where t.terminal_id = any(:terminalIds::uuid[])
  order by t.terminal_id for no key update of t
)
insert into bad_scan (terminal_id, at)
select l.terminal_id, :now::timestamptz
from unnest(:terminalIds::uuid[]) as w(terminal_id) join locked l on l.terminal_id = w.terminal_id;

-- name: pauseTerminals
-- More than `max` within the last minute pause the till for one.
update terminal t set paused_until = :pausedUntil::timestamptz
where t.terminal_id = any(:terminalIds::uuid[])
  and (select count(*) from bad_scan b
    where b.terminal_id = t.terminal_id and b.at > :since::timestamptz) > :max
returning t.terminal_id;

-- name: forgetBadScans
-- Only the last minute decides; a day is kept for the owner's question.
delete from bad_scan b where b.at < :before::timestamptz;
