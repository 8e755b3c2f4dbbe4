-- name: findCommands
-- The stored answers of a whole group's keys, by one look.
select command_id, input_hash, outcome from command
where command_id = any(:commandIds::uuid[]);

-- name: insertCommands
-- At the end, with their outcomes: what is refused and may be judged anew leaves no row. A key that
-- another transaction is storing is waited for, in one order; that it then stands breaks the key.
insert into command (command_id, input_hash, outcome, at)
select w.command_id, w.input_hash, w.outcome::jsonb, :now::timestamptz
from unnest(:commandIds::uuid[], :inputHashes::bytea[], :outcomes::text[])
  as w(command_id, input_hash, outcome)
order by w.command_id;
