-- name: lockAccountsOfConsents
-- Two answers at once take turns; an ended account answers nothing. In order, so that two groups
-- never wait for each other in a circle.
select a.resident_account_id
from (select i from unnest(:residentAccountIds::uuid[]) as i order by i) w
  cross join lateral (select n.* from resident_account n
    where n.resident_account_id = w.i for update offset 0) a
where a.ended_at is null;

-- name: endConsents
-- The answers so far stay as history. Each found by its own key (limit 1).
update consent set ended_at = :now::timestamptz
where consent_id = any(array(
  select c.consent_id
  from unnest(:residentAccountIds::uuid[], :purposes::text[]) as w(resident_account_id, purpose)
    cross join lateral (select n.consent_id from consent n
      where n.resident_account_id = w.resident_account_id and n.purpose = w.purpose
        and n.ended_at is null limit 1) c));

-- name: insertConsents
-- one_standing_answer_per_purpose stands behind the lock.
insert into consent (consent_id, resident_account_id, purpose, version, answer, answered_at)
select n.consent_id, n.resident_account_id, n.purpose, n.version, n.answer, :now::timestamptz
from unnest(:consentIds::uuid[], :residentAccountIds::uuid[], :purposes::text[],
    :versions::int[], :answers::text[])
  as n(consent_id, resident_account_id, purpose, version, answer);

-- name: standingConsents
-- What was answered last, purpose by purpose.
select w.resident_account_id, c.purpose, c.version, c.answer, c.answered_at
from unnest(:residentAccountIds::uuid[]) as w(resident_account_id)
  cross join lateral (select n.* from consent n
    where n.resident_account_id = w.resident_account_id and n.ended_at is null offset 0) c;
