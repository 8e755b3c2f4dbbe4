-- name: insertSessions
-- Only the keyed hash of a token is kept.
insert into session (session_id, token_hash, kind, staff_id, resident_account_id, terminal_id,
  device_hash, signed_in_at, second_factor_at, expires_at)
select n.session_id, n.token_hash, n.kind, n.staff_id, n.resident_account_id, n.terminal_id,
  n.device_hash, :now::timestamptz, n.second_factor_at, n.expires_at
from unnest(:sessionIds::uuid[], :tokenHashes::bytea[], :kinds::text[], :staffIds::uuid[],
    :residentAccountIds::uuid[], :terminalIds::uuid[], :deviceHashes::bytea[],
    :secondFactorAt::timestamptz[], :expiresAt::timestamptz[])
  as n(session_id, token_hash, kind, staff_id, resident_account_id, terminal_id, device_hash,
    second_factor_at, expires_at);

-- name: endSession
-- Acts on the next statement that looks at it.
update session set ended_at = :now::timestamptz
where session_id = :sessionId and ended_at is null;

-- name: endSessionsOfStaff
-- After a change of password or a disablement: everywhere but here.
update session set ended_at = :now::timestamptz
where staff_id = :staffId and ended_at is null and session_id <> :exceptId;

-- name: endSessionsAtTill
-- One cashier at a till at a time.
update session set ended_at = :now::timestamptz
where terminal_id = :terminalId and ended_at is null;

-- name: refreshSession
-- The holder proved himself again.
update session set signed_in_at = :now::timestamptz, second_factor_at = :now
where session_id = :sessionId and ended_at is null;

-- name: isKnownDevice
-- Whether this person has been signed in from this device before.
select exists (
  select from session s where s.staff_id = :staffId and s.device_hash = :deviceHash) as is_known;
