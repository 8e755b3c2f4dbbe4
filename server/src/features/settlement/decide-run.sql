-- name: lockRun
-- The decision is judged on what the run holds now.
select run_id, programme_id, state, content_hash, prepared_by, amount_fen
from settlement_run where run_id = :runId for update;

-- name: approveRun
-- Only once, and only what was seen.
update settlement_run set state = 'approved', approved_by = :approvedBy,
  approved_hash = :contentHash, approved_at = :now::timestamptz
where run_id = :runId and state = 'prepared';

-- name: rejectRun
-- Its lines go back to the next run.
update settlement_run set state = 'rejected' where run_id = :runId and state = 'prepared';

-- name: releaseLines
-- Only a rejected run lets go of its lines; a trigger holds everyone else's.
delete from settlement_line where run_id = :runId;

-- name: releaseOffsets
-- What was going to be taken off stays receivable.
delete from settlement_offset where run_id = :runId;

-- name: offsetsOf
-- Posted at approval.
select merchant_id, fund_id, amount_fen from settlement_offset where run_id = :runId
order by merchant_id, fund_id;

-- name: accountsChangedBy
-- Whoever changed a settlement account within a day must not approve a payout to it.
select count(*) as count
from payout p
join event e on e.subject_kind = 'merchant' and e.subject_id = p.merchant_id::text
  and e.kind = 'merchant.account_changed'
where p.run_id = :runId and e.actor_id = :approvedBy
  and e.at > :now::timestamptz - interval '24 hours';
