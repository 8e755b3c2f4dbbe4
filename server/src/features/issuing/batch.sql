-- name: insertBatch
-- The index referees two clerks: a roster has one live batch.
insert into issue_batch (batch_id, programme_id, version_id, roster_id, state, content_hash,
  entitlement_count, voucher_count, amount_fen, prepared_by, created_at)
values (:batchId, :programmeId, :versionId, :rosterId, 'prepared', :contentHash,
  :entitlementCount, :voucherCount, :amountFen, :preparedBy, :now::timestamptz)
on conflict (roster_id) where state not in ('cancelled', 'recalled') do nothing
returning batch_id;

-- name: findBatch
-- What the approver decides by, with the hash and whose list it is.
select b.batch_id, b.programme_id, b.version_id, b.roster_id, r.file_name as roster_name,
  o.name as organisation_name, b.state, b.content_hash, b.entitlement_count, b.voucher_count,
  b.amount_fen, b.prepared_by, b.approved_by, b.created_at, b.approved_at, b.issued_at
from issue_batch b
join roster r on r.roster_id = b.roster_id
join organisation o on o.organisation_id = r.organisation_id
where b.batch_id = :batchId;

-- name: listBatches
-- Newest first, ids grow with time; only what the asker's grants reach.
select b.batch_id, b.programme_id, b.version_id, b.roster_id, r.file_name as roster_name,
  o.name as organisation_name, b.state, b.content_hash, b.entitlement_count, b.voucher_count,
  b.amount_fen, b.prepared_by, b.approved_by, b.created_at, b.approved_at, b.issued_at
from issue_batch b
join roster r on r.roster_id = b.roster_id
join organisation o on o.organisation_id = r.organisation_id
where b.programme_id = :programmeId and (:before::uuid is null or b.batch_id < :before::uuid)
  and (:everything::boolean or b.programme_id = any(:programmeIds::uuid[])
    or exists (select 1 from unnest(:paths::text[]) as p(root)
      where starts_with(o.path, p.root)))
order by b.batch_id desc limit :size;

-- name: approveBatch
-- Who prepared it fails the table's constraint; another state or hash finds no row.
update issue_batch set state = 'approved', approved_by = :approvedBy, approved_hash = :seenHash,
  approved_at = :now::timestamptz
where batch_id = :batchId and state = 'prepared' and content_hash = :seenHash
returning batch_id;

-- name: moveBatch
-- Of several who start, cancel or finish at once exactly one finds the state it needs.
update issue_batch set state = :toState,
  issued_at = case when :toState = 'issued' then :now::timestamptz else issued_at end
where batch_id = :batchId and state = any(:fromStates::text[])
returning programme_id;

-- name: commitEntitlements
-- Each row learns its channel and its place in the batch's money, once: nobody else has committed
-- it meanwhile. How many are confirmed the planner may not guess: it would take them for one.
update entitlement e
set state = 'committed', channel = o.channel, batch_id = :batchId, batch_offset_fen = o.offset_fen
from issue_order(:rosterId::uuid, :faces::bigint[], :pools::text[], :channels::text[],
  :sharesUpTo::integer[]) o
where e.entitlement_id = o.entitlement_id and coalesce(e.state = 'confirmed', false);

-- name: insertRanges
-- Written once, at the approval: from then on each voucher has its fund.
insert into issue_batch_range (batch_id, start_fen, end_fen, fund_id)
select :batchId::uuid, r.start_fen, r.end_fen, r.fund_id
from unnest(:starts::bigint[], :ends::bigint[], :fundIds::uuid[]) as r(start_fen, end_fen, fund_id);

-- name: insertBatchFunds
-- The subledger of what the batch holds committed.
insert into issue_batch_fund (batch_id, fund_id, position, committed_fen)
select :batchId::uuid, f.fund_id, f.position, f.amount_fen
from unnest(:fundIds::uuid[], :positions::integer[], :amounts::bigint[])
  as f(fund_id, position, amount_fen);

-- name: progressOfBatch
-- Counted from the rows, so that it is true while workers are at work.
select e.state, e.person_id is not null as is_bound, e.channel, count(*) as entitlement_count,
  sum(e.amount_fen)::bigint as amount_fen
from entitlement e where e.batch_id = :batchId
group by 1, 2, 3 order by 1, 2, 3;

-- name: fundsOfBatch
-- In the order of use, as the approver saw them.
select fund_id, position, committed_fen, issued_fen, released_fen
from issue_batch_fund where batch_id = :batchId order by position, fund_id;

-- name: listRefusals
-- Page by page: a wrong roster may have as many as rows. With the row of the file it was.
select r.entitlement_id, e.row_number as row, r.code, r.details
from issue_refusal r join entitlement e using (entitlement_id)
where r.batch_id = :batchId and (:after::uuid is null or r.entitlement_id > :after::uuid)
order by r.entitlement_id limit :size;

-- name: sourceOfRoster
-- The source chooses among kinds of the same face.
select source from roster where roster_id = :rosterId;
