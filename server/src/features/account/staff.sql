-- name: insertStaff
-- A login name is taken once, also by accounts that are disabled.
insert into staff (staff_id, organisation_id, login_name, envelope, key_id, password_hash, state,
  created_by, created_at)
values (:staffId, :organisationId, :loginName, :envelope, :keyId, :passwordHash, 'active',
  :createdBy, :now::timestamptz)
on conflict (login_name) do nothing;

-- name: findStaffByLogin
-- For sign-in.
select s.staff_id, s.password_hash, s.totp_secret, s.totp_key_id, s.totp_confirmed_at,
  s.totp_last_step
from staff s where s.login_name = :loginName and s.state = 'active';

-- name: findStaffById
-- For acts of a signed-in staff member on himself.
select s.staff_id, s.password_hash, s.totp_secret, s.totp_key_id, s.totp_confirmed_at,
  s.totp_last_step
from staff s where s.staff_id = :staffId and s.state = 'active';

-- name: findStaffScope
-- Where an account stands, for the judgement of scope.
select s.staff_id, s.state, o.path as organisation_path
from staff s left join organisation o on o.organisation_id = s.organisation_id
where s.staff_id = :staffId;

-- name: spendTotpStep
-- A code works once: a second sign-in with the same step touches no row.
update staff set totp_last_step = :step
where staff_id = :staffId and coalesce(totp_last_step, -1) < :step::bigint;

-- name: setTotpSecret
-- A secret counts from its confirmation; a confirmed one is replaced only after a reset.
update staff set totp_secret = :secret, totp_key_id = :keyId
where staff_id = :staffId and totp_confirmed_at is null;

-- name: confirmTotp
-- The first good code proves that the app has the secret.
update staff set totp_confirmed_at = :now::timestamptz
where staff_id = :staffId and totp_secret is not null and totp_confirmed_at is null;

-- name: resetTotp
-- The telephone was lost: the account starts again with a first factor only.
update staff set totp_secret = null, totp_key_id = null, totp_confirmed_at = null,
  totp_last_step = null, password_hash = :passwordHash
where staff_id = :staffId;

-- name: setPassword
-- The hash only; the sessions are ended beside it.
update staff set password_hash = :passwordHash where staff_id = :staffId;

-- name: disableStaff
-- Acts on the next statement: every sign-in reads the state.
update staff set state = 'disabled' where staff_id = :staffId and state = 'active';

-- name: listStaff
-- Accounts of the organisations within reach, newest first.
select s.staff_id, s.login_name, s.state, s.organisation_id, s.envelope, s.key_id, s.created_at,
  s.totp_confirmed_at is not null as has_second_factor
from staff s left join organisation o on o.organisation_id = s.organisation_id
where (:everything::boolean or exists (
    select from unnest(:paths::text[]) as root where o.path like root || '%'))
  and (:before::uuid is null or s.staff_id < :before::uuid)
order by s.staff_id desc limit :limit::integer;
