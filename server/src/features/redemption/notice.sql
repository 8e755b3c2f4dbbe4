-- name: spendNonce
-- A callback counts once, however often it is delivered.
insert into spent_nonce (nonce_key, expires_at)
values (:nonceKey, :keptUntil::timestamptz)
on conflict do nothing;
