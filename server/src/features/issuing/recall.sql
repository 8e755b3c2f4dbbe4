-- name: insertRecall
-- The index referees: a batch has one recall under way.
insert into batch_recall (recall_id, batch_id, reason, state, prepared_by, created_at)
values (:recallId, :batchId, :reason, 'prepared', :preparedBy, :now::timestamptz)
on conflict (batch_id) where state in ('prepared', 'approved') do nothing
returning recall_id;

-- name: findRecall
-- With the programme of its batch, by which it is authorized.
select r.recall_id, r.batch_id, r.reason, r.state, r.prepared_by, r.approved_by, r.voided_count,
  r.created_at, r.before_start, b.programme_id
from batch_recall r join issue_batch b on b.batch_id = r.batch_id
where r.recall_id = :recallId;

-- name: decideRecall
-- Decided once; its own preparer fails the constraint.
update batch_recall set state = :toState, approved_by = :decidedBy
where recall_id = :recallId and state = 'prepared' returning batch_id;

-- name: noteBeforeStart
-- The worker has to know: by then the batch is in the same state as one that was started.
update batch_recall set before_start = true where recall_id = :recallId;

-- name: unredeemedChunk
-- What can still be taken back: unused and not over. What is over leaves by its expiry.
select v.person_id, v.voucher_id
from entitlement e join voucher v on v.person_id = e.person_id and v.origin_id = e.entitlement_id
where e.batch_id = :batchId and v.state = 'unused' and v.valid_to > :now::timestamptz
order by v.person_id, v.voucher_id limit :size;

-- name: countVoided
-- Counted chunk by chunk, so that a killed recall knows how far it came.
update batch_recall set voided_count = voided_count + :voided where recall_id = :recallId;

-- name: factsForLimits
-- What the voided vouchers counted for, entitlement by entitlement, under the plan they were issued
-- by. An entitlement counts as taken back once none of its vouchers is left.
select v.person_id, v.origin_id, v.kind, v.face_fen, v.version_id, v.issued_at,
  count(*) as voided, bool_and(e.all_void) as all_void
from unnest(:personIds::uuid[], :voucherIds::uuid[]) as w(person_id, voucher_id)
join voucher v on v.person_id = w.person_id and v.voucher_id = w.voucher_id
cross join lateral (
  select bool_and(o.state = 'void') as all_void from voucher o
  where o.person_id = v.person_id and o.origin_id = v.origin_id) e
group by v.person_id, v.origin_id, v.kind, v.face_fen, v.version_id, v.issued_at;

-- name: recallEntitlements
-- Free for a right roster again; rows with a redeemed voucher stay issued.
update entitlement e set state = 'recalled'
where e.entitlement_id = any(:entitlementIds::uuid[]) and e.state = 'issued';

-- name: takeWaitingRows
-- Rows whose persons never came hold money of the batch too.
select e.entitlement_id from entitlement e
where e.batch_id = :batchId and e.state = 'committed'
order by e.entitlement_id limit :size for update of e;

-- name: freeRows
-- Their place was in the money of a batch that is no more: the next batch gives them another.
update entitlement e set batch_id = null, batch_offset_fen = null
where e.entitlement_id = any(:entitlementIds::uuid[]) and e.batch_id = :batchId
  and e.state = 'confirmed';

-- name: countHeld
-- Tries under way decide first; a voucher that came back meanwhile counts as well.
select count(*) as held
from entitlement e join voucher v on v.person_id = e.person_id and v.origin_id = e.entitlement_id
where e.batch_id = :batchId
  and (v.state = 'held' or (v.state = 'unused' and v.valid_to > :now::timestamptz));

-- name: finishRecall
-- Of two workers one finishes it.
update batch_recall set state = 'done' where recall_id = :recallId and state = 'approved'
returning voided_count;

-- name: listKept
-- What a recall could not take back, for the organiser to pursue.
select v.person_id, v.voucher_id, v.state, v.face_fen
from entitlement e join voucher v on v.person_id = e.person_id and v.origin_id = e.entitlement_id
where e.batch_id = :batchId and v.state in ('used', 'held')
  and (:afterPerson::uuid is null
    or (v.person_id, v.voucher_id) > (:afterPerson::uuid, :afterVoucher::uuid))
order by v.person_id, v.voucher_id limit :size;
