-- name: browse
-- A search looks through everything the asker reaches; without one, a step of the tree: the
-- children of an organisation, or the tops of what he reaches. In path order.
select o.organisation_id, o.parent_id, o.kind, o.level, o.name, o.region_code, o.path,
  (select count(*)::int from organisation c where c.parent_id = o.organisation_id) as child_count,
  m.members, m.as_of::text as members_as_of,
  (select coalesce(jsonb_agg(a.name order by length(a.path)), '[]'::jsonb) from organisation a
   where o.path like a.path || '%' and a.organisation_id <> o.organisation_id) as above
from organisation o
left join lateral (
  select f.value::bigint as members, f.as_of from organisation_figure f
  where f.organisation_id = o.organisation_id and f.figure = 'members' and f.as_of <= :today::date
  order by f.as_of desc limit 1) m on true
where o.path > :after and strpos(o.name, :search) > 0
  and (:parentId::uuid is null or o.parent_id = :parentId::uuid)
  and (:everything or exists (
    select from unnest(:paths::text[]) as p(path) where o.path like p.path || '%'))
  and (:search <> '' or :parentId::uuid is not null
    or case when :everything then o.parent_id is null else o.path = any(:paths::text[]) end)
order by o.path limit :limit;
