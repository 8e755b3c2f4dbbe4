-- name: findTills
-- Tills, for the check of their signatures; a released one is told so once it has proved itself.
select t.terminal_id, t.shop_id, s.merchant_id, t.secret, t.key_id, t.state
from terminal t join shop s on s.shop_id = t.shop_id
where t.terminal_id = any(:terminalIds::uuid[]);

-- name: spendNonces
-- A signed request counts once; its nonce is kept until its timestamp is too old anyway. In their
-- order, so that two groups never wait for each other in a circle.
insert into spent_nonce (purpose, nonce, spent_at, expires_at)
select 'signed_request', w.nonce, :now::timestamptz, w.ends_at
from unnest(:nonces::text[], :ends::timestamptz[]) as w(nonce, ends_at)
order by w.nonce
on conflict do nothing
returning nonce;
