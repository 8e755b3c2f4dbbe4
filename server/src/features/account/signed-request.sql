-- name: findTills
-- Tills, for the check of their signatures; a released one is told so once it has proved itself.
select t.terminal_id, t.shop_id, s.merchant_id, t.secret, t.key_id, t.state,
  (select business_now()) as now
from terminal t join shop s on s.shop_id = t.shop_id
where t.terminal_id = any(:terminalIds::uuid[]);
