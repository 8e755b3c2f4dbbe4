-- name: weeklyMoney
-- From the ledger: what reached wallets, and what of it became owed to shops, by week from Monday.
-- Value that a refund gave back to a wallet is not issued a second time.
select to_char(date_trunc('week', t.day), 'YYYY-MM-DD') as week,
  coalesce(sum(t.amount_fen) filter (where t.kind in ('claimed', 'issued')), 0)::bigint
    as issued_fen,
  coalesce(sum(t.amount_fen) filter (where t.kind = 'redeemed'), 0)::bigint as used_fen
from transfer t
join account s on s.account_id = t.source_id
join fund f on f.fund_id = s.fund_id
where f.programme_id = :programmeId and t.kind in ('claimed', 'issued', 'redeemed')
  and t.at < :before::timestamptz
group by 1 order by 1;

-- name: weeklyIssued
-- How many vouchers that was: the subledger beside the ledger's money.
select to_char(date_trunc('week', v.issued_at at time zone 'Asia/Shanghai'), 'YYYY-MM-DD') as week,
  count(*)::int as count
from voucher v
where v.programme_id = :programmeId and v.issued_at < :before::timestamptz
group by 1;

-- name: weeklyUsed
-- How many were redeemed, also of those that were reversed later: the week stays as it was.
select to_char(date_trunc('week', r.decided_at at time zone 'Asia/Shanghai'), 'YYYY-MM-DD') as week,
  count(*)::int as count
from redemption r
where r.programme_id = :programmeId and r.state in ('committed', 'reversed')
  and r.decided_at < :before::timestamptz
group by 1;
