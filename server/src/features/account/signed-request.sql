-- name: findTill
-- A till, for the check of its signature; a released one is told so once it has proved itself.
select t.terminal_id, t.shop_id, s.merchant_id, t.secret, t.key_id, t.state
from terminal t join shop s on s.shop_id = t.shop_id
where t.terminal_id = :terminalId;

-- name: spendNonce
-- A signed request counts once; its nonce is kept until its timestamp is too old anyway.
insert into spent_nonce (purpose, nonce, spent_at, expires_at)
values ('signed_request', :nonce, :now::timestamptz, :expiresAt::timestamptz)
on conflict do nothing;
