-- name: insertCommand
-- A second request with the same key waits here for the first one's end, then finds its row.
insert into command (command_id, input_hash, at)
values (:commandId, :inputHash, :now::timestamptz)
on conflict do nothing;

-- name: findCommand
-- The stored answer of an earlier request.
select input_hash, outcome from command
where command_id = :commandId;

-- name: storeOutcome
-- Written by the same transaction that has the effect.
update command set outcome = :outcome::jsonb
where command_id = :commandId;
