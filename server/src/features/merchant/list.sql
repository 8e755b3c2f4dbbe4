-- name: listApplications
-- A page of a programme's merchants in the order of their ids, with what a reviewer must see.
select a.merchant_id, m.uscc, m.name, m.region_code, m.industry, m.above_quota, m.acceptance_mark,
  m.state as merchant_state, a.category, a.state, a.documents, a.content_hash, a.applied_at,
  a.reviewed_at, a.reason,
  (select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'address', s.address)
      order by s.shop_id), '[]'::jsonb)
    from shop s where s.merchant_id = a.merchant_id and s.state = 'open') as shops
from programme_merchant a join merchant m on m.merchant_id = a.merchant_id
where a.programme_id = :programmeId and (:state::text is null or a.state = :state)
  and (:category::text is null or a.category = :category) and a.merchant_id > :after
order by a.merchant_id limit :limit;

-- name: findApplication
-- Its category decides who reviews it.
select a.category, a.state from programme_merchant a
where a.programme_id = :programmeId and a.merchant_id = :merchantId;

-- name: organisationsOf
-- Who plays the reviewing party in this programme.
select p.organisation_id from programme_party p
where p.programme_id = :programmeId and p.party = any(:parties::text[]);

-- name: listShops
-- The shops of a merchant; a merchant has a bounded number of them.
select s.shop_id, s.merchant_id, s.name, s.address, s.region_code, s.longitude, s.latitude, s.state
from shop s where s.merchant_id = :merchantId order by s.shop_id limit 1000;
