-- name: lockPayout
-- Two receipts for one payout are judged one after the other.
select p.payout_id, p.run_id, p.merchant_id, p.state, p.amount_fen, r.programme_id
from payout p join settlement_run r using (run_id) where p.payout_id = :payoutId for update of p;

-- name: decidePayout
-- The first final answer of the bank; later ones that differ become exceptions.
update payout set state = :state, decided_at = :now::timestamptz, failure = :failure,
  bank_serial = coalesce(:serial, bank_serial)
where payout_id = :payoutId;

-- name: fundsOfPayout
-- Which funds paid.
select fund_id, paid_fen from payout_fund where payout_id = :payoutId order by fund_id;

-- name: laterAttempts
-- The funds of a payout that was tried again; the money can have moved only once.
select count(*)::int as count from payout p
join payout o on o.run_id = p.run_id and o.merchant_id = p.merchant_id
where o.payout_id = :payoutId and p.attempt > o.attempt
  and p.state in ('prepared', 'approved', 'sent', 'paid');
