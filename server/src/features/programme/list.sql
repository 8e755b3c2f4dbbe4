-- name: listProgrammes
-- Newest first, of those in reach: parties see theirs, unions those of their subtree and those in
-- which somebody of their subtree takes part.
select p.programme_id, p.code, p.title, p.organiser_id, o.name as organiser_name, p.state,
  p.current_version_id, p.created_at
from programme p join organisation o on o.organisation_id = p.organiser_id
where (:state::text is null or p.state = :state)
  and (:everything or p.programme_id = any(:programmeIds::uuid[])
    or exists (select 1 from unnest(:paths::text[]) as r(path) where o.path like r.path || '%')
    or exists (select 1 from programme_party y join organisation yo using (organisation_id)
      join unnest(:paths::text[]) as r(path) on yo.path like r.path || '%'
      where y.programme_id = p.programme_id))
  and (:before::uuid is null or p.programme_id < :before::uuid)
order by p.programme_id desc limit :limit;

-- name: findProgramme
-- What everybody inside the scope may know of a programme.
select p.programme_id, p.code, p.title, p.organiser_id, o.name as organiser_name, p.state,
  p.current_version_id, p.created_at
from programme p join organisation o on o.organisation_id = p.organiser_id
where p.programme_id = :programmeId;

-- name: findByCode
-- People name a programme by its code, never by its id.
select programme_id from programme where code = :code;

-- name: listVersions
-- The texts stay away: a version is read one by one.
select v.version_id, v.number, v.state, v.content_hash, v.extends_version_id, v.prepared_by,
  v.approved_by, v.created_at, v.effective_from, jsonb_array_length(v.findings) as finding_count,
  po.name as prepared_at_name, ao.name as approved_at_name
from programme_version v
left join staff ps on ps.staff_id = v.prepared_by
left join organisation po on po.organisation_id = ps.organisation_id
left join staff ap on ap.staff_id = v.approved_by
left join organisation ao on ao.organisation_id = ap.organisation_id
where v.programme_id = :programmeId order by v.number desc limit 200;

-- name: namesOf
-- People know organisations by name.
select o.organisation_id, o.name from organisation o
where o.organisation_id = any(:organisationIds::uuid[]);

-- name: listPublic
-- What anybody may read: programmes that were ever published.
select p.programme_id, p.code, p.state from programme p
where p.state <> 'draft' and (:before::uuid is null or p.programme_id < :before::uuid)
order by p.programme_id desc limit :limit;
