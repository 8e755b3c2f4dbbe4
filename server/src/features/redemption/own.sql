-- name: listOwn
-- Newest first by the ids, which begin with their time; the person's key finds them.
select r.redemption_id, r.voucher_id, v.programme_id, v.version_id, v.kind,
  s.name as shop_name, r.state, r.order_fen,
  r.deduction_fen, r.cash_fen, r.tried_at, r.decided_at,
  (select coalesce(sum(b.amount_fen), 0)::bigint from refund b
    where b.person_id = r.person_id and b.redemption_id = r.redemption_id) as refunded_fen
from redemption r
join voucher v on v.person_id = r.person_id and v.voucher_id = r.voucher_id
join shop s on s.shop_id = r.shop_id
where r.person_id = :personId and (:before::uuid is null or r.redemption_id < :before::uuid)
order by r.redemption_id desc limit :limit;

-- name: listRefunds
-- In the order in which they were given.
select b.redemption_id, b.kind, b.amount_fen, b.cash_fen, b.voucher_fen, b.outcome, b.usable_from,
  b.at
from refund b
where b.person_id = :personId and b.redemption_id = any(:redemptionIds::uuid[])
order by b.refund_id;
