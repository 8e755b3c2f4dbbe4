-- name: findGrantee
-- The account that gets a role, with the programmes its organisation is party to.
select s.staff_id, o.path as organisation_path, array(
    select p.programme_id from programme_party p where p.organisation_id = s.organisation_id
  ) as programme_ids
from staff s left join organisation o on o.organisation_id = s.organisation_id
where s.staff_id = :staffId and s.state = 'active';

-- name: findPlace
-- A grant on an organisation reaches its whole subtree, and the programmes that name itself.
select o.path, array(
    select p.programme_id from programme_party p where p.organisation_id = o.organisation_id
    union
    select p.programme_id from programme p where p.organiser_id = o.organisation_id
  ) as programme_ids
from organisation o where o.organisation_id = :organisationId;

-- name: programmesOfChannel
-- What a grant on the channel would open to this account.
select c.programme_id
from staff s cross join programmes_of_channel(s.organisation_id, :channel) as c(programme_id)
where s.staff_id = :staffId;

-- name: endExpired
-- A grant that ran out makes room for a new one of the same role and scope.
update role_grant set revoked_at = ends_at, revoked_by = 'end'
where staff_id = :staffId and revoked_at is null and ends_at <= :now::timestamptz;

-- name: insertGrant
-- The same grant stands once while it lasts.
insert into role_grant (grant_id, staff_id, role, scope_kind, scope_id, granted_by, starts_at,
  ends_at, event_id)
values (:grantId, :staffId, :role, :scopeKind, :scopeId, :grantedBy, :now::timestamptz,
  :endsAt::timestamptz, :eventId)
on conflict (staff_id, role, scope_kind, scope_id) where revoked_at is null do nothing;

-- name: findGrant
-- With its scope: nobody takes away more than he could give.
select g.grant_id, g.staff_id, g.role, g.scope_kind, g.scope_id, o.path as scope_path
from role_grant g
  left join organisation o
    on g.scope_kind = 'organisation' and o.organisation_id::text = g.scope_id
where g.grant_id = :grantId and g.revoked_at is null;

-- name: revokeGrant
-- Acts on the next statement of its holder.
update role_grant set revoked_at = :now::timestamptz, revoked_by = :revokedBy
where grant_id = :grantId and revoked_at is null;

-- name: listGrantsOfStaff
-- Live and past, newest first; nobody collects more than a few hundred.
select g.grant_id, g.role, g.scope_kind, g.scope_id, g.granted_by, g.starts_at, g.ends_at,
  g.revoked_at
from role_grant g where g.staff_id = :staffId order by g.grant_id desc limit 500;
