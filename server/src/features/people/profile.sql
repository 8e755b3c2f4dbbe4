-- name: findPerson
-- The natural person behind an account.
select p.envelope, p.key_id, p.identity_basis from person p where p.person_id = :personId;

-- name: listAccesses
-- Who was shown this person's data: alone, or among others.
select e.event_id, e.at, e.actor_kind, e.body ->> 'reason' as reason, o.name as organisation
from (
  select v.event_id, v.at, v.actor_kind, v.actor_id, v.body from event v
  where v.subject_kind = 'person' and v.subject_id = :personId and v.kind = 'personal_data.shown'
  union all
  select v.event_id, v.at, v.actor_kind, v.actor_id, v.body from event v
  where v.subject_kind in ('persons', 'roster') and v.kind = 'personal_data.shown'
    and v.items ? :personId
) e
left join staff s on e.actor_kind = 'staff' and s.staff_id::text = e.actor_id
left join organisation o on o.organisation_id = s.organisation_id
where :before::bigint is null or e.event_id < :before::bigint
order by e.event_id desc limit :limit;

-- name: listOwnEntitlements
-- The lists on which somebody stands: bound to him, or waiting under his number or phone and name.
select p.code, p.title, e.programme_id, e.source, e.amount_fen, e.state, e.bound_at
from entitlement e join programme p using (programme_id)
where e.person_id = :personId::uuid and e.state <> 'imported'
union all
select p.code, p.title, e.programme_id, e.source, e.amount_fen, e.state, e.bound_at
from person n
join resident_account a on a.person_id = n.person_id and a.ended_at is null
join entitlement e on e.person_id is null and (e.identity_index = n.identity_index
  or (e.identity_index is null and e.phone_index = a.phone_index and e.name_index = a.name_index))
join programme p on p.programme_id = e.programme_id
where n.person_id = :personId::uuid and e.state in ('confirmed', 'committed', 'returned')
limit 100;
