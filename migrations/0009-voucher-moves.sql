-- The lock between expiry and a voucher's moves; how far a limit goes; vouchers given back for
-- later.

-- Whoever moves a voucher into or out of 'unused' or 'held' shares the lock of its fund and end and
-- only in a later statement looks whether that end was released; the release takes it alone. The
-- key is made of the epoch's milliseconds, so that it does not depend on the session's time zone.
create function expiry_lock_key(fund_id uuid, valid_to timestamptz) returns bigint
language sql stable parallel safe as $$
  select hashtextextended($1::text || ' ' || (extract(epoch from $2) * 1000)::bigint::text, 7341009)
$$;
create function lock_expiry_shared(fund_id uuid, valid_to timestamptz) returns void
language sql volatile as $$
  select pg_advisory_xact_lock_shared(expiry_lock_key($1, $2))
$$;
create function lock_expiry(fund_id uuid, valid_to timestamptz) returns void
language sql volatile as $$
  select pg_advisory_xact_lock(expiry_lock_key($1, $2))
$$;

-- The maximum travels in the row, so that one statement can take many different limits and the
-- table itself refuses to go beyond the limit that was applied last.
alter table limit_counter add column used_max bigint not null,
  add constraint limit_is_never_exceeded check (used <= used_max);

-- A refund may give a voucher back from the next day on; its validity stays what it was.
alter table voucher add column usable_from timestamptz;
call grant_app('update (usable_from)', 'voucher');
