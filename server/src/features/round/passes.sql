-- name: spendNonces
-- A captcha pass buys one claim: whoever comes second with it spends nothing. What was spent is
-- told only where something was not.
with spent as (
  insert into spent_nonce (nonce_key, expires_at)
  select n, :now::timestamptz + interval '10 minutes'
  from unnest(:nonceKeys::uuid[]) as n order by n
  on conflict do nothing
  returning nonce_key
)
select case when count(*) < cardinality(:nonceKeys::uuid[])
  then coalesce(array_agg(nonce_key), '{}') end as nonce_keys
from spent;

-- name: returnNonces
-- Of claims that were refused in this same transaction: it alone has spent them.
delete from spent_nonce where nonce_key = any(:nonceKeys::uuid[]);
