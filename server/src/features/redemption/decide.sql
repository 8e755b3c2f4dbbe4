-- name: lockRedemptions
-- In key order. Whoever decides a redemption holds its row first and moves its voucher after.
select r.person_id, r.redemption_id, r.voucher_id, r.programme_id, r.fund_id, r.merchant_id,
  r.shop_id, r.terminal_id, r.cashier_id, r.order_fen, r.deduction_fen, r.cash_fen, r.state,
  r.payment, r.tried_at, r.void_at, r.sent_at, r.decided_at
from redemption r where r.redemption_id = any(:redemptionIds::uuid[])
order by r.person_id, r.redemption_id for update of r;

-- name: findRedemption
-- For tills that ask how it ended, and for the right to give back.
select r.person_id, r.redemption_id, r.voucher_id, r.programme_id, r.fund_id, r.merchant_id,
  r.shop_id, r.terminal_id, r.cashier_id, r.order_fen, r.deduction_fen, r.cash_fen, r.state,
  r.payment, r.tried_at, r.void_at, r.sent_at, r.decided_at
from redemption r where r.redemption_id = :redemptionId;

-- name: findVouchersOf
-- What a decision needs to know of the vouchers and programmes of redemptions; asked after their
-- lock, so that a programme that began to close meanwhile is seen.
select v.voucher_id, v.version_id, v.kind, v.face_fen, v.valid_to, p.state as programme_state
from redemption r
join voucher v on v.person_id = r.person_id and v.voucher_id = r.voucher_id
join programme p on p.programme_id = v.programme_id
where r.redemption_id = any(:redemptionIds::uuid[]);

-- name: decideRedemptions
-- The states that the redemptions were locked in are part of the condition all the same.
update redemption r set state = w.state, decided_at = :now::timestamptz,
  commit_event_id = case when w.state = 'committed' then :eventId::bigint end, next_query_at = null
from unnest(:personIds::uuid[], :redemptionIds::uuid[], :states::text[])
  as w(person_id, redemption_id, state)
where r.person_id = w.person_id and r.redemption_id = w.redemption_id
  and r.state in ('tried', 'sent');

-- name: markSent
-- Before the request leaves: from here on only its outcome can free the voucher.
update redemption r set state = 'sent', sent_at = :now::timestamptz,
  next_query_at = :nextQueryAt::timestamptz
where r.redemption_id = :redemptionId and r.state = 'tried'
  and r.void_at > :now::timestamptz;

-- name: markUnsent
-- The connection failed before anything left: as if it had never been sent.
update redemption r set state = 'tried', sent_at = null, next_query_at = null
where r.redemption_id = :redemptionId and r.state = 'sent';

-- name: findOverdueTries
-- Never sent, so no money can have moved; those being decided now are passed over.
select r.redemption_id from redemption r
where r.state = 'tried' and r.void_at <= :now::timestamptz
order by r.void_at limit :limit for update skip locked;
