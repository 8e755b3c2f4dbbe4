-- name: findWithBefore
-- Only what was once approved counts as before: drafts that were rejected never were in force.
select v.plan, v.effective_from, p.state, b.version_id as before_id, b.number as before_number,
  b.plan as before_plan
from programme_version v
join programme p on p.programme_id = v.programme_id
left join lateral (
  select w.version_id, w.number, w.plan from programme_version w
  where w.programme_id = v.programme_id and w.number < v.number
    and w.state in ('approved', 'superseded')
  order by w.number desc limit 1
) b on true
where v.version_id = :versionId;
