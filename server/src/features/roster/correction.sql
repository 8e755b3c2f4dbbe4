-- name: findRows
-- By exact keyed index only: nobody leafs through a list.
select e.entitlement_id, e.row_number, e.state, e.envelope, e.key_id, e.person_id
from entitlement e
where e.roster_id = :rosterId
  and (e.identity_index = :identityIndex or e.phone_index = :phoneIndex)
order by e.row_number limit 20;

-- name: lockEntitlement
-- With its list, whose hash changes with the row.
select e.entitlement_id, e.roster_id, e.programme_id, e.source, e.state, e.envelope, e.key_id,
  e.person_id, e.identity_index, r.state as roster_state
from entitlement e join roster r using (roster_id)
where e.entitlement_id = :entitlementId for update of e, r;

-- name: correctEntitlement
-- One of name and phone is mistyped; whoever was meant is still recognised by the other.
update entitlement e set envelope = :envelope, key_id = :keyId, phone_index = :phoneIndex,
  name_index = :nameIndex
where e.entitlement_id = :entitlementId;

-- name: findVerifiedHolder
-- The person who has been waiting for this correction, if he is verified already.
select p.person_id, p.identity_index, a.phone_index, a.name_index
from resident_account a join person p using (person_id)
where a.ended_at is null and p.identity_index is not null
  and ((:identityIndex::bytea is not null and p.identity_index = :identityIndex)
    or (:identityIndex::bytea is null and a.phone_index = :phoneIndex
      and a.name_index = :nameIndex))
limit 1;
