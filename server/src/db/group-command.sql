-- name: findCommands
-- The stored answers of a whole group's keys, by one look.
select c.caller, c.route, c.key, c.input_hash, c.outcome
from unnest(:callers::text[], :routes::text[], :keys::uuid[]) as w(caller, route, key)
join command c on c.caller = w.caller and c.route = w.route and c.key = w.key;

-- name: insertCommands
-- At the end, with their outcomes: what is refused and may be judged anew leaves no row. A key that
-- another transaction is storing is waited for, in one order.
insert into command (caller, route, key, input_hash, outcome, at)
select w.caller, w.route, w.key, w.input_hash, w.outcome, :now::timestamptz
from unnest(:callers::text[], :routes::text[], :keys::uuid[], :inputHashes::bytea[],
    :outcomes::text[]::jsonb[]) as w(caller, route, key, input_hash, outcome)
order by w.caller, w.route, w.key
on conflict do nothing;
