-- name: insertSmsCodes
-- Only a keyed hash of a code is kept.
insert into sms_code (sms_code_id, phone_index, code_hash, created_at, expires_at)
select n.sms_code_id, n.phone_index, n.code_hash, :now::timestamptz, :expiresAt::timestamptz
from unnest(:smsCodeIds::uuid[], :phoneIndexes::bytea[], :codeHashes::bytea[])
  as n(sms_code_id, phone_index, code_hash);

-- name: trySmsCodes
-- Only the newest code of a phone counts, five times at most; the try is counted before it is
-- judged, so that many at once stay five.
update sms_code set tries = tries + 1
where sms_code_id = any(array(
    select n.sms_code_id from unnest(:phoneIndexes::bytea[]) as w(phone_index)
      cross join lateral (select c.sms_code_id from sms_code c
        where c.phone_index = w.phone_index
        order by c.created_at desc, c.sms_code_id desc limit 1) n))
  and used_at is null and expires_at > :now::timestamptz and tries < 5
returning sms_code_id, phone_index, code_hash;

-- name: useSmsCodes
-- A code works once.
update sms_code set used_at = :now::timestamptz
where sms_code_id = any(:smsCodeIds::uuid[]) and used_at is null;
