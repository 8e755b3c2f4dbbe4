-- name: findSealerLag
-- Age of the oldest event that no block covers yet. Touches what every migration must have made.
select round(extract(epoch from clock_timestamp() - min(e.at)) * 1000)::float8 as lag_ms
from event e
where e.xid >= coalesce((select b.below_xid from block b order by b.block_no desc limit 1),
  '0'::xid8)
  and not exists (select 1 from clock_override);
