-- name: lockPayout
-- With its run and how the merchant's account stands now.
select p.payout_id, p.run_id, p.merchant_id, p.state, p.attempt, p.amount_fen, p.prepared_by,
  p.account, p.key_id, r.programme_id, r.number, r.payer_account,
  m.settlement_account_changed_at, m.settlement_account is not null as has_account
from payout p join settlement_run r using (run_id) join merchant m using (merchant_id)
where p.payout_id = :payoutId for update of p;

-- name: lockMerchant
-- Whoever changes the account waits until the attempt is written down.
select merchant_id from merchant where merchant_id = :merchantId for share;

-- name: openContradictions
-- The bank or its statement says that the money may have left after all.
select count(*)::int as count from reconciliation_exception e
join payout p on p.payout_id = e.payout_id
where p.run_id = :runId and p.merchant_id = :merchantId and e.state = 'open'
  and (e.verdict = 'amount_differs' or e.details ->> 'theirs' = 'paid');

-- name: insertAttempt
-- To the account as it stands now; one live attempt per run and merchant.
insert into payout (payout_id, run_id, merchant_id, amount_fen, attempt, account, key_id, state,
  prepared_by)
select :newId, p.run_id, p.merchant_id, p.amount_fen, (
    select max(o.attempt) + 1 from payout o
    where o.run_id = p.run_id and o.merchant_id = p.merchant_id),
  m.settlement_account, m.key_id, 'prepared', :preparedBy
from payout p join merchant m using (merchant_id) where p.payout_id = :payoutId
on conflict (run_id, merchant_id) where state in ('prepared', 'approved', 'sent', 'paid') do nothing
returning payout_id, attempt;

-- name: insertAttemptFunds
-- The same funds pay the same parts.
insert into payout_fund (payout_id, fund_id, paid_fen)
select :newId, fund_id, paid_fen from payout_fund where payout_id = :payoutId;

-- name: decideAttempt
-- Decided once.
update payout set state = :state, approved_by = :approvedBy
where payout_id = :payoutId and attempt > 1 and state = 'prepared';

-- name: markSent
-- Marked before the file leaves; the first sending counts.
update payout set state = 'sent', sent_at = coalesce(sent_at, :now::timestamptz)
where payout_id = :payoutId and state in ('approved', 'sent');

-- name: earlierAttempts
-- Whether they truly failed is asked once more before the next one leaves.
select payout_id from payout where run_id = :runId and merchant_id = :merchantId
  and attempt < :attempt and state <> 'rejected' order by attempt;

-- name: attemptsToPay
-- Approved ones leave, sent ones wait for their answer.
select p.payout_id, p.state from payout p
where p.attempt > 1 and p.state in ('approved', 'sent') order by p.payout_id limit 500;
