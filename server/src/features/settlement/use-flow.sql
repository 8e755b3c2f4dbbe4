-- name: useFlow
-- What one funder's vouchers were used for on one day, in the order it happened.
select coalesce(v.batch_id, v.origin_id) as batch_id, v.voucher_id, v.kind, r.deduction_fen,
  r.order_fen, r.redemption_id, r.decided_at as at, r.merchant_id, r.terminal_id, r.cash_fen,
  o.name as funder_name, s.region_code
from redemption r
join voucher v on v.person_id = r.person_id and v.voucher_id = r.voucher_id
join fund f on f.fund_id = r.fund_id
join organisation o on o.organisation_id = f.funder_id
join shop s on s.shop_id = r.shop_id
where r.programme_id = :programmeId and f.funder_id = :funderId
  and r.state in ('committed', 'reversed')
  and r.decided_at >= :from::timestamptz and r.decided_at < :before::timestamptz
order by r.decided_at, r.redemption_id limit :limit;

-- name: refundFlow
-- The same of what went back that day.
select coalesce(v.batch_id, v.origin_id) as batch_id, v.voucher_id, v.kind, r.deduction_fen,
  r.order_fen, r.redemption_id, r.decided_at as at, r.merchant_id, r.terminal_id, r.cash_fen,
  o.name as funder_name, s.region_code, b.refund_id, b.amount_fen as refund_fen,
  b.voucher_fen as refund_voucher_fen, b.at as refunded_at
from refund b
join redemption r on r.person_id = b.person_id and r.redemption_id = b.redemption_id
join voucher v on v.person_id = r.person_id and v.voucher_id = r.voucher_id
join fund f on f.fund_id = r.fund_id
join organisation o on o.organisation_id = f.funder_id
join shop s on s.shop_id = r.shop_id
where r.programme_id = :programmeId and f.funder_id = :funderId
  and b.at >= :from::timestamptz and b.at < :before::timestamptz
order by b.at, b.refund_id limit :limit;
