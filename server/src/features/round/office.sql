-- name: officeStock
-- Live rounds with every share of their stock, in the order vouchers are given out.
select r.number, r.round_id, r.state, r.content_hash, r.prepared_by, s.kind, s.fund_id, s.face_fen,
  s.quantity, s.issued
from round r join round_stock s using (round_id)
where r.programme_id = :programmeId and r.state <> 'cancelled'
order by r.number, s.kind, s.position;

-- name: openRestarts
-- Stopped rounds that somebody wants to go on with.
select x.restart_id, x.round_id, x.reason, x.prepared_by, x.created_at
from round_restart x join round r using (round_id)
where r.programme_id = :programmeId and x.state = 'prepared';

-- name: moneyOfPools
-- What an adjustment could draw on, by pool.
select f.pool, coalesce(sum(b.balance_fen), 0)::bigint as available_fen,
  coalesce(sum(d.balance_fen), 0)::bigint as expired_fen
from fund f
left join account a on a.fund_id = f.fund_id and a.kind = 'available'
left join account_balance b on b.account_id = a.account_id
left join account_fold d on d.fund_id = f.fund_id and d.kind = 'return_due'
where f.programme_id = :programmeId group by f.pool;

-- name: liveStock
-- A few rows and no voucher: it is asked every second while claims run.
select s.kind, sum(s.quantity)::int as quantity, sum(s.issued)::int as issued
from round_stock s where s.round_id = :roundId group by s.kind order by s.kind;
