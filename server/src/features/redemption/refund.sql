-- name: findSale
-- After the redemption's row is locked: what went back already, whether its line stands in a
-- settlement run, whether a risk case holds its payout or has taken its value from the merchant.
select coalesce(sum(f.amount_fen), 0)::bigint as refunded_fen,
  coalesce(sum(f.cash_fen), 0)::bigint as refunded_cash_fen,
  exists (select 1 from settlement_line l where l.person_id = :personId
    and l.event_kind = 'redemption' and l.event_ref = :redemptionId) as is_settled,
  exists (select 1 from payout_hold h where h.redemption_id = :redemptionId
    and h.released_at is null) as is_held,
  exists (select 1 from payout_hold h where h.redemption_id = :redemptionId
    and h.decision = 'void') as is_void
from refund f where f.person_id = :personId and f.redemption_id = :redemptionId;

-- name: findRefund
-- The refund that carries the number already is the answer.
select f.refund_id, f.redemption_id, f.kind, f.amount_fen, f.voucher_fen, f.cash_fen, f.outcome,
  f.usable_from, f.after_settlement
from refund f
where f.person_id = :personId and f.redemption_id = :redemptionId and f.refund_no = :refundNo;

-- name: insertRefund
-- refund_once_per_number: the same number twice is the same refund.
insert into refund (person_id, refund_id, redemption_id, refund_no, kind, amount_fen, voucher_fen,
  cash_fen, outcome, usable_from, after_settlement, cashier_id, at, event_id)
values (:personId, :refundId, :redemptionId, :refundNo, :kind, :amountFen, :voucherFen, :cashFen,
  :outcome, :usableFrom::timestamptz, :afterSettlement, :cashierId, :now::timestamptz, :eventId);

-- name: markReversed
-- The voucher is free again; its next redemption is another one.
update redemption r set state = 'reversed'
where r.person_id = :personId and r.redemption_id = :redemptionId and r.state = 'committed';

-- name: insertNetworkRefund
-- Sent by a job after this transaction; a late payment is given back once.
insert into network_refund (network_refund_id, redemption_id, person_id, amount_fen, reason, state,
  next_try_at, created_at)
values (:networkRefundId, :redemptionId, :personId, :amountFen, :reason, 'waiting',
  :now::timestamptz, :now::timestamptz)
on conflict (redemption_id) where reason = 'late_payment' do nothing;
