-- name: insertException
-- Somebody looks at it; nothing is overwritten. The same contradiction again adds nothing.
insert into reconciliation_exception (exception_id, programme_id, bank_line_id, payout_id,
  return_id, redemption_id, verdict, details, state, created_at, source, subject_key)
values (:exceptionId, :programmeId, :bankLineId, :payoutId, :returnId, :redemptionId, :verdict,
  :details::jsonb, 'open', :now::timestamptz, :source, :subjectKey)
on conflict on constraint one_exception_per_contradiction do nothing
returning exception_id;

-- name: findException
-- One exception as it stands.
select e.exception_id, e.programme_id, e.bank_line_id, e.payout_id, e.return_id, e.redemption_id,
  e.verdict, e.source, e.details, e.state, e.resolution, e.note, e.proposed_by, e.closed_by,
  e.created_at, e.closed_at
from reconciliation_exception e where e.exception_id = :exceptionId;

-- name: lockException
-- Two who decide it take turns.
select e.exception_id, e.programme_id, e.bank_line_id, e.payout_id, e.return_id, e.redemption_id,
  e.verdict, e.source, e.details, e.state, e.resolution, e.note, e.proposed_by, e.closed_by,
  e.created_at, e.closed_at
from reconciliation_exception e where e.exception_id = :exceptionId for update;

-- name: listExceptions
-- Oldest first: they grow worse with age.
select e.exception_id, e.programme_id, e.bank_line_id, e.payout_id, e.return_id, e.redemption_id,
  e.verdict, e.source, e.details, e.state, e.resolution, e.note, e.proposed_by, e.closed_by,
  e.created_at, e.closed_at
from reconciliation_exception e
where e.programme_id = :programmeId and (:state::text is null or e.state = :state)
  and e.exception_id > :after::uuid
order by e.exception_id limit :limit;

-- name: proposeClosing
-- A later proposal replaces an earlier one until somebody else agrees.
update reconciliation_exception set resolution = :resolution, note = :note,
  proposed_by = :proposedBy, proposed_at = :now::timestamptz
where exception_id = :exceptionId and state = 'open';

-- name: closeException
-- Ended once.
update reconciliation_exception set state = 'closed', closed_by = :closedBy,
  closed_at = :now::timestamptz
where exception_id = :exceptionId and state = 'open';
