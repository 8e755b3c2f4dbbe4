-- name: countInWindow
-- One more use in the window that the first use opened; no row when the window is full.
insert into attempt (kind, subject, used, since, last_at)
values (:kind, :subject, 1, :now::timestamptz, :now)
on conflict (kind, subject) do update set
  used = case when attempt.since <= :windowFrom::timestamptz then 1 else attempt.used + 1 end,
  since = case when attempt.since <= :windowFrom then :now else attempt.since end,
  last_at = :now
where attempt.since <= :windowFrom or attempt.used < :usesMax::integer
returning used;

-- name: countGuess
-- One more guess; from the fifth in 15 minutes on each guess closes the account for longer, from
-- one minute to fifteen, never for ever. No row while it is closed.
insert into attempt (kind, subject, used, since, last_at)
values (:kind, :subject, 1, :now::timestamptz, :now)
on conflict (kind, subject) do update set
  used = case when attempt.last_at <= :windowFrom::timestamptz then 1 else attempt.used + 1 end,
  since = case when attempt.last_at <= :windowFrom then :now else attempt.since end,
  last_at = :now,
  blocked_until = case when attempt.last_at > :windowFrom and attempt.used >= 4
    then :now + least(interval '15 minutes', interval '1 minute' * 2 ^ (attempt.used - 4)) end
where attempt.blocked_until is null or attempt.blocked_until <= :now
returning used;

-- name: findWait
-- When the next attempt is welcome.
select coalesce(blocked_until, since) as at, blocked_until is not null as is_blocked
from attempt where kind = :kind and subject = :subject;

-- name: forgetAttempts
-- A success ends the suspicion.
delete from attempt where kind = :kind and subject = :subject;
