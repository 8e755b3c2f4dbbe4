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

-- name: rejectPayouts
-- No attempt of a rejected run is alive.
update payout set state = 'rejected' where run_id = :runId and state = 'prepared';

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

-- name: accountsOnHold
-- Merchants whose account changed since the run was prepared, or was changed within a day by the
-- very person who approves: their payouts wait for a look.
select distinct p.merchant_id
from payout p
join settlement_run r using (run_id)
join merchant m on m.merchant_id = p.merchant_id
where p.run_id = :runId and (m.settlement_account_changed_at >= r.created_at
  or exists (select from event e
    where e.subject_kind = 'merchant' and e.subject_id = p.merchant_id::text
      and e.kind = 'merchant.updated' and (e.body ->> 'isAccountChanged')::boolean
      and e.actor_id = :approvedBy and e.at > :now::timestamptz - interval '24 hours'))
order by p.merchant_id limit 20;

-- name: contentOf
-- What the hash was made of, read again: a line changed behind the approver's back shows.
select l.event_kind, l.event_ref, l.amount_fen
from settlement_line l where l.run_id = :runId;

-- name: payoutsOf
-- The other half of it.
select payout_id, merchant_id, amount_fen from payout where run_id = :runId and attempt = 1;
