-- name: spendNonce
-- A callback counts once, however often it is delivered.
insert into spent_nonce (purpose, nonce, spent_at, expires_at)
values ('network-callback', :nonce, :now::timestamptz, :keptUntil::timestamptz)
on conflict do nothing;
