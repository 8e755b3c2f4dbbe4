-- name: takeCounters
-- In key order, so that two groups never wait for each other in a circle. What is not returned
-- stood at its limit; a first take beyond the limit is not even tried. A line holds what the
-- counters of many entities share.
insert into limit_counter (limit_key, entity_kind, entity_id, period, used, used_max)
select l.limit_key, l.entity_kind, c.entity_id, l.period, l.amount, l.used_max
from unnest(:entityIds::text[], :lines::int[]) as c(entity_id, line)
join unnest(:limitKeys::text[], :entityKinds::text[], :periods::text[], :amounts::bigint[],
    :maxima::bigint[]) with ordinality
  as l(limit_key, entity_kind, period, amount, used_max, line) on l.line = c.line
where l.amount <= l.used_max
order by l.entity_kind, c.entity_id, l.limit_key, l.period
on conflict (entity_kind, entity_id, limit_key, period) do update
  set used = limit_counter.used + excluded.used, used_max = excluded.used_max
  where limit_counter.used + excluded.used <= excluded.used_max
returning limit_key, entity_kind, entity_id, period;

-- name: giveBackCounters
-- Sums first: one statement may give back to the same counter for several items.
with given as materialized (
  select c.entity_kind, c.entity_id, c.limit_key, c.period, sum(c.amount)::bigint as amount
  from unnest(:limitKeys::text[], :entityKinds::text[], :entityIds::text[], :periods::text[],
      :amounts::bigint[]) as c(limit_key, entity_kind, entity_id, period, amount)
  group by 1, 2, 3, 4
), locked as materialized (
  select l.entity_kind, l.entity_id, l.limit_key, l.period, g.amount
  from given g join limit_counter l using (entity_kind, entity_id, limit_key, period)
  order by l.entity_kind, l.entity_id, l.limit_key, l.period for update of l
)
update limit_counter l set used = l.used - k.amount
from locked k
where (l.entity_kind, l.entity_id, l.limit_key, l.period)
  = (k.entity_kind, k.entity_id, k.limit_key, k.period);

-- name: readCounters
-- For a dry run: what stands now, without taking anything.
select l.limit_key, l.entity_kind, l.entity_id, l.period, l.used
from unnest(:limitKeys::text[], :entityKinds::text[], :entityIds::text[], :periods::text[])
  as c(limit_key, entity_kind, entity_id, period)
join limit_counter l using (entity_kind, entity_id, limit_key, period);
