-- name: findTills
-- Tills, for the check of their signatures; a released one is told so once it has proved itself.
select t.terminal_id, t.shop_id, s.merchant_id, t.secret, t.key_id, t.state,
  (select business_now()) as now
from terminal t join shop s on s.shop_id = t.shop_id
where t.terminal_id = any(:terminalIds::uuid[]);

-- name: spendNonces
-- A signed request counts once; its nonce is kept until its timestamp is too old anyway. In their
-- order, so that two groups never wait for each other in a circle. What was spent is told only
-- where something was not.
with spent as (
  insert into spent_nonce (nonce_key, expires_at)
  select w.nonce_key, w.ends_at
  from unnest(:nonceKeys::uuid[], :ends::timestamptz[]) as w(nonce_key, ends_at)
  order by w.nonce_key
  on conflict do nothing
  returning nonce_key
)
select case when count(*) < cardinality(:nonceKeys::uuid[])
  then coalesce(array_agg(nonce_key), '{}') end as nonce_keys
from spent;
