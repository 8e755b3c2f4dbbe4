-- name: insertRedemptions
-- The last word on who may take a voucher is this statement's own: programme, merchant, admission,
-- category, region, shop, terminal, cashier and dishonesty list as they are now. What is not
-- returned was barred meanwhile. An admission is looked up by its key; joined, each till was
-- compared with all merchants of the programme.
insert into redemption (person_id, redemption_id, voucher_id, programme_id, fund_id, merchant_id,
  shop_id, terminal_id, cashier_id, order_fen, deduction_fen, cash_fen, state, payment, tried_at,
  void_at)
select w.person_id, w.redemption_id, w.voucher_id, w.programme_id, w.fund_id, m.merchant_id,
  s.shop_id, t.terminal_id, k.staff_id, w.order_fen, w.deduction_fen, w.order_fen - w.deduction_fen,
  'tried', w.payment, :now::timestamptz, w.void_at
from unnest(:redemptionIds::uuid[], :personIds::uuid[], :voucherIds::uuid[], :programmeIds::uuid[],
    :fundIds::uuid[], :terminalIds::uuid[], :cashierIds::uuid[], :orders::bigint[],
    :deductions::bigint[], :payments::text[], :voidAts::timestamptz[], :regions::text[],
    :categories::text[], :networks::boolean[], :dishonestBarred::boolean[])
  as w(redemption_id, person_id, voucher_id, programme_id, fund_id, terminal_id, cashier_id,
    order_fen, deduction_fen, payment, void_at, region, category, is_network, is_dishonest_barred)
join terminal t on t.terminal_id = w.terminal_id and t.state = 'bound'
join shop s on s.shop_id = t.shop_id and s.state = 'open' and starts_with(s.region_code, w.region)
join merchant m on m.merchant_id = s.merchant_id and m.state = 'active'
join cashier k on k.shop_id = s.shop_id and k.staff_id = w.cashier_id and k.state = 'active'
join programme p on p.programme_id = w.programme_id and p.state = 'published'
left join lateral (
  select o.* from programme_merchant o
  where o.programme_id = w.programme_id and o.merchant_id = m.merchant_id offset 0
) a on true
where (coalesce(a.state = 'approved' and a.category is not distinct from w.category, false)
    or (a.merchant_id is null and w.is_network and m.acceptance_mark))
  and not (w.is_dishonest_barred and exists (select 1 from dishonesty_listing d
    where d.uscc = m.uscc and d.approved_by is not null and d.ended_at is null))
returning redemption_id, merchant_id, shop_id;
