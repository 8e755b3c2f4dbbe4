-- name: findPersonsByIdentity
-- By either key while a rotation is under way; each by itself (offset 0).
select w.line::integer, p.person_id
from unnest(:identityIndexes::bytea[], :identityIndexesNext::bytea[]) with ordinality
    as w(identity_index, identity_index_next, line)
  cross join lateral (select n.person_id from person n
    where n.identity_index = w.identity_index or n.identity_index_next = w.identity_index_next
    limit 1) p;

-- name: insertPersons
-- Two accounts of one person verified at once make one person. In order, so that two groups never
-- wait for each other in a circle.
insert into person (person_id, envelope, key_id, identity_index, identity_index_next,
  identity_basis, created_at)
select n.person_id, n.envelope, :keyId, n.identity_index, n.identity_index_next, :basis,
  :now::timestamptz
from unnest(:personIds::uuid[], :envelopes::bytea[], :identityIndexes::bytea[],
    :identityIndexesNext::bytea[]) as n(person_id, envelope, identity_index, identity_index_next)
order by n.identity_index
on conflict do nothing;

-- name: confirmPersons
-- Persons known from a list have now proved who they are.
update person p set identity_basis = 'verified', envelope = w.envelope, key_id = :keyId
from unnest(:personIds::uuid[], :envelopes::bytea[]) as w(person_id, envelope)
where p.person_id = w.person_id;

-- name: insertAccounts
-- One live account per phone. In order, so that two groups never wait for each other in a circle.
insert into resident_account (resident_account_id, phone_index, envelope, key_id, created_at)
select n.resident_account_id, n.phone_index, n.envelope, :keyId, :now::timestamptz
from unnest(:residentAccountIds::uuid[], :phoneIndexes::bytea[], :envelopes::bytea[])
  as n(resident_account_id, phone_index, envelope)
order by n.phone_index
on conflict (phone_index) where ended_at is null do nothing;

-- name: findAccountsByPhone
-- Only the live account of a phone can be signed in to.
select a.resident_account_id, w.phone_index from unnest(:phoneIndexes::bytea[]) as w(phone_index)
  cross join lateral (select n.resident_account_id from resident_account n
    where n.phone_index = w.phone_index and n.ended_at is null offset 0) a;

-- name: lockAccounts
-- Locked so that two checks of one account do not link it to two persons; in order.
select a.resident_account_id, a.person_id, a.phone_index
from (select i from unnest(:residentAccountIds::uuid[]) as i order by i) w
  cross join lateral (select n.* from resident_account n
    where n.resident_account_id = w.i for update offset 0) a
where a.ended_at is null;

-- name: findAccounts
-- An ended account answers as none.
select a.resident_account_id, a.envelope, a.key_id, a.person_id, a.verified_at
from unnest(:residentAccountIds::uuid[]) as w(resident_account_id)
  cross join lateral (select n.* from resident_account n
    where n.resident_account_id = w.resident_account_id offset 0) a
where a.ended_at is null;

-- name: linkAccounts
-- Set once. Said so that those without a person are not looked for among all.
update resident_account a set person_id = w.person_id, name_index = w.name_index,
  verified_at = :now::timestamptz
from unnest(:residentAccountIds::uuid[], :personIds::uuid[], :nameIndexes::bytea[])
  as w(resident_account_id, person_id, name_index)
where a.resident_account_id = w.resident_account_id
  and coalesce(a.person_id, w.person_id) = w.person_id;
