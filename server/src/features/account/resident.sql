-- name: insertSmsCode
-- Only a keyed hash of the code is kept.
insert into sms_code (sms_code_id, phone_index, code_hash, created_at, expires_at)
values (:smsCodeId, :phoneIndex, :codeHash, :now::timestamptz, :expiresAt::timestamptz);

-- name: trySmsCode
-- Only the newest code of a phone counts, five times at most; the try is counted before it is
-- judged, so that many at once stay five.
update sms_code set tries = tries + 1
where sms_code_id = (
    select c.sms_code_id from sms_code c
    where c.phone_index = :phoneIndex order by c.created_at desc, c.sms_code_id desc limit 1)
  and used_at is null and expires_at > :now::timestamptz and tries < 5
returning sms_code_id, code_hash;

-- name: useSmsCode
-- A code works once.
update sms_code set used_at = :now::timestamptz
where sms_code_id = :smsCodeId and used_at is null;
