-- name: isCashier
-- Whether the staff member works the till of this shop.
select c.staff_id from cashier c
where c.shop_id = :shopId and c.staff_id = :staffId and c.state = 'active';

-- name: isBound
-- Whether the till is still bound.
select t.terminal_id from terminal t where t.terminal_id = :terminalId and t.state = 'bound';
