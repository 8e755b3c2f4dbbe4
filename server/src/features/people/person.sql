-- name: findPersonByIdentity
-- By either key while a rotation is under way.
select p.person_id from person p
where p.identity_index = :identityIndex or p.identity_index_next = :identityIndexNext
limit 1;

-- name: insertPerson
-- Two accounts of one person verified at once make one person.
insert into person (person_id, envelope, key_id, identity_index, identity_index_next,
  identity_basis, created_at)
values (:personId, :envelope, :keyId, :identityIndex, :identityIndexNext, :basis,
  :now::timestamptz)
on conflict do nothing;

-- name: confirmPerson
-- A person known from a list has now proved who he is.
update person set identity_basis = 'verified', envelope = :envelope, key_id = :keyId
where person_id = :personId;

-- name: insertAccount
-- One live account per phone.
insert into resident_account (resident_account_id, phone_index, envelope, key_id, created_at)
values (:residentAccountId, :phoneIndex, :envelope, :keyId, :now::timestamptz)
on conflict (phone_index) where ended_at is null do nothing;

-- name: findAccountByPhone
-- Only the live account of a phone can be signed in to.
select a.resident_account_id from resident_account a
where a.phone_index = :phoneIndex and a.ended_at is null;

-- name: lockAccount
-- Locked so that two checks of one account do not link it to two persons.
select a.envelope, a.key_id, a.person_id, a.phone_index from resident_account a
where a.resident_account_id = :residentAccountId and a.ended_at is null
for update;

-- name: findAccount
-- An ended account answers as none.
select a.envelope, a.key_id, a.person_id, a.verified_at from resident_account a
where a.resident_account_id = :residentAccountId and a.ended_at is null;

-- name: linkAccount
-- Set once.
update resident_account set person_id = :personId, name_index = :nameIndex,
  verified_at = :now::timestamptz
where resident_account_id = :residentAccountId and person_id is null;
