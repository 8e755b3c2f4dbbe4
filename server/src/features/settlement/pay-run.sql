-- name: startSending
-- Marked before the file leaves: whatever happens then, the bank is asked before anything is resent.
update settlement_run set state = 'sent'
where run_id = :runId and state in ('approved', 'sent')
returning programme_id, number;

-- name: markPayoutsSent
-- The first sending counts; a resent file is the same file.
update payout set state = 'sent', sent_at = :now::timestamptz
where run_id = :runId and state = 'prepared';

-- name: payoutsOfRun
-- What the payment file holds, in a fixed order so that a resent file is the same.
select p.payout_id, p.merchant_id, p.amount_fen, p.account, p.key_id, m.name as merchant_name
from payout p join merchant m using (merchant_id)
where p.run_id = :runId and p.attempt = 1 order by p.payout_id;

-- name: takeBack
-- A rejected file had no effect: the run can be sent again.
update settlement_run set state = 'approved' where run_id = :runId and state = 'sent';

-- name: lockPayout
-- Two receipts for one payout are judged one after the other.
select p.payout_id, p.run_id, p.merchant_id, p.state, p.amount_fen, r.programme_id
from payout p join settlement_run r using (run_id) where p.payout_id = :payoutId for update of p;

-- name: decidePayout
-- The first final answer of the bank; later ones that differ become exceptions.
update payout set state = :state, decided_at = :now::timestamptz, failure = :failure,
  bank_serial = :serial
where payout_id = :payoutId;

-- name: fundsOfPayout
-- Which funds paid.
select fund_id, paid_fen from payout_fund where payout_id = :payoutId order by fund_id;

-- name: finishRun
-- A run ends when each of its payouts has: paid, or failed and on the list of exceptions.
update settlement_run set state = 'finished'
where run_id = :runId and state = 'sent'
  and not exists (select from payout p where p.run_id = :runId and p.state in ('prepared', 'sent'));

-- name: insertException
-- Somebody looks at it; nothing is overwritten.
insert into reconciliation_exception
  (exception_id, programme_id, payout_id, verdict, details, state, created_at)
values (:exceptionId, :programmeId, :payoutId, :verdict, :details::jsonb, 'open', :now::timestamptz);

-- name: runsToPay
-- Approved runs wait to be sent; sent ones for their receipts.
select run_id, state from settlement_run where state in ('approved', 'sent') order by created_at
limit 100;

-- name: specialAccountOf
-- The account the programme's money was confirmed in.
select o.account_number from funding_order o
where o.programme_id = :programmeId and o.state = 'confirmed' order by o.confirmed_at limit 1;
