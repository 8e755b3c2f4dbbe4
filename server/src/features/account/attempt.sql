-- name: countInWindow
-- One more use in the window that the first use opened; no row when the window is full. In order,
-- so that two groups never wait for each other in a circle.
insert into attempt (kind, subject, used, since, last_at)
select :kind, s, 1, :now::timestamptz, :now from unnest(:subjects::bytea[]) as s order by s
on conflict (kind, subject) do update set
  used = case when attempt.since <= :windowFrom::timestamptz then 1 else attempt.used + 1 end,
  since = case when attempt.since <= :windowFrom then :now else attempt.since end,
  last_at = :now
where attempt.since <= :windowFrom or attempt.used < :usesMax::integer
returning subject;

-- name: countGuesses
-- One more guess; from the fifth in 15 minutes on each guess closes the account for longer, from
-- one minute to fifteen, never for ever. No row while it is closed. In order, as above.
insert into attempt (kind, subject, used, since, last_at)
select :kind, s, 1, :now::timestamptz, :now from unnest(:subjects::bytea[]) as s order by s
on conflict (kind, subject) do update set
  used = case when attempt.last_at <= :windowFrom::timestamptz then 1 else attempt.used + 1 end,
  since = case when attempt.last_at <= :windowFrom then :now else attempt.since end,
  last_at = :now,
  blocked_until = case when attempt.last_at > :windowFrom and attempt.used >= 4
    then :now + least(interval '15 minutes', interval '1 minute' * 2 ^ (attempt.used - 4)) end
where attempt.blocked_until is null or attempt.blocked_until <= :now
returning subject;

-- name: findWaits
-- When the next attempts are welcome.
select a.subject, coalesce(a.blocked_until, a.since) as at,
  a.blocked_until is not null as is_blocked
from unnest(:subjects::bytea[]) as w(subject)
  cross join lateral (
    select n.* from attempt n where n.kind = :kind and n.subject = w.subject offset 0) a;

-- name: forgetAttempts
-- A success ends the suspicion.
delete from attempt where kind = :kind and subject = any(:subjects::bytea[]);
