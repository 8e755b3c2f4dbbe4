-- name: findTillPlace
-- Where a till stands and who works it, for its own screen.
select t.terminal_id, t.label, t.paused_until, s.shop_id, s.name as shop_name,
  s.state as shop_state, m.merchant_id, m.name as merchant_name, m.state as merchant_state,
  f.login_name, f.envelope, f.key_id
from terminal t
join shop s on s.shop_id = t.shop_id
join merchant m on m.merchant_id = s.merchant_id
left join staff f on f.staff_id = :cashierId::uuid
where t.terminal_id = :terminalId;

-- name: listOwnMerchants
-- The merchants of an owner with their shops; an owner has a bounded number of them.
select m.merchant_id, m.uscc, m.name, m.region_code, m.industry, m.state,
  coalesce((select jsonb_agg(jsonb_build_object('shopId', s.shop_id, 'name', s.name,
      'address', s.address, 'state', s.state) order by s.shop_id)
    from shop s where s.merchant_id = m.merchant_id), '[]'::jsonb) as shops
from merchant m where m.merchant_id = any(:merchantIds::uuid[])
order by m.merchant_id limit 100;
