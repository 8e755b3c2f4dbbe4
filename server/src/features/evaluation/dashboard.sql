-- name: usedByDay
-- Redemptions of the day they were committed on, less what was given back of them since; a reversed
-- one never was.
with back as (
  select f.person_id, f.redemption_id, sum(f.amount_fen) as amount_fen,
    sum(f.voucher_fen) as voucher_fen
  from refund f join redemption r using (person_id, redemption_id)
  where r.programme_id = :programmeId and r.state = 'committed' group by 1, 2
)
select to_char(r.decided_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day,
  count(*)::bigint as count, sum(r.order_fen - coalesce(b.amount_fen, 0))::bigint as order_fen,
  sum(r.deduction_fen - coalesce(b.voucher_fen, 0))::bigint as used_fen
from redemption r left join back b using (person_id, redemption_id)
where r.programme_id = :programmeId and r.state = 'committed' group by 1 order by 1;

-- name: issuedByDay
-- What left committed for outstanding, less what recalls took back, on the day it moved.
with moved as (
  select t.at, t.amount_fen from fund f
  join account s on s.fund_id = f.fund_id and s.kind = 'committed'
  join transfer t on t.source_id = s.account_id
  join account g on g.account_id = t.target_id and g.kind = 'outstanding'
  where f.programme_id = :programmeId
  union all
  select t.at, -t.amount_fen from issue_batch b
  join transfer t on t.reference_kind = 'issue_batch' and t.reference_id = b.batch_id::text
    and t.kind = 'recalled'
  where b.programme_id = :programmeId
)
select to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day,
  sum(amount_fen)::bigint as issued_fen
from moved group by 1 order by 1;

-- name: usedByCounty
-- By where the shop is registered; its place on the map is the middle of its shops with a position.
with sold as (
  select r.shop_id, count(*) as count, sum(r.order_fen) as order_fen,
    sum(r.deduction_fen) as used_fen
  from redemption r where r.programme_id = :programmeId and r.state = 'committed'
  group by r.shop_id
), refunded as (
  select r.shop_id, sum(f.amount_fen) as order_fen, sum(f.voucher_fen) as used_fen
  from refund f join redemption r using (person_id, redemption_id)
  where r.programme_id = :programmeId and r.state = 'committed' group by r.shop_id
)
select s.region_code, count(*)::int as shops, coalesce(sum(w.count), 0)::bigint as count,
  coalesce(sum(w.order_fen - coalesce(b.order_fen, 0)), 0)::bigint as order_fen,
  coalesce(sum(w.used_fen - coalesce(b.used_fen, 0)), 0)::bigint as used_fen,
  avg(s.longitude) as longitude, avg(s.latitude) as latitude
from programme_merchant a join shop s on s.merchant_id = a.merchant_id
left join sold w on w.shop_id = s.shop_id left join refunded b on b.shop_id = s.shop_id
where a.programme_id = :programmeId and (a.state = 'approved' or w.count > 0)
group by s.region_code order by used_fen desc, s.region_code;

-- name: stockOfRounds
-- Of rounds that were approved, what they offered and what was claimed of it.
select coalesce(sum(s.quantity), 0)::bigint as offered,
  coalesce(sum(s.issued), 0)::bigint as claimed
from round r join round_stock s on s.round_id = r.round_id
where r.programme_id = :programmeId and r.state not in ('prepared', 'cancelled');

-- name: regionOf
-- Where the organiser is at home: what the map shows.
select o.region_code from programme p join organisation o on o.organisation_id = p.organiser_id
where p.programme_id = :programmeId;
