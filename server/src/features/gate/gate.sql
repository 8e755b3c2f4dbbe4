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

-- name: isKnownRound
-- A captcha is for a round that exists: an unknown one answers as such.
select exists(select from round where round_id = :roundId) as is_known;

-- name: spendChallenge
-- A challenge is tried once, passed or not: whoever comes second finds it spent.
insert into spent_nonce (nonce_key, expires_at)
values (:nonceKey, :expiresAt::timestamptz)
on conflict do nothing;

-- name: purgeNonces
-- A nonce is remembered for as long as what bore it could be used.
delete from spent_nonce where expires_at < :now::timestamptz;
