-- name: returnToPay
-- To the fund's own return account, out of the special account its money lies in.
select r.return_id as payout_id, r.amount_fen, r.state, f.return_account as account,
  f.return_account_key_id as key_id, f.programme_id, p.code as programme_code,
  (select o.account_number from funding_order_line l join funding_order o using (funding_order_id)
    where l.fund_id = f.fund_id and o.state = 'confirmed'
    order by o.confirmed_at, o.funding_order_id limit 1) as payer_account
from fund_return r join fund f using (fund_id) join programme p using (programme_id)
where r.return_id = :returnId;

-- name: returnsToPay
-- Approved ones leave, sent ones wait for their answer.
select r.return_id, r.state from fund_return r where r.state in ('approved', 'sent')
order by r.created_at, r.return_id limit 500;

-- name: overdueReturns
-- Under way past the last day that the plan's working days allow; a failed one is due again.
select r.return_id, r.fund_id, r.amount_fen, r.state, r.return_by,
  (:today::date - r.return_by)::int as days_late
from fund_return r join fund f using (fund_id)
where f.programme_id = :programmeId and r.return_by < :today::date
  and r.state in ('prepared', 'approved', 'sent')
order by r.return_by, r.return_id limit 1000;

-- name: unpreparedReturns
-- Money that is due back and for which nobody has prepared a return in time.
select f.fund_id, b.balance_fen as amount_fen, c.return_by,
  (:today::date - c.return_by)::int as days_late
from fund f
join account_fold b on b.fund_id = f.fund_id and b.kind = 'return_due' and b.balance_fen > 0
join programme_closing c on c.programme_id = f.programme_id
where f.programme_id = :programmeId and c.return_by < :today::date
  and not exists (select from fund_return r where r.fund_id = f.fund_id
    and r.state in ('prepared', 'approved', 'sent'))
order by f.fund_id limit 1000;
