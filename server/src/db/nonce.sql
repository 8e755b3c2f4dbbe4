-- name: spendNonces
-- Each counts once, for whoever comes first. In their order, so that two groups never wait for each
-- other in a circle. What was spent is told only where something was not.
with spent as (
  insert into spent_nonce (nonce_key, expires_at)
  select n, :expiresAt::timestamptz from unnest(:nonceKeys::uuid[]) as n order by n
  on conflict do nothing
  returning nonce_key
)
select case when count(*) < cardinality(:nonceKeys::uuid[])
  then coalesce(array_agg(nonce_key), '{}') end as nonce_keys
from spent;

-- name: returnNonces
-- Of what was refused in the transaction that spent them: it alone has spent them.
delete from spent_nonce where nonce_key = any(:nonceKeys::uuid[]);

-- name: purgeNonces
-- A nonce is remembered for as long as what bore it could be used.
delete from spent_nonce where expires_at < :now::timestamptz;
