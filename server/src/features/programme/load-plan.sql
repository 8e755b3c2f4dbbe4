-- name: findVersionHash
-- The hash decides whether the plan kept in memory is still this one; the file is read only once.
select v.version_id, v.content_hash from programme_version v where v.version_id = :versionId;

-- name: findVersionFile
-- The file is kept as it was approved; the plan is derived from it anew.
select v.plan from programme_version v where v.version_id = :versionId;

-- name: findCurrentVersion
-- In force is the latest version whose day has come: a comparison, whether or not a job has run.
select p.programme_id, p.code, p.state, v.version_id, v.content_hash
from programme p
left join lateral (
  select v.version_id, v.content_hash from programme_version v
  where v.programme_id = p.programme_id and v.state in ('approved', 'superseded')
    and v.effective_from <= (select business_now())
  order by v.effective_from desc, v.number desc limit 1
) v on true
where p.programme_id = :programmeId;

-- name: findParties
-- In one order, so that hashes over them agree.
select party, organisation_id from programme_party where programme_id = :programmeId
order by party, organisation_id;

-- name: partiesAmong
-- Only the parties asked for, and of branches only the owner and those above it: a programme of
-- branch unions has ten thousands of the others.
select pp.organisation_id from programme_party pp
where pp.programme_id = :programmeId and pp.party = any(:parties::text[])
union
select pp.organisation_id from programme_party pp
join organisation o on o.organisation_id = pp.organisation_id
where pp.programme_id = :programmeId and pp.party = any(:branches::text[])
  and :ownerPath like o.path || '%';

-- name: findOrganiserPath
-- Scopes are subtrees: the place of the organiser decides who reaches the programme.
select o.path from programme p join organisation o on o.organisation_id = p.organiser_id
where p.programme_id = :programmeId;

-- name: findOrganisationPath
-- Scopes are subtrees: a place in the tree is its path.
select path from organisation where organisation_id = :organisationId;
