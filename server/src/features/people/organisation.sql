-- name: insertOrganisations
-- One statement for one or for thousands; a child's parent stands in the table already.
insert into organisation (organisation_id, parent_id, kind, level, name, region_code, path,
  created_at)
select n.organisation_id, n.parent_id, n.kind, n.level, n.name, n.region_code,
  coalesce(p.path, '/') || n.organisation_id || '/', :now::timestamptz
from unnest(:organisationIds::uuid[], :parentIds::uuid[], :kinds::text[], :levels::text[],
    :names::text[], :regionCodes::text[])
  as n(organisation_id, parent_id, kind, level, name, region_code)
left join organisation p on p.organisation_id = n.parent_id
where n.parent_id is null or p.organisation_id is not null;

-- name: findOrganisation
-- With the names of those above it, root first: the breadcrumb of every screen.
select o.organisation_id, o.parent_id, o.kind, o.level, o.name, o.region_code, o.path,
  (select coalesce(jsonb_agg(a.name order by length(a.path)), '[]'::jsonb) from organisation a
   where o.path like a.path || '%' and a.organisation_id <> o.organisation_id) as above
from organisation o where o.organisation_id = :organisationId;

-- name: listBelow
-- A page of a subtree in path order; the caller names the last path it has seen.
select o.organisation_id, o.parent_id, o.kind, o.level, o.name, o.region_code, o.path
from organisation o
where o.path like :prefix || '%' and o.path > :after
  and (:kind::text is null or o.kind = :kind) and (not :childrenOnly or o.parent_id = :rootId)
order by o.path limit :limit;

-- name: renameOrganisation
-- The place in the tree stays; only words change.
update organisation set name = :name, region_code = :regionCode
where organisation_id = :organisationId returning organisation_id;

-- name: insertFigures
-- What an organisation reported for a day stays; a corrected figure is reported for a later day.
insert into organisation_figure (organisation_id, figure, as_of, value, event_id)
select f.organisation_id, f.figure, f.as_of, f.value, :eventId
from unnest(:organisationIds::uuid[], :figures::text[], :asOf::date[], :values::numeric[])
  as f(organisation_id, figure, as_of, value)
join organisation o on o.organisation_id = f.organisation_id
on conflict do nothing returning organisation_id;

-- name: rollUpFigure
-- The newest figure of each organisation at the day; of those below, one counts unless another
-- between it and the root states the figure for its whole subtree.
with newest as (
  select distinct on (f.organisation_id) f.organisation_id, o.path, f.value
  from organisation_figure f join organisation o on o.organisation_id = f.organisation_id
  where f.figure = :figure and f.as_of <= :asOf::date and o.path like :prefix || '%'
  order by f.organisation_id, f.as_of desc
), below as (
  select n.organisation_id, n.path, n.value from newest n where n.path <> :prefix
)
select
  (select n.value::text from newest n where n.path = :prefix) as stated,
  (select sum(b.value)::text from below b
   where not exists (
     select 1 from below a where b.path like a.path || '%' and a.path <> b.path)) as rolled_up,
  (select count(*) from below b
   where not exists (
     select 1 from below a where b.path like a.path || '%' and a.path <> b.path)) as reporting;
