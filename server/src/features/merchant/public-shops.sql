-- name: listAcceptingShops
-- The shops that would take a voucher of the programme now, as a redemption judges it; nearest
-- first where a place is told. Distances on a plane: right to a few metres within a county.
with judged as (
  select s.shop_id, s.name, s.address, s.region_code, s.longitude, s.latitude, m.name as merchant,
    a.category,
    case when :latitude::float8 is null then 0 else coalesce(111195 * sqrt(
      power(s.latitude - :latitude, 2)
      + power((s.longitude - :longitude) * cos(radians(:latitude)), 2)), 1e9) end as distance_m
  from shop s
  join merchant m on m.merchant_id = s.merchant_id and m.state = 'active'
  left join programme_merchant a
    on a.programme_id = :programmeId and a.merchant_id = m.merchant_id
  where s.state = 'open' and starts_with(s.region_code, :region)
    and (a.state = 'approved' or (a.merchant_id is null and :isNetwork and m.acceptance_mark))
    and (:category::text is null or a.category = :category or a.category is null)
    and not (:isDishonestBarred and exists (select 1 from dishonesty_listing d
      where d.uscc = m.uscc and d.approved_by is not null and d.ended_at is null))
)
select * from judged
where (distance_m, shop_id) > (:afterDistance::float8, :afterId::uuid)
order by distance_m, shop_id limit :limit;
