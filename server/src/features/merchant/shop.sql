-- name: lockMerchant
-- As in an application: redemptions under way end first.
select lock_merchant(:merchantId::uuid);

-- name: insertShops
-- One statement for all shops of an application.
insert into shop (shop_id, merchant_id, name, address, region_code, longitude, latitude, state,
  created_at)
select w.shop_id, :merchantId, w.name, w.address, w.region_code, w.longitude, w.latitude, 'open',
  :now::timestamptz
from unnest(:shopIds::uuid[], :names::text[], :addresses::text[], :regionCodes::text[],
    :longitudes::float8[], :latitudes::float8[])
  as w(shop_id, name, address, region_code, longitude, latitude);

-- name: findShop
-- Its merchant says who may change it.
select s.shop_id, s.merchant_id, s.name, s.address, s.region_code, s.longitude, s.latitude, s.state
from shop s where s.shop_id = :shopId;

-- name: setShopState
-- Nothing happens twice: a shop that already is so is not counted.
update shop s set state = :state where s.shop_id = :shopId and s.state <> :state;

-- name: insertTerminal
-- The secret is sealed; only the till knows it in clear.
insert into terminal (terminal_id, shop_id, label, secret, key_id, state, bound_at)
values (:terminalId, :shopId, :label, :secret, :keyId, 'bound', :now::timestamptz);

-- name: findTerminal
-- With its merchant, whose lock a release takes.
select t.terminal_id, t.shop_id, s.merchant_id, t.secret, t.key_id, t.state
from terminal t join shop s on s.shop_id = t.shop_id where t.terminal_id = :terminalId;

-- name: releaseTerminal
-- Released for good: a till that comes back is bound anew, with another secret.
update terminal t set state = 'released' where t.terminal_id = :terminalId and t.state = 'bound';

-- name: addCashier
-- Coming back is allowed; the day of the first start stays.
insert into cashier (shop_id, staff_id, state, since)
values (:shopId, :staffId, 'active', :now::timestamptz)
on conflict (shop_id, staff_id) do update set state = 'active';

-- name: endCashier
-- The row stays: redemptions name the cashier.
update cashier c set state = 'ended'
where c.shop_id = :shopId and c.staff_id = :staffId and c.state = 'active';
