-- name: blocksAfter
-- Read in pages, so that a chain of any length is checked in flat memory.
select block_no, from_xid::text as from_xid, below_xid::text as below_xid, event_count, leaf_count,
  merkle_root, event_hashes, previous_hash, hash, sealed_at
from block where block_no > :blockNo order by block_no limit 100;

-- name: unsealed
-- Events beyond the last block: how many, and whether one could have been sealed long ago.
select count(*)::bigint as count,
  count(*) filter (
    where xid < pg_snapshot_xmin(pg_current_snapshot())
      and at < :now::timestamptz - interval '1 minute')::bigint as overdue
from event where xid >= :belowXid::xid8;

-- name: publishedHeads
-- What was published outside must still stand in the chain.
select h.day, h.block_no, h.hash as published, b.hash as stored
from published_head h left join block b on b.block_no = h.block_no order by h.day;
