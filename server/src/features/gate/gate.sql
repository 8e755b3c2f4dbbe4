-- name: setGateState
-- Shared by all processes: the next claim anywhere sees it. Nothing is written where it stands so.
insert into gate_state (gate, state, detail, changed_at)
values (:gate, :state, :detail::jsonb, :now::timestamptz)
on conflict (gate) do update
  set state = excluded.state, detail = excluded.detail, changed_at = excluded.changed_at
  where gate_state.state <> excluded.state;

-- name: listGates
-- Gates that were never degraded have no row.
select gate, state, changed_at from gate_state order by gate;
