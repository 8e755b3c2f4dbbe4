-- name: findNamed
-- The organisations that the rows of a file name, within the subtree of whoever hands it in.
select n.position, o.organisation_id
from unnest(:names::text[], :regionCodes::text[]) with ordinality as n(name, region_code, position)
join organisation o on case when n.region_code <> '' then o.region_code = n.region_code
  else o.name = n.name end
where o.path like (select r.path from organisation r where r.organisation_id = :rootId) || '%'
order by n.position;
