-- name: poolMoney
-- What each pool that ever got money may still give: available, or set aside and not issued. Both
-- keep their balance, so nothing is folded.
select f.pool, sum(b.balance_fen)::bigint as left_fen
from fund f
join account a on a.fund_id = f.fund_id and a.kind in ('available', 'committed')
join account_balance b on b.account_id = a.account_id
where f.programme_id = :programmeId group by f.pool order by f.pool;
