-- name: lockMerchants
-- Whoever changes what decides about a merchant waits for the redemptions under way, and they for
-- it; what it decided is read in a later statement.
select lock_merchant_shared(m.merchant_id)
from (
  select distinct s.merchant_id
  from unnest(:terminalIds::uuid[]) as w(terminal_id)
  join terminal t on t.terminal_id = w.terminal_id
  join shop s on s.shop_id = t.shop_id
  order by 1
) as m;

-- name: findTills
-- A till with all that can bar it; without row where the terminal is not known.
select w.n, t.terminal_id, t.state = 'bound' as is_bound, t.paused_until, s.shop_id,
  s.state = 'open' as is_open, s.region_code as shop_region, m.merchant_id,
  m.state as merchant_state,
  m.region_code as merchant_region, m.acceptance_mark,
  coalesce(k.state = 'active', false) as has_cashier,
  exists (select 1 from dishonesty_listing d
    where d.uscc = m.uscc and d.approved_by is not null and d.ended_at is null) as is_dishonest
from unnest(:numbers::int[], :terminalIds::uuid[], :cashierIds::uuid[])
  as w(n, terminal_id, cashier_id)
join terminal t on t.terminal_id = w.terminal_id
join shop s on s.shop_id = t.shop_id
join merchant m on m.merchant_id = s.merchant_id
left join cashier k on k.shop_id = s.shop_id and k.staff_id = w.cashier_id;

-- name: findUsable
-- The person's vouchers, or the picked one, that are unused and have not ended. Of those alike in
-- all that a choice goes by, the one that would be chosen: with the smallest id. The wallet is read
-- by its owner's key alone; given the choice, the ends of all vouchers were read for each person.
select w.n, v.voucher_id, v.programme_id, v.version_id, v.kind, v.fund_id, v.face_fen,
  'unused' as state, v.valid_from, v.valid_to, v.usable_from, p.state as programme_state,
  a.state as admission, a.category
from unnest(:numbers::int[], :personIds::uuid[], :voucherIds::uuid[], :merchantIds::uuid[])
  as w(n, person_id, voucher_id, merchant_id)
cross join lateral (
  select distinct on (o.valid_to, o.kind, o.version_id, o.fund_id, o.face_fen, o.has_begun) o.*
  from (
    select v.*, greatest(v.valid_from, v.usable_from) <= :now::timestamptz as has_begun
    from voucher v
    where v.person_id = w.person_id and (w.voucher_id is null or v.voucher_id = w.voucher_id)
    offset 0
  ) o
  where o.state = 'unused' and o.valid_to > :now::timestamptz
  order by o.valid_to, o.kind, o.version_id, o.fund_id, o.face_fen, o.has_begun, o.voucher_id
  limit 200
) v
join programme p on p.programme_id = v.programme_id
left join lateral (
  select o.state, o.category from programme_merchant o
  where o.programme_id = v.programme_id and o.merchant_id = w.merchant_id offset 0
) a on true;

-- name: findAll
-- The person's vouchers, or the picked one, whatever their state: where none can be used the
-- cashier hears why the nearest cannot. Those that may be usable first, 200 at most.
select w.n, v.voucher_id, v.programme_id, v.version_id, v.kind, v.fund_id, v.face_fen,
  v.state, v.valid_from, v.valid_to, v.usable_from, p.state as programme_state,
  a.state as admission, a.category
from unnest(:numbers::int[], :personIds::uuid[], :voucherIds::uuid[], :merchantIds::uuid[])
  as w(n, person_id, voucher_id, merchant_id)
cross join lateral (
  select o.* from voucher o
  where o.person_id = w.person_id and (w.voucher_id is null or o.voucher_id = w.voucher_id)
  order by o.state <> 'unused' or o.valid_to <= :now::timestamptz, o.valid_to, o.voucher_id
  limit 200
) v
join programme p on p.programme_id = v.programme_id
left join lateral (
  select o.state, o.category from programme_merchant o
  where o.programme_id = v.programme_id and o.merchant_id = w.merchant_id offset 0
) a on true;
