-- Each statement answers one row: how many rows it looked at, how many break the invariant, and the
-- name of the first that does.

-- name: ledgerSumsToZero
-- inv-1: what leaves one account enters another, per programme.
with looked as (
  select p.code, coalesce(sum(f.balance_fen), 0) <> 0 as bad
  from account_fold f join fund u using (fund_id) join programme p using (programme_id)
  group by p.code
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('programme ' || code) filter (where bad) as first_bad
from looked;

-- name: amountsAreWholeAndPositive
-- inv-3: every transfer moves at least one 分 and no more than JSON can hold.
with looked as (
  select transfer_id, amount_fen <= 0 or amount_fen > 9007199254740991 as bad from transfer
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('transfer ' || transfer_id) filter (where bad) as first_bad
from looked;

-- name: balancesAreTheFold
-- inv-8, inv-4: a stored balance is the sum of its transfers and never below zero.
with looked as (
  select a.account_id, a.kind,
    b.account_id is null or b.balance_fen <> f.balance_fen or b.balance_fen < 0
      or b.kind <> a.kind as bad
  from account a
  join account_fold f using (account_id)
  left join account_balance b using (account_id)
  where a.kind in ('available', 'committed')
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('account ' || account_id || ' (' || kind || ')') filter (where bad) as first_bad
from looked;

-- name: noAccountHasTheWrongSign
-- Only the funder's and the receivable accounts may stand below zero, and only they.
with looked as (
  select account_id, kind,
    case when kind in ('funder', 'receivable') then balance_fen > 0 else balance_fen < 0 end as bad
  from account_fold
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('account ' || account_id || ' (' || kind || ')') filter (where bad) as first_bad
from looked;

-- name: fundsAreConserved
-- inv-5: funded = available + committed + outstanding + payable + held + settled + return due +
-- returned − receivable, corrected by approved pool transfers.
with funded as (
  select fund_id, -sum(balance_fen) as fen from account_fold where kind = 'funder' group by fund_id
), moved as (
  select fund_id, sum(fen) as fen from (
    select s.fund_id, -t.amount_fen as fen from transfer t
      join account s on s.account_id = t.source_id where t.kind = 'pool_transfer'
    union all
    select g.fund_id, t.amount_fen from transfer t
      join account g on g.account_id = t.target_id where t.kind = 'pool_transfer'
  ) m group by fund_id
), held as (
  select fund_id, sum(balance_fen) as fen from account_fold where kind <> 'funder' group by fund_id
), looked as (
  select u.fund_id,
    coalesce(funded.fen, 0) + coalesce(moved.fen, 0) <> coalesce(held.fen, 0) as bad
  from fund u left join funded using (fund_id) left join moved using (fund_id)
    left join held using (fund_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('fund ' || fund_id) filter (where bad) as first_bad
from looked;

-- name: poolsDoNotMix
-- inv-6: money leaves its fund only by a pool transfer that two persons approved, within one
-- programme, for exactly the approved amount.
with looked as (
  select t.transfer_id,
    s.fund_id <> g.fund_id and not exists (
      select from pool_transfer p
      where t.kind = 'pool_transfer' and p.pool_transfer_id::text = t.reference_id
        and p.state = 'approved' and p.source_fund_id = s.fund_id
        and p.target_fund_id = g.fund_id and p.amount_fen = t.amount_fen) as bad
  from transfer t
  join account s on s.account_id = t.source_id
  join account g on g.account_id = t.target_id
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('transfer ' || transfer_id) filter (where bad) as first_bad
from looked;

-- name: fundedMeansConfirmed
-- inv-7: what a fund received is what its confirmed funding orders say, to the 分.
with received as (
  select fund_id, -sum(balance_fen) as fen from account_fold where kind = 'funder' group by fund_id
), confirmed as (
  select l.fund_id, sum(l.amount_fen) as fen
  from funding_order_line l join funding_order o using (funding_order_id)
  where o.state = 'confirmed' group by l.fund_id
), looked as (
  select u.fund_id, coalesce(received.fen, 0) <> coalesce(confirmed.fen, 0) as bad
  from fund u left join received using (fund_id) left join confirmed using (fund_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('fund ' || fund_id) filter (where bad) as first_bad
from looked;

-- name: closedDaysStand
-- inv-9: no transfer was posted to an accounting day after it was closed.
with looked as (
  select t.transfer_id, d.day is not null and t.event_id > d.event_id as bad
  from transfer t left join closed_day d on d.day = t.day
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('transfer ' || transfer_id) filter (where bad) as first_bad
from looked;

-- name: outstandingIsTheVouchers
-- The control account of each fund is the value of its vouchers that may still be used: held, or
-- unused and not released by expiry.
with vouchers as (
  select v.fund_id, sum(v.face_fen) as fen
  from voucher v
  left join expiry_release r on r.fund_id = v.fund_id and r.valid_to = v.valid_to
  where v.state = 'held' or (v.state = 'unused' and r.fund_id is null)
  group by v.fund_id
), control as (
  select fund_id, balance_fen as fen from account_fold where kind = 'outstanding'
), looked as (
  select u.fund_id, coalesce(vouchers.fen, 0) <> coalesce(control.fen, 0) as bad,
    coalesce(vouchers.fen, 0) as sub, coalesce(control.fen, 0) as con
  from fund u left join vouchers using (fund_id) left join control using (fund_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('fund ' || fund_id || ': outstanding ' || con || ', vouchers ' || sub)
    filter (where bad) as first_bad
from looked;

-- name: committedIsTheStock
-- The control account of each fund is what live rounds and batches may still issue.
with stock as (
  select fund_id, sum(fen) as fen from (
    select s.fund_id, (s.quantity - s.issued)::bigint * s.face_fen as fen
      from round_stock s join round r using (round_id)
      where r.state in ('approved', 'stopped')
    union all
    select fund_id, committed_fen - issued_fen - released_fen from issue_batch_fund
  ) s group by fund_id
), control as (
  select fund_id, balance_fen as fen from account_fold where kind = 'committed'
), looked as (
  select u.fund_id, coalesce(stock.fen, 0) <> coalesce(control.fen, 0) as bad,
    coalesce(stock.fen, 0) as sub, coalesce(control.fen, 0) as con
  from fund u left join stock using (fund_id) left join control using (fund_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('fund ' || fund_id || ': committed ' || con || ', stock ' || sub)
    filter (where bad) as first_bad
from looked;

-- name: merchantsAreOwedWhatTheyRedeemed
-- Payable, held, settled and receivable of a merchant add up to its redemptions less what refunds
-- and voided holds took back.
with events as (
  select merchant_id, fund_id, sum(fen) as fen from (
    select merchant_id, fund_id, deduction_fen as fen from redemption
      where state in ('committed', 'reversed')
    union all
    select r.merchant_id, r.fund_id, -f.voucher_fen from refund f
      join redemption r using (person_id, redemption_id)
    union all
    select r.merchant_id, r.fund_id, -h.voided_fen from payout_hold h
      join redemption r using (person_id, redemption_id)
  ) e group by merchant_id, fund_id
), control as (
  select merchant_id, fund_id, sum(balance_fen) as fen from account_fold
  where kind in ('payable', 'payable_held', 'settled', 'receivable')
  group by merchant_id, fund_id
), looked as (
  select merchant_id, fund_id, coalesce(events.fen, 0) <> coalesce(control.fen, 0) as bad
  from events full join control using (merchant_id, fund_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('merchant ' || merchant_id || ', fund ' || fund_id) filter (where bad) as first_bad
from looked;

-- name: heldIsWhatTheHoldsStop
-- inv-36: payable-held of a merchant is the value of its redemptions under an open hold, less what
-- refunds took back before settlement.
with stopped as (
  select r.merchant_id, r.fund_id, sum(r.deduction_fen - coalesce((
      select sum(f.voucher_fen) from refund f where f.person_id = r.person_id
        and f.redemption_id = r.redemption_id and not f.after_settlement), 0)) as fen
  from payout_hold h join redemption r using (person_id, redemption_id)
  where h.released_at is null group by r.merchant_id, r.fund_id
), control as (
  select merchant_id, fund_id, balance_fen as fen from account_fold where kind = 'payable_held'
), looked as (
  select merchant_id, fund_id, coalesce(stopped.fen, 0) <> coalesce(control.fen, 0) as bad
  from stopped full join control using (merchant_id, fund_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('merchant ' || merchant_id || ', fund ' || fund_id) filter (where bad) as first_bad
from looked;

-- name: settledIsWhatWasPaid
-- What the ledger calls settled is the sum of paid payouts, merchant by merchant and fund by fund.
with paid as (
  select p.merchant_id, f.fund_id, sum(f.paid_fen) as fen
  from payout p join payout_fund f using (payout_id) where p.state = 'paid'
  group by p.merchant_id, f.fund_id
), control as (
  select merchant_id, fund_id, balance_fen as fen from account_fold where kind = 'settled'
), looked as (
  select merchant_id, fund_id, coalesce(paid.fen, 0) <> coalesce(control.fen, 0) as bad
  from paid full join control using (merchant_id, fund_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('merchant ' || merchant_id || ', fund ' || fund_id) filter (where bad) as first_bad
from looked;

-- name: returnedIsWhatWasReturned
-- inv-31: the returned account of a fund is the sum of its finished returns.
with finished as (
  select fund_id, sum(amount_fen) as fen from fund_return where state = 'returned' group by fund_id
), control as (
  select fund_id, balance_fen as fen from account_fold where kind = 'returned'
), looked as (
  select u.fund_id, coalesce(finished.fen, 0) <> coalesce(control.fen, 0) as bad
  from fund u left join finished using (fund_id) left join control using (fund_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('fund ' || fund_id) filter (where bad) as first_bad
from looked;

-- name: closedProgrammesOweNothing
-- inv-31: after closing nothing is available, committed or outstanding, but for tries whose outcome
-- the bank still owes.
with looked as (
  select f.fund_id, f.kind,
    case f.kind
      when 'outstanding' then f.balance_fen <> coalesce((
        select sum(v.face_fen) from voucher v where v.fund_id = f.fund_id and v.state = 'held'), 0)
      else f.balance_fen <> 0
    end as bad
  from account_fold f join fund u using (fund_id)
  join programme p on p.programme_id = u.programme_id and p.state = 'closed'
  where f.kind in ('available', 'committed', 'outstanding')
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('fund ' || fund_id || ' (' || kind || ')') filter (where bad) as first_bad
from looked;

-- name: runsAddUp
-- inv-33: a run has the lines it says; what it pays is, merchant by merchant and fund by fund, its
-- lines less what older receivables took; a payout is the sum of its funds.
with lines as (
  select run_id, count(*) as n, sum(amount_fen) as fen from settlement_line group by run_id
), first as (
  select p.run_id, sum(p.amount_fen) as fen, sum(f.fen) as by_fund
  from payout p
  join (select payout_id, sum(paid_fen) as fen from payout_fund group by payout_id) f
    using (payout_id)
  where p.attempt = 1 group by p.run_id
), looked as (
  select r.run_id,
    r.line_count <> coalesce(lines.n, 0) or r.amount_fen <> coalesce(first.fen, 0)
    or coalesce(first.fen, 0) <> coalesce(first.by_fund, 0) as bad
  from settlement_run r left join lines using (run_id) left join first using (run_id)
  where r.state <> 'rejected'
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('run ' || run_id) filter (where bad) as first_bad
from looked;

-- name: noMoneyIsPaidTwice
-- inv-34: of all attempts to pay one merchant for one run, at most one is on its way or arrived.
with looked as (
  select run_id, merchant_id,
    count(*) filter (where state in ('prepared', 'approved', 'sent', 'paid')) > 1 as bad
  from payout group by run_id, merchant_id
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('run ' || run_id || ', merchant ' || merchant_id) filter (where bad) as first_bad
from looked;

-- name: transfersHaveTheirEvent
-- inv-44: no money moves without a recorded act of the same instant.
with looked as (
  select t.transfer_id, e.at is distinct from t.at as bad
  from transfer t left join event e using (event_id)
)
select count(*) as looked_at, count(*) filter (where bad) as bad_count,
  min('transfer ' || transfer_id) filter (where bad) as first_bad
from looked;
