-- name: findSession
-- A live session with what its account is; disabled accounts and released tills have none.
select s.session_id, s.kind, s.staff_id, s.resident_account_id, s.terminal_id, s.device_hash,
  s.signed_in_at, s.second_factor_at, s.expires_at, f.organisation_id, o.path as organisation_path,
  a.person_id
from session s
  left join staff f on f.staff_id = s.staff_id
  left join organisation o on o.organisation_id = f.organisation_id
  left join resident_account a on a.resident_account_id = s.resident_account_id
where s.token_hash = :tokenHash and s.ended_at is null and s.expires_at > business_now()
  and (s.staff_id is null or f.state = 'active')
  and (s.resident_account_id is null or a.ended_at is null);

-- name: findSessionById
-- The same session again, inside the transaction that acts on it.
select s.session_id, s.kind, s.staff_id, s.resident_account_id, s.terminal_id, s.device_hash,
  s.signed_in_at, s.second_factor_at, s.expires_at, f.organisation_id, o.path as organisation_path,
  a.person_id
from session s
  left join staff f on f.staff_id = s.staff_id
  left join organisation o on o.organisation_id = f.organisation_id
  left join resident_account a on a.resident_account_id = s.resident_account_id
where s.session_id = :sessionId and s.ended_at is null and s.expires_at > :now::timestamptz
  and (s.staff_id is null or f.state = 'active')
  and (s.resident_account_id is null or a.ended_at is null);

-- name: listGrants
-- The grants in force now; a party's scope is opened to the programmes that name the organisation.
select g.role, g.scope_kind, g.scope_id, g.ends_at, o.path as scope_path,
  case when g.scope_kind = 'party' then array(
    select p.programme_id from programme_party p where p.organisation_id = f.organisation_id
  ) end as programme_ids
from role_grant g
  join staff f on f.staff_id = g.staff_id
  left join organisation o
    on g.scope_kind = 'organisation' and o.organisation_id::text = g.scope_id
where g.staff_id = :staffId and g.revoked_at is null and g.starts_at <= business_now()
  and (g.ends_at is null or g.ends_at > business_now());
