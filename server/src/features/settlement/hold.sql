-- name: lockRedemption
-- A run that takes the redemption and a hold that stops it wait for each other here.
select r.person_id, r.redemption_id, r.programme_id, r.fund_id, r.merchant_id, r.state,
  r.deduction_fen
from redemption r where r.redemption_id = :redemptionId for update;

-- name: findValue
-- In a statement after the lock: what of the voucher went back already, and whether a run has it.
select
  coalesce((select sum(f.voucher_fen) from refund f where f.redemption_id = :redemptionId
    and f.person_id = :personId and not f.after_settlement), 0)::bigint as refunded_fen,
  coalesce((select sum(f.voucher_fen) from refund f where f.redemption_id = :redemptionId
    and f.person_id = :personId and f.after_settlement), 0)::bigint as owed_fen,
  exists (select from settlement_line l where l.person_id = :personId
    and l.event_kind = 'redemption' and l.event_ref = :redemptionId) as is_in_run,
  exists (select from payout_hold h where h.redemption_id = :redemptionId
    and h.decision = 'void') as is_void;

-- name: insertHold
-- One open hold per redemption; of two the second gets no row.
insert into payout_hold (hold_id, person_id, redemption_id, reason, opened_by, opened_at)
values (:holdId, :personId, :redemptionId, :reason, :openedBy, :now::timestamptz)
on conflict (redemption_id) where released_at is null do nothing
returning hold_id;

-- name: findHold
-- One hold with the redemption it stops.
select h.hold_id, h.redemption_id, r.programme_id, r.merchant_id, m.name as merchant_name,
  r.deduction_fen, h.reason, h.opened_by, h.opened_at, h.proposed_decision, h.proposed_by, h.note,
  h.decision, h.released_by, h.released_at, h.voided_fen
from payout_hold h join redemption r using (person_id, redemption_id)
  join merchant m using (merchant_id)
where h.hold_id = :holdId;

-- name: listHolds
-- In the order they were opened.
select h.hold_id, h.redemption_id, r.programme_id, r.merchant_id, m.name as merchant_name,
  r.deduction_fen, h.reason, h.opened_by, h.opened_at, h.proposed_decision, h.proposed_by, h.note,
  h.decision, h.released_by, h.released_at, h.voided_fen
from payout_hold h join redemption r using (person_id, redemption_id)
  join merchant m using (merchant_id)
where r.programme_id = :programmeId and (:state::text = 'all' or h.released_at is null)
  and h.hold_id > :after::uuid
order by h.hold_id limit :limit;

-- name: proposeDecision
-- A later proposal replaces an earlier one until somebody else agrees.
update payout_hold set proposed_by = :proposedBy, proposed_decision = :decision, note = :note,
  proposed_at = :now::timestamptz
where hold_id = :holdId and released_at is null;

-- name: endHold
-- Ended once.
update payout_hold set decision = :decision, released_by = :releasedBy,
  released_at = :now::timestamptz, voided_fen = :voidedFen
where hold_id = :holdId and released_at is null;

-- name: programmeState
-- Where voided value goes depends on whether the programme still runs.
select state from programme where programme_id = :programmeId;
