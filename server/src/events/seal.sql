-- name: takeSealerLock
-- One sealer at a time, whoever it is; another finds the lock taken and goes home.
select pg_try_advisory_xact_lock(7341003) as taken;

-- name: lastBlock
-- The chain continues where its last block ended.
select block_no, below_xid::text as below_xid, hash from block order by block_no desc limit 1;

-- name: horizon
-- Below the oldest transaction still running everything is decided: committed or gone. A block of
-- very many transactions ends earlier, at the transaction of its last event.
select least(
  pg_snapshot_xmin(pg_current_snapshot()),
  (select e.xid from event e where e.xid >= :fromXid::xid8
   order by e.xid, e.event_id offset :eventsMax limit 1)
)::text as below_xid;

-- name: eventHashes
-- The canonical text of an event is a JSON array of its columns; of an item, the event, its place
-- and the item; of a transfer that the event caused, its columns with both accounts spelled out, so
-- that the ledger is sealed with the act. jsonb prints one way only: same row, same hash.
select e.event_id,
  sha256('\x00'::bytea || convert_to(jsonb_build_array(
    e.event_id, e.xid::text, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    e.actor_kind, e.actor_id, e.kind, e.subject_kind, e.subject_id, e.programme_id, e.body
  )::text, 'UTF8')) as hash,
  (select string_agg(
     sha256('\x00'::bytea || convert_to(jsonb_build_array(e.event_id, i.n, i.item)::text, 'UTF8')),
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
