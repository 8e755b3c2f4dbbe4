-- name: findPayment
-- Who tried, and what the network is asked for; the row is not locked while the network thinks.
select r.redemption_id, r.terminal_id, r.merchant_id, r.order_fen, r.cash_fen, r.payment, r.state,
  r.void_at, r.sent_at
from redemption r where r.redemption_id = :redemptionId;

-- name: claimQueries
-- Each payment without an answer is asked about by one worker at a time; its next turn is ten
-- seconds on, until reconciliation decides.
with due as (
  select r.person_id, r.redemption_id from redemption r
  where r.state = 'sent' and r.next_query_at <= :now::timestamptz
  order by r.next_query_at limit :limit for update skip locked
)
update redemption r set next_query_at = case
  when :now::timestamptz + interval '10 seconds' <= r.sent_at + interval '46 seconds'
    then :now::timestamptz + interval '10 seconds' end
from due d where r.person_id = d.person_id and r.redemption_id = d.redemption_id
returning r.redemption_id, r.sent_at;

-- name: claimRefunds
-- The next try is set before the request leaves, so that a crash repeats it under the same id.
with due as (
  select n.network_refund_id from network_refund n
  where n.state = 'waiting' and n.next_try_at <= :now::timestamptz
  order by n.next_try_at limit :limit for update skip locked
)
update network_refund n set next_try_at = :now::timestamptz + interval '1 minute'
from due d where n.network_refund_id = d.network_refund_id
returning n.network_refund_id, n.redemption_id, n.amount_fen;

-- name: decideRefund
-- The network's first final word counts.
update network_refund n set state = :state, decided_at = :now::timestamptz, next_try_at = null
where n.network_refund_id = :networkRefundId and n.state = 'waiting';
