-- name: eventsOfSubject
-- What was done to the object itself, and what moved money with reference to it; by index each.
with near as (
  (select e.event_id from event e
   where e.subject_kind = :subjectKind and e.subject_id = :subjectId
     and e.event_id < :before order by e.event_id desc limit :limit)
  union
  (select t.event_id from transfer t
   where t.reference_kind = :subjectKind and t.reference_id = :subjectId
     and t.event_id < :before order by t.event_id desc limit :limit)
), reached as (
  select p.programme_id from programme p
  join organisation o on o.organisation_id = p.organiser_id
  where p.programme_id = any(:programmeIds::uuid[]) or o.path like any(:paths::text[])
)
select e.event_id, e.at, e.actor_kind, e.actor_id, s.login_name, o.name as organisation, e.kind,
  e.subject_kind, e.subject_id, e.programme_id, e.body,
  coalesce(jsonb_array_length(e.items), 0) as items,
  (select coalesce(sum(t.amount_fen), 0)::bigint from transfer t where t.event_id = e.event_id)
    as moved_fen
from near join event e using (event_id)
left join staff s on e.actor_kind = 'staff' and s.staff_id::text = e.actor_id
left join organisation o on o.organisation_id = s.organisation_id
where :everything or e.programme_id in (select programme_id from reached)
  or (e.subject_kind = 'merchant' and e.subject_id = any(:merchantIds::text[]))
order by e.event_id desc limit :limit;

-- name: eventsOfProgramme
-- Everything done in one programme.
with near as (
  select e.* from event e where e.programme_id = :programmeId and e.event_id < :before
  order by e.event_id desc limit :limit
)
select e.event_id, e.at, e.actor_kind, e.actor_id, s.login_name, o.name as organisation, e.kind,
  e.subject_kind, e.subject_id, e.programme_id, e.body,
  coalesce(jsonb_array_length(e.items), 0) as items,
  (select coalesce(sum(t.amount_fen), 0)::bigint from transfer t where t.event_id = e.event_id)
    as moved_fen
from near e
left join staff s on e.actor_kind = 'staff' and s.staff_id::text = e.actor_id
left join organisation o on o.organisation_id = s.organisation_id
order by e.event_id desc;

-- name: eventsShowingPersons
-- Who was shown personal data, in the programmes that the reader may look into.
with reached as (
  select p.programme_id from programme p
  join organisation o on o.organisation_id = p.organiser_id
  where p.programme_id = any(:programmeIds::uuid[]) or o.path like any(:paths::text[])
)
select e.event_id, e.at, e.actor_kind, e.actor_id, s.login_name, o.name as organisation, e.kind,
  e.subject_kind, e.subject_id, e.programme_id, e.body,
  coalesce(jsonb_array_length(e.items), 0) as items, 0::bigint as moved_fen
from event e
left join staff s on e.actor_kind = 'staff' and s.staff_id::text = e.actor_id
left join organisation o on o.organisation_id = s.organisation_id
where e.kind = 'personal_data.shown' and e.event_id < :before
  and (:everything or e.programme_id in (select programme_id from reached)
    or exists (select 1 from roster r where e.subject_kind = 'roster'
      and r.roster_id::text = e.subject_id
      and r.programme_id in (select programme_id from reached)))
order by e.event_id desc limit :limit;

-- name: latestEvents
-- For those who may read everything.
with near as (
  select e.* from event e where e.event_id < :before order by e.event_id desc limit :limit
)
select e.event_id, e.at, e.actor_kind, e.actor_id, s.login_name, o.name as organisation, e.kind,
  e.subject_kind, e.subject_id, e.programme_id, e.body,
  coalesce(jsonb_array_length(e.items), 0) as items,
  (select coalesce(sum(t.amount_fen), 0)::bigint from transfer t where t.event_id = e.event_id)
    as moved_fen
from near e
left join staff s on e.actor_kind = 'staff' and s.staff_id::text = e.actor_id
left join organisation o on o.organisation_id = s.organisation_id
order by e.event_id desc;
