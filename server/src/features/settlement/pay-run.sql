-- name: startSending
-- Marked before the file leaves: whatever happens then, the bank is asked before anything is
-- resent.
update settlement_run set state = 'sent', bank_refusal = null
where run_id = :runId and state in ('approved', 'sent')
returning programme_id, number, payer_account;

-- name: markPayoutsSent
-- The first sending counts; a resent file is the same file. Later attempts go by themselves.
update payout set state = 'sent', sent_at = :now::timestamptz
where run_id = :runId and attempt = 1 and state = 'prepared';

-- name: payoutsOfRun
-- What the payment file holds, in a fixed order so that a resent file is the same.
select p.payout_id, p.merchant_id, p.amount_fen, p.account, p.key_id
from payout p where p.run_id = :runId and p.attempt = 1 order by p.payout_id;

-- name: takeBack
-- A rejected file had no effect, if the bank is to be believed: people look, and its receipts are
-- asked for all the same.
update settlement_run set state = 'approved', bank_refusal = :reason
where run_id = :runId and state = 'sent' and not exists (select from payout p
  where p.run_id = :runId and p.attempt = 1 and p.state not in ('prepared', 'sent'))
returning programme_id;

-- name: clearRefusal
-- Somebody looked: it may be sent again, under the same id.
update settlement_run set bank_refusal = null
where run_id = :runId and state = 'approved' and bank_refusal is not null
returning programme_id;

-- name: wasSentAfterAll
-- The bank answered no and carried it out.
update settlement_run set state = 'sent', bank_refusal = null
where run_id = :runId and state = 'approved' returning programme_id;

-- name: finishRun
-- A run ends when each of its payouts has: paid, or failed and on the list of exceptions.
update settlement_run set state = 'finished'
where run_id = :runId and state = 'sent' and not exists (select from payout p
  where p.run_id = :runId and p.attempt = 1 and p.state in ('prepared', 'sent'))
returning programme_id;

-- name: runsToPay
-- Approved runs wait to be sent; sent ones for their receipts; refused ones are asked about.
select run_id, case when state = 'approved' and bank_refusal is not null then 'refused'
  else state end as step
from settlement_run where state in ('approved', 'sent') order by created_at, run_id limit 100;

-- name: runsToAskAgain
-- Paid money may still be sent back by the payee's bank.
select r.run_id from settlement_run r
where r.state = 'finished' and exists (select from payout p where p.run_id = r.run_id
  and p.attempt = 1 and p.state = 'paid' and p.decided_at > :since::timestamptz)
order by r.created_at, r.run_id limit 500;

-- name: programmeOf
-- Events and exceptions name the programme.
select programme_id from settlement_run where run_id = :runId;
