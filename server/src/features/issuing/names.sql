-- name: funderNames
-- People know a fund by its pool and by who pays.
select f.fund_id, f.pool, o.name as funder_name
from fund f join organisation o on o.organisation_id = f.funder_id
where f.programme_id = :programmeId;
