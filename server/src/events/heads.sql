-- name: lastHead
-- What the whole chain up to now hangs on.
select block_no, hash from block order by block_no desc limit 1;

-- name: insertHead
-- A day has one head; whoever publishes again finds the first.
insert into published_head (day, block_no, hash, signature, published_at)
values (:day::date, :blockNo, :hash, :signature, :now::timestamptz)
on conflict (day) do nothing;

-- name: listHeads
-- Newest first; a head for every day of a year.
select day, block_no, hash, signature, published_at from published_head
order by day desc limit :limit;

-- name: blockHashes
-- What now stands where heads were published.
select block_no, hash from block where block_no = any(:blockNos::bigint[]);
