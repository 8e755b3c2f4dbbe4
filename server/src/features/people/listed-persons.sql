-- name: ensureListedPersons
-- A list of record names its people by ID number: whoever is not known yet becomes a person. Two
-- rosters at once make one person of one number; in the order of the index, so that they wait for
-- each other and never in a circle.
insert into person (person_id, envelope, key_id, identity_index, identity_basis, created_at)
select new_id(), e.envelope, e.key_id, e.identity_index, 'list_of_record', :now::timestamptz
from entitlement e
where e.roster_id = :rosterId and e.row_number >= :from and e.row_number < :to
  and e.identity_index is not null and e.state = 'imported'
  and not exists (select from person p where p.identity_index = e.identity_index)
order by e.identity_index
on conflict do nothing;
