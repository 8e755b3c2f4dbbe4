-- name: listTerminals
-- The tills of a shop, bound ones first; a shop has a bounded number of them.
select t.terminal_id, t.label, t.state, t.bound_at, t.paused_until
from terminal t where t.shop_id = :shopId
order by t.state, t.bound_at desc limit 200;

-- name: listCashiers
-- Who works the shop's tills, and who did.
select c.staff_id, c.state, c.since, f.login_name, f.envelope, f.key_id,
  f.totp_confirmed_at is not null as has_second_factor
from cashier c join staff f on f.staff_id = c.staff_id
where c.shop_id = :shopId order by c.state, c.since, c.staff_id limit 500;

-- name: isOnlyCashierHere
-- An account that is nothing but a cashier of this merchant: its owner may give it a new password.
select exists (select 1 from cashier c where c.staff_id = :staffId and c.shop_id = :shopId)
  and not exists (select 1 from cashier c join shop s on s.shop_id = c.shop_id
    where c.staff_id = :staffId and s.merchant_id <> :merchantId)
  and not exists (select 1 from role_grant g
    where g.staff_id = :staffId and g.role <> 'CSH' and g.revoked_at is null)
  and exists (select 1 from staff f
    where f.staff_id = :staffId and f.organisation_id is null and f.state = 'active')
  as is_only_cashier;

-- name: listOwnApplications
-- What became of a merchant's applications, newest first.
select a.programme_id, p.title, a.category, a.state, a.reason, a.applied_at, a.reviewed_at,
  a.documents
from programme_merchant a join programme p on p.programme_id = a.programme_id
where a.merchant_id = :merchantId order by a.applied_at desc, a.programme_id limit 200;
