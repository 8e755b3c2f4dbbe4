-- name: lockAccountOfConsents
-- Two answers at once take turns; an ended account answers nothing.
select a.resident_account_id from resident_account a
where a.resident_account_id = :residentAccountId and a.ended_at is null
for update;

-- name: endConsent
-- The answer so far stays as history.
update consent set ended_at = :now::timestamptz
where resident_account_id = :residentAccountId and purpose = :purpose and ended_at is null;

-- name: insertConsent
-- one_standing_answer_per_purpose stands behind the lock.
insert into consent (consent_id, resident_account_id, purpose, version, answer, answered_at)
values (:consentId, :residentAccountId, :purpose, :version, :answer, :now::timestamptz);

-- name: standingConsents
-- What was answered last, purpose by purpose.
select c.purpose, c.version, c.answer, c.answered_at from consent c
where c.resident_account_id = :residentAccountId and c.ended_at is null;
