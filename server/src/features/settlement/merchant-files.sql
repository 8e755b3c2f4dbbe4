-- name: tradesOfMerchant
-- Redemptions and refunds of one merchant in a span of time, in the order they happened.
select e.at, e.trade, e.redemption_id, e.refund_id, s.name as shop_name, e.terminal_id, e.order_fen,
  e.voucher_fen, e.cash_fen, o.name as funder_name
from (
  select r.decided_at as at, 'redemption' as trade, r.redemption_id, null::uuid as refund_id,
    r.shop_id, r.terminal_id, r.fund_id, r.order_fen, r.deduction_fen as voucher_fen, r.cash_fen
  from redemption r
  where r.programme_id = :programmeId and r.merchant_id = :merchantId
    and r.state in ('committed', 'reversed')
    and r.decided_at >= :from::timestamptz and r.decided_at < :before::timestamptz
  union all
  select f.at, f.kind, f.redemption_id, f.refund_id, r.shop_id, r.terminal_id, r.fund_id,
    f.amount_fen, f.voucher_fen, f.cash_fen
  from refund f join redemption r using (person_id, redemption_id)
  where r.programme_id = :programmeId and r.merchant_id = :merchantId
    and f.at >= :from::timestamptz and f.at < :before::timestamptz
) e
join shop s using (shop_id) join fund u using (fund_id)
join organisation o on o.organisation_id = u.funder_id
order by e.at, e.redemption_id, e.refund_id limit :limit;

-- name: paidByDay
-- What the bank paid the merchant, by the day its receipt was applied, and what came back.
select (p.decided_at at time zone 'Asia/Shanghai')::date as day,
  sum(p.amount_fen)::bigint as paid_fen
from payout p join settlement_run r using (run_id)
where r.programme_id = :programmeId and p.merchant_id = :merchantId and p.state = 'paid'
  and p.decided_at >= :from::timestamptz and p.decided_at < :before::timestamptz
group by 1 order by 1;
