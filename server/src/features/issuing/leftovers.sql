-- name: takeUnbound
-- Rows of started batches whose persons never came; all open rows where the programme is closing.
select e.entitlement_id, e.batch_id from entitlement e
where e.batch_id = :batchId and e.state = 'committed' and (:scope = 'all' or e.person_id is null)
order by e.entitlement_id limit :size for update of e skip locked;

-- name: batchesWithLeftovers
-- Only batches that still hold money for such rows; prepared ones hold none.
select b.batch_id, b.programme_id from issue_batch b
where (:programmeId::uuid is null or b.programme_id = :programmeId::uuid)
  and b.state in ('approved', 'issuing', 'issued')
  and exists (select 1 from entitlement e where e.batch_id = b.batch_id and e.state = 'committed'
    and (:scope = 'all' or e.person_id is null))
order by b.batch_id;

-- name: endPreparedBatches
-- Batches nobody approved, or approved and never started, end with their programme.
update issue_batch set state = 'cancelled'
where programme_id = :programmeId and state in ('prepared', 'approved')
returning batch_id;
