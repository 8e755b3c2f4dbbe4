-- name: findProgramme
-- By the code that people type.
select p.programme_id, p.code from programme p where p.code = :code;

-- name: membersStated
-- The newest number of members of each organisation below the organiser, whose own is of the whole.
select distinct on (f.organisation_id) o.path, coalesce(o.level, 'unlevelled') as level,
  f.value::bigint as members
from programme p
join organisation r on r.organisation_id = p.organiser_id
join organisation o on o.path like r.path || '%' and o.organisation_id <> r.organisation_id
join organisation_figure f on f.organisation_id = o.organisation_id
where p.programme_id = :programmeId and f.figure = 'members' and f.as_of <= :day::date
order by f.organisation_id, f.as_of desc;

-- name: electronicByLevel
-- What left committed for outstanding, less what recalls took back, at the funder's level.
with issued as (
  select f.funder_id, t.amount_fen from fund f
  join account s on s.fund_id = f.fund_id and s.kind = 'committed'
  join transfer t on t.source_id = s.account_id
  join account g on g.account_id = t.target_id and g.kind = 'outstanding'
  where f.programme_id = :programmeId
  union all
  select f.funder_id, -t.amount_fen from issue_batch b
  join transfer t on t.reference_kind = 'issue_batch' and t.reference_id = b.batch_id::text
    and t.kind = 'recalled'
  join account s on s.account_id = t.source_id join fund f on f.fund_id = s.fund_id
  where b.programme_id = :programmeId
)
select coalesce(o.level, 'unlevelled') as level, sum(i.amount_fen)::bigint as amount_fen
from issued i join organisation o on o.organisation_id = i.funder_id group by 1;

-- name: paperByLevel
-- What branches stated, at the branch's level.
select coalesce(o.level, 'unlevelled') as level,
  sum(r.face_fen * r.issued_count)::bigint as amount_fen
from paper_register r join organisation o on o.organisation_id = r.organisation_id
where r.programme_id = :programmeId group by 1;

-- name: spendingByIndustry
-- Summed per merchant first, so that the join is with merchants and not with redemptions.
with sold as (
  select r.merchant_id, count(*) as redemptions, sum(r.order_fen) as order_fen,
    sum(r.deduction_fen) as redeemed_fen
  from redemption r where r.programme_id = :programmeId and r.state = 'committed'
  group by r.merchant_id
), refunded as (
  select r.merchant_id, sum(f.amount_fen) as amount_fen, sum(f.voucher_fen) as voucher_fen
  from refund f join redemption r using (person_id, redemption_id)
  where r.programme_id = :programmeId and r.state = 'committed' group by r.merchant_id
)
select m.industry, sum(s.redemptions)::bigint as count,
  sum(s.order_fen - coalesce(f.amount_fen, 0))::bigint as order_fen,
  sum(s.redeemed_fen - coalesce(f.voucher_fen, 0))::bigint as redeemed_fen
from sold s join merchant m on m.merchant_id = s.merchant_id
left join refunded f on f.merchant_id = s.merchant_id
group by m.industry order by order_fen desc, m.industry;

-- name: countiesByGuarantee
-- Exactly half stands in the upper band: 低于50% is below.
with root as (
  select o.path from programme p join organisation o on o.organisation_id = p.organiser_id
  where p.programme_id = :programmeId
), county as (
  select (select f.value from organisation_figure f
    where f.organisation_id = o.organisation_id and f.figure = 'fiscal_guarantee'
      and f.as_of <= :day::date order by f.as_of desc limit 1) as percent
  from root join organisation o on o.path like root.path || '%' and o.kind = 'county_union'
)
select count(*)::int as counties, count(*) filter (where percent >= 100)::int as full,
  count(*) filter (where percent >= 50 and percent < 100)::int as upper,
  count(*) filter (where percent > 0 and percent < 50)::int as lower,
  count(*) filter (where percent <= 0)::int as none,
  count(*) filter (where percent is null)::int as silent
from county;

-- name: moneyOfProgramme
-- Every account kind of the programme's funds, folded from the transfers.
with own as (
  select a.account_id, a.kind from fund f join account a on a.fund_id = f.fund_id
  where f.programme_id = :programmeId
), moved as (
  select o.kind, sum(t.amount_fen) as amount_fen from own o
  join transfer t on t.target_id = o.account_id group by o.kind
  union all
  select o.kind, -sum(t.amount_fen) from own o
  join transfer t on t.source_id = o.account_id group by o.kind
)
select kind, sum(amount_fen)::bigint as balance_fen from moved group by kind;

-- name: approvedAndExpired
-- What was to be issued, and what came back because its time ran out.
select
  coalesce((select sum(b.amount_fen) from issue_batch b
    where b.programme_id = :programmeId and b.state not in ('prepared', 'cancelled')), 0)::bigint
  + coalesce((select sum(s.quantity * s.face_fen) from round r
    join round_stock s on s.round_id = r.round_id
    where r.programme_id = :programmeId and r.state not in ('prepared', 'cancelled')), 0)::bigint
    as approved_fen,
  coalesce((select sum(x.amount_fen) from expiry_release x join fund f on f.fund_id = x.fund_id
    where f.programme_id = :programmeId), 0)::bigint as expired_fen;
