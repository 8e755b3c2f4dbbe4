-- name: findSessions
-- Live sessions by the place of their token among those asked, with what their accounts are;
-- disabled accounts and released tills have none. Each by its own key (offset 0): planned while the
-- table is small it would be walked from then on, and each request would cost what all sessions
-- cost.
select w.n::int as place, s.session_id, s.kind, s.staff_id, s.resident_account_id, s.terminal_id,
  s.device_hash, s.signed_in_at, s.second_factor_at, s.expires_at, f.organisation_id,
  o.path as organisation_path, a.person_id, coalesce(k.state = 'active', false) as is_cashier,
  (select string_agg(c.purpose || ' ' || c.version, ',') from consent c
    where c.resident_account_id = s.resident_account_id and c.ended_at is null
      and c.answer = 'agreed') as agreed
from unnest(:tokenHashes::bytea[]) with ordinality as w(token_hash, n)
  cross join lateral (select n.* from session n where n.token_hash = w.token_hash offset 0) s
  left join lateral (
    select n.* from staff n where n.staff_id = s.staff_id offset 0) f on true
  left join organisation o on o.organisation_id = f.organisation_id
  left join lateral (select n.person_id, n.ended_at from resident_account n
    where n.resident_account_id = s.resident_account_id offset 0) a on true
  left join lateral (
    select n.shop_id from terminal n where n.terminal_id = s.terminal_id offset 0) t on true
  left join lateral (select n.state from cashier n
    where n.shop_id = t.shop_id and n.staff_id = s.staff_id offset 0) k on true
where s.ended_at is null
  and s.expires_at > (select business_now())
  and (s.staff_id is null or f.state = 'active')
  and (s.resident_account_id is null or a.ended_at is null);

-- name: standingSessions
-- The sessions of a group's residents and tills as they stand in its transaction: who was signed
-- out, disabled or released meanwhile has no row. Each by its own key, as at the door.
select s.session_id, a.person_id, t.shop_id
from unnest(:sessionIds::uuid[]) as w(session_id)
  cross join lateral (select n.* from session n where n.session_id = w.session_id offset 0) s
  left join lateral (select n.person_id, n.ended_at from resident_account n
    where n.resident_account_id = s.resident_account_id offset 0) a on true
  left join lateral (select n.state from staff n where n.staff_id = s.staff_id offset 0) f on true
  left join lateral (select n.shop_id, n.state from terminal n
    where n.terminal_id = s.terminal_id offset 0) t on true
  left join lateral (select n.state from cashier n
    where n.shop_id = t.shop_id and n.staff_id = s.staff_id offset 0) k on true
where s.ended_at is null
  and s.expires_at > (select business_now())
  and case s.kind
    when 'resident' then a.ended_at is null
    when 'till' then f.state = 'active' and t.state = 'bound' and k.state = 'active'
    else false
  end;

-- name: findSessionById
-- The same session again, inside the transaction that acts on it.
select s.session_id, s.kind, s.staff_id, s.resident_account_id, s.terminal_id, s.device_hash,
  s.signed_in_at, s.second_factor_at, s.expires_at, f.organisation_id, o.path as organisation_path,
  a.person_id,
  (select string_agg(c.purpose || ' ' || c.version, ',') from consent c
    where c.resident_account_id = s.resident_account_id and c.ended_at is null
      and c.answer = 'agreed') as agreed
from session s
  left join staff f on f.staff_id = s.staff_id
  left join organisation o on o.organisation_id = f.organisation_id
  left join resident_account a on a.resident_account_id = s.resident_account_id
where s.session_id = :sessionId and s.ended_at is null and s.expires_at > (select business_now())
  and (s.staff_id is null or f.state = 'active')
  and (s.resident_account_id is null or a.ended_at is null);

-- name: listGrants
-- The grants in force now. A party's scope is opened to the programmes that name the organisation;
-- so are those of a desk in an organisation, which also has what the organisation itself organises,
-- and of a reviewer of an industry; a channel's to those that give it to the organisation.
select g.role, g.scope_kind, g.scope_id, g.ends_at, o.path as scope_path,
  case
    when g.scope_kind in ('party', 'industry') then array(
      select p.programme_id from programme_party p where p.organisation_id = f.organisation_id
    )
    when g.scope_kind = 'organisation' then array(
      select p.programme_id from programme_party p where p.organisation_id = o.organisation_id
      union
      select p.programme_id from programme p where p.organiser_id = o.organisation_id
    )
    when g.scope_kind = 'channel' then array(
      select programmes_of_channel(f.organisation_id, g.scope_id)
    )
  end as programme_ids
from role_grant g
  join staff f on f.staff_id = g.staff_id
  left join organisation o
    on g.scope_kind = 'organisation' and o.organisation_id::text = g.scope_id
where g.staff_id = :staffId and g.revoked_at is null and g.starts_at <= (select business_now())
  and (g.ends_at is null or g.ends_at > (select business_now()));
