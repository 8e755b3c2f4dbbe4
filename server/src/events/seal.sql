-- name: takeSealerLock
-- One sealer at a time, whoever it is; another finds the lock taken and goes home.
select pg_try_advisory_xact_lock(7341003) as taken;

-- name: lastBlock
-- The chain continues where its last block ended.
select block_no, below_xid::text as below_xid, hash from block order by block_no desc limit 1;

-- name: horizon
-- Below the oldest transaction still running everything is decided: committed or gone. A backlog of
-- many or heavy events makes several blocks: each ends before the transaction that would be too
-- much for it, and holds one transaction at least.
with ahead as materialized (
  select e.xid, row_number() over backlog > :eventsMax
      or sum(coalesce(pg_column_size(e.items), 0)) over backlog > :bytesMax as is_too_much
  from event e where e.xid >= :fromXid::xid8
  window backlog as (order by e.xid, e.event_id)
  order by e.xid, e.event_id limit :eventsMax::integer + 1
), opening as (
  select a.xid from ahead a order by a.xid limit 1
)
select least(
  pg_snapshot_xmin(pg_current_snapshot()),
  case when exists (select from ahead a where a.is_too_much) then coalesce(
    (select a.xid from ahead a, opening o where a.is_too_much and a.xid > o.xid
     order by a.xid limit 1),
    (select e.xid from event e, opening o where e.xid > o.xid order by e.xid limit 1))
  end
)::text as below_xid;

-- name: eventHashes
-- The canonical text of an event is a JSON array of its columns; of an item, the event, its place
-- and the item; of a transfer that the event caused, its columns with both accounts spelled out, so
-- that the ledger is sealed with the act. jsonb prints one way only: same row, same hash. An item's
-- array is put together as jsonb prints it: to build it took as long again as the hash.
select e.event_id,
  sha256('\x00'::bytea || convert_to(jsonb_build_array(
    e.event_id, e.xid::text, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    e.actor_kind, e.actor_id, e.kind, e.subject_kind, e.subject_id, e.programme_id, e.body
  )::text, 'UTF8')) as hash,
  (select string_agg(
     sha256('\x00'::bytea
       || convert_to('[' || e.event_id || ', ' || i.n || ', ' || i.item::text || ']', 'UTF8')),
     ''::bytea order by i.n)
   from jsonb_array_elements(e.items) with ordinality as i(item, n)) as item_hashes,
  (select string_agg(
     sha256('\x00'::bytea || convert_to(jsonb_build_array(
       t.transfer_id, s.fund_id, s.kind, s.merchant_id, g.fund_id, g.kind, g.merchant_id,
       t.amount_fen, t.kind, t.reference_kind, t.reference_id,
       to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
     )::text, 'UTF8')), ''::bytea order by t.transfer_id)
   from transfer t
   join account s on s.account_id = t.source_id join account g on g.account_id = t.target_id
   where t.event_id = e.event_id) as transfer_hashes
from event e
where e.xid >= :fromXid::xid8 and e.xid < :belowXid::xid8
order by e.xid, e.event_id;

-- name: insertBlock
-- previous_hash is unique: two blocks cannot follow one.
insert into block (block_no, from_xid, below_xid, event_count, leaf_count, merkle_root,
  event_hashes, previous_hash, hash, sealed_at)
values (:blockNo, :fromXid::xid8, :belowXid::xid8, :eventCount, :leafCount, :merkleRoot,
  :eventHashes, :previousHash, :hash, :now::timestamptz);
