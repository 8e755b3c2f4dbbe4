-- name: insertOrder
-- The index referees: a programme has one closing that is not rejected.
insert into closing_order (closing_order_id, programme_id, state, prepared_by, created_at)
values (:closingOrderId, :programmeId, 'prepared', :preparedBy, :now::timestamptz)
on conflict (programme_id) where state <> 'rejected' do nothing
returning closing_order_id;

-- name: findOrder
-- What the approver decides by, and the worker goes on by.
select closing_order_id, programme_id, state, prepared_by, approved_by, created_at, approved_at
from closing_order where closing_order_id = :closingOrderId;

-- name: listOrders
-- Rejected ones stay: a second try is read beside the first.
select closing_order_id, programme_id, state, prepared_by, approved_by, created_at, approved_at
from closing_order where programme_id = :programmeId order by created_at desc limit 50;

-- name: decideOrder
-- Decided once; its own preparer fails the constraint.
update closing_order set state = :toState, approved_by = :decidedBy,
  approved_at = :now::timestamptz
where closing_order_id = :closingOrderId and state = 'prepared' returning programme_id;

-- name: finishOrder
-- Of two workers one takes the last step.
update closing_order set state = 'done'
where closing_order_id = :closingOrderId and state = 'approved' returning programme_id;

-- name: lastEnd
-- The latest end of a voucher that could still be used: one probe of the index per fund.
select max(l.valid_to) as last_end from fund f cross join lateral (
  select v.valid_to from voucher v
  where v.fund_id = f.fund_id and v.state in ('unused', 'held')
  order by v.valid_to desc limit 1) l
where f.programme_id = :programmeId;

-- name: liveRounds
-- Rounds that still hold money committed.
select round_id from round
where programme_id = :programmeId and state in ('approved', 'stopped') order by round_id;

-- name: fundsOfProgramme
-- In the order of use, as every list of funds.
select fund_id from fund where programme_id = :programmeId order by position, fund_id;

-- name: insertClosing
-- The last day of the return is fixed here: a later calendar does not move it.
insert into programme_closing (programme_id, closed_at, return_by, event_id)
values (:programmeId, :now::timestamptz, :returnBy::date, :eventId);

-- name: findClosing
-- Absent while the programme runs.
select programme_id, closed_at, return_by from programme_closing
where programme_id = :programmeId;

-- name: voucherFigures
-- From the vouchers themselves, to stand beside the ledger.
select v.fund_id, count(*) as issued_count, sum(v.face_fen)::bigint as issued_fen,
  count(*) filter (where v.state = 'used') as redeemed_count,
  coalesce(sum(v.face_fen) filter (where v.state = 'used'), 0)::bigint as redeemed_fen,
  count(*) filter (where v.state = 'void') as recalled_count,
  count(*) filter (where v.state = 'held') as held_count,
  coalesce(sum(v.face_fen) filter (where v.state = 'held'), 0)::bigint as held_fen
from voucher v join fund f on f.fund_id = v.fund_id
where f.programme_id = :programmeId group by v.fund_id;
