-- name: findPlace
-- The branch of the roster decides, not that of the organiser.
select r.programme_id, o.path as organisation_path
from roster r join organisation o on o.organisation_id = r.organisation_id
where r.roster_id = :rosterId;
