-- name: listShopRedemptions
-- A shop's tries of one span, newest first, through the index of each of its tills; with what went
-- back of them since.
select r.redemption_id, r.state, r.payment, r.order_fen, r.deduction_fen, r.cash_fen, r.tried_at,
  r.decided_at, r.cashier_id, r.terminal_label, v.version_id, v.kind, p.envelope, p.key_id,
  s.envelope as cashier_envelope, s.key_id as cashier_key_id,
  coalesce(f.refunded_fen, 0)::bigint as refunded_fen,
  coalesce(f.refunded_voucher_fen, 0)::bigint as refunded_voucher_fen
from (
  select o.*, t.label as terminal_label
  from terminal t
  cross join lateral (
    select * from redemption d
    where d.terminal_id = t.terminal_id and d.tried_at >= :from::timestamptz
      and d.tried_at < :before::timestamptz
      and (d.tried_at, d.redemption_id) < (:lastAt::timestamptz, :lastId::uuid)
    order by d.tried_at desc, d.redemption_id desc limit :limit
  ) o
  where t.shop_id = :shopId
  order by o.tried_at desc, o.redemption_id desc limit :limit
) r
join voucher v on v.person_id = r.person_id and v.voucher_id = r.voucher_id
join person p on p.person_id = r.person_id
left join staff s on s.staff_id = r.cashier_id
left join lateral (
  select sum(b.amount_fen) as refunded_fen, sum(b.voucher_fen) as refunded_voucher_fen
  from refund b where b.person_id = r.person_id and b.redemption_id = r.redemption_id
) f on true
order by r.tried_at desc, r.redemption_id desc;

-- name: sumShopDay
-- What each cashier took and gave back in a span: sales by the instant they were decided, refunds
-- by theirs, under whoever gave the money back.
select e.cashier_id, s.envelope, s.key_id,
  count(*) filter (where e.is_sale)::int as redemptions,
  coalesce(sum(e.order_fen) filter (where e.is_sale), 0)::bigint as order_fen,
  coalesce(sum(e.voucher_fen) filter (where e.is_sale), 0)::bigint as voucher_fen,
  coalesce(sum(e.cash_fen) filter (where e.is_sale and e.payment = 'merchant'), 0)::bigint
    as collected_fen,
  coalesce(sum(e.cash_fen) filter (where e.is_sale and e.payment = 'network'), 0)::bigint
    as network_fen,
  count(*) filter (where not e.is_sale)::int as refunds,
  coalesce(sum(e.order_fen) filter (where not e.is_sale), 0)::bigint as refunded_fen,
  coalesce(sum(e.voucher_fen) filter (where not e.is_sale), 0)::bigint as refunded_voucher_fen,
  coalesce(sum(e.cash_fen) filter (where not e.is_sale and e.payment = 'merchant'), 0)::bigint
    as refunded_collected_fen
from (
  select true as is_sale, r.cashier_id, r.payment, r.order_fen, r.deduction_fen as voucher_fen,
    r.cash_fen
  from redemption r
  where r.merchant_id = :merchantId and r.shop_id = :shopId
    and r.state in ('committed', 'reversed')
    and r.decided_at >= :from::timestamptz and r.decided_at < :before::timestamptz
  union all
  select false, coalesce(f.cashier_id, r.cashier_id), r.payment, f.amount_fen, f.voucher_fen,
    f.cash_fen
  from refund f join redemption r using (person_id, redemption_id)
  where r.merchant_id = :merchantId and r.shop_id = :shopId
    and f.at >= :from::timestamptz and f.at < :before::timestamptz
) e
left join staff s on s.staff_id = e.cashier_id
group by e.cashier_id, s.envelope, s.key_id
order by e.cashier_id;

-- name: countUndecided
-- Payments that nobody has decided yet: the day's totals are not final while there are any.
select count(*)::int as undecided
from terminal t join redemption r on r.terminal_id = t.terminal_id
where t.shop_id = :shopId and r.state in ('tried', 'sent')
  and r.tried_at >= :from::timestamptz and r.tried_at < :before::timestamptz;
