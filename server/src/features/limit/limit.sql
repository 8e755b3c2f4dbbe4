-- name: nameLimitPeriods
-- Mostly there already: each new period of a limit is named once, by whoever comes first.
insert into limit_period (limit_key, entity_kind, period)
select distinct l.limit_key, l.entity_kind, l.period
from unnest(:limitKeys::text[], :entityKinds::text[], :periods::text[])
  as l(limit_key, entity_kind, period)
where not exists (select from limit_period p
  where p.limit_key = l.limit_key and p.entity_kind = l.entity_kind and p.period = l.period)
order by l.limit_key, l.entity_kind, l.period
on conflict do nothing;

-- name: takeCounters
-- In key order, so that two groups never wait for each other in a circle. A line holds what the
-- counters of many entities share; a first take beyond the limit is not even tried. Where some
-- stood at their limit, all that were taken are told; where none did, only how many.
with taken as (
  insert into limit_counter (entity_id, limit_period_id, used, used_max)
  select c.entity_id, p.limit_period_id, l.amount, l.used_max
  from unnest(:entityIds::uuid[], :lines::int[]) as c(entity_id, line)
  join unnest(:limitKeys::text[], :entityKinds::text[], :periods::text[], :amounts::bigint[],
      :maxima::bigint[]) with ordinality
    as l(limit_key, entity_kind, period, amount, used_max, line) on l.line = c.line
  join limit_period p on p.limit_key = l.limit_key and p.entity_kind = l.entity_kind
    and p.period = l.period
  where l.amount <= l.used_max
  order by c.entity_id, p.limit_period_id
  on conflict (entity_id, limit_period_id) do update
    set used = limit_counter.used + excluded.used, used_max = excluded.used_max
    where limit_counter.used + excluded.used <= excluded.used_max
  returning entity_id, limit_period_id
)
select count(*)::integer as count,
  case when count(*) < :wanted::integer then array_agg(entity_id) end as entity_ids,
  case when count(*) < :wanted::integer then array_agg(limit_period_id) end as limit_period_ids
from taken;

-- name: limitPeriodIds
-- The lines again, by the ids that their counters carry.
select l.line::integer, p.limit_period_id
from unnest(:limitKeys::text[], :entityKinds::text[], :periods::text[]) with ordinality
  as l(limit_key, entity_kind, period, line)
join limit_period p on p.limit_key = l.limit_key and p.entity_kind = l.entity_kind
  and p.period = l.period;

-- name: giveBackCounters
-- Sums first: one statement may give back to the same counter for several items.
with given as materialized (
  select c.entity_id, p.limit_period_id, sum(c.amount)::bigint as amount
  from unnest(:limitKeys::text[], :entityKinds::text[], :entityIds::uuid[], :periods::text[],
      :amounts::bigint[]) as c(limit_key, entity_kind, entity_id, period, amount)
  join limit_period p on p.limit_key = c.limit_key and p.entity_kind = c.entity_kind
    and p.period = c.period
  group by 1, 2
), locked as materialized (
  select l.entity_id, l.limit_period_id, g.amount
  from given g join limit_counter l using (entity_id, limit_period_id)
  order by l.entity_id, l.limit_period_id for update of l
)
update limit_counter l set used = l.used - k.amount
from locked k
where l.entity_id = k.entity_id and l.limit_period_id = k.limit_period_id;

-- name: readCounters
-- For a dry run: what stands now, without taking anything.
select c.n::integer, l.used
from unnest(:limitKeys::text[], :entityKinds::text[], :entityIds::uuid[], :periods::text[])
  with ordinality as c(limit_key, entity_kind, entity_id, period, n)
join limit_period p on p.limit_key = c.limit_key and p.entity_kind = c.entity_kind
  and p.period = c.period
join limit_counter l on l.entity_id = c.entity_id and l.limit_period_id = p.limit_period_id;
