-- name: insertCommand
-- A second request with the same key waits here for the first one's end, then finds its row.
insert into command (caller, route, key, input_hash, at)
values (:caller, :route, :key, :inputHash, :now::timestamptz)
on conflict do nothing;

-- name: findCommand
-- The stored answer of an earlier request.
select input_hash, outcome from command
where caller = :caller and route = :route and key = :key;

-- name: storeOutcome
-- Written by the same transaction that has the effect.
update command set outcome = :outcome::jsonb
where caller = :caller and route = :route and key = :key;
