-- name: lockProgramme
-- Runs of one programme are prepared one after the other; their numbers have no gap.
select p.programme_id from programme p where p.programme_id = :programmeId for update of p;

-- name: lastNumber
-- In a statement after the lock: it must see the run that held it.
select coalesce(max(number), 0) as number from settlement_run where programme_id = :programmeId;

-- name: insertRun
-- The figures are final when it is inserted: the lines of the same transaction cannot change them.
insert into settlement_run (run_id, programme_id, number, cut_off, state, line_count, amount_fen,
  content_hash, prepared_by, created_at, payer_account)
values (:runId, :programmeId, :number, :cutOff::timestamptz, 'prepared', :lineCount, :amountFen,
  :contentHash, :preparedBy, :now::timestamptz, :payerAccount);

-- name: specialAccounts
-- The accounts the programme's money lies in, with their funds: a fund's money lies where its first
-- confirmed order was paid to.
select a.account_number, array_agg(f.fund_id order by f.fund_id) as fund_ids
from fund f
join lateral (select o.account_number from funding_order_line l
  join funding_order o using (funding_order_id)
  where l.fund_id = f.fund_id and o.state = 'confirmed'
  order by o.confirmed_at, o.funding_order_id limit 1) a on true
where f.programme_id = :programmeId
group by a.account_number order by a.account_number;

-- name: lockCandidates
-- Every redemption before the cut-off that stands in no run yet. The rows are locked: a refund or a
-- hold that comes now waits, then finds the line. One that came first is seen by the next
-- statement, which chooses among the locked; this one saw what was true before it waited.
select r.redemption_id
from redemption r
join event e on e.event_id = r.commit_event_id
join merchant m on m.merchant_id = r.merchant_id
where r.programme_id = :programmeId and r.fund_id = any(:fundIds::uuid[])
  and r.state in ('committed', 'reversed') and e.at < :cutOff::timestamptz
  and m.settlement_account is not null
  and coalesce(m.settlement_account_changed_at, '-infinity')
    <= :now::timestamptz - interval '24 hours'
  and not exists (select from payout_hold h where h.redemption_id = r.redemption_id
    and (h.released_at is null or h.decision = 'void'))
  and not exists (select from settlement_line l where l.person_id = r.person_id
    and l.event_kind = 'redemption' and l.event_ref = r.redemption_id)
order by r.person_id, r.redemption_id
limit :limit
for no key update of r;

-- name: lockMerchants
-- Whoever changes a settlement account waits until its payout is written down.
select m.merchant_id from merchant m where m.merchant_id in (
  select r.merchant_id from redemption r where r.redemption_id = any(:redemptionIds::uuid[]))
order by m.merchant_id for share of m;

-- name: takeRedemptions
-- Of the locked ones those that nothing holds: no open risk case, none that ended in a void, and a
-- settlement account that has stood for a day.
select r.person_id, r.redemption_id as event_ref, r.merchant_id, r.fund_id,
  r.deduction_fen as amount_fen
from redemption r
join merchant m on m.merchant_id = r.merchant_id
where r.redemption_id = any(:redemptionIds::uuid[])
  and m.settlement_account is not null
  and coalesce(m.settlement_account_changed_at, '-infinity')
    <= :now::timestamptz - interval '24 hours'
  and not exists (select from payout_hold h where h.redemption_id = r.redemption_id
    and (h.released_at is null or h.decision = 'void'))
order by r.merchant_id, r.person_id, r.redemption_id;

-- name: takeRefunds
-- Refunds before settlement come with their redemption, whenever they were; refunds after
-- settlement come by the cut-off.
select f.person_id, f.refund_id as event_ref, r.merchant_id, r.fund_id,
  -f.voucher_fen as amount_fen, f.after_settlement as from_receivable
from refund f
join redemption r using (person_id, redemption_id)
where r.programme_id = :programmeId and r.fund_id = any(:fundIds::uuid[]) and f.voucher_fen > 0
  and case when f.after_settlement then f.at < :cutOff::timestamptz
    else f.redemption_id = any(:redemptionIds::uuid[]) end
  and not exists (select from settlement_line l where l.person_id = f.person_id
    and l.event_kind = 'refund' and l.event_ref = f.refund_id)
order by r.merchant_id, f.person_id, f.refund_id;

-- name: receivables
-- What merchants owe, less what prepared runs are already going to take.
select f.merchant_id, f.fund_id, (-f.balance_fen - coalesce((
    select sum(o.amount_fen) from settlement_offset o join settlement_run r using (run_id)
    where r.state = 'prepared' and o.merchant_id = f.merchant_id and o.fund_id = f.fund_id), 0)
  )::bigint as owed_fen
from account_fold f join fund u using (fund_id)
where f.kind = 'receivable' and u.programme_id = :programmeId and f.balance_fen < 0;

-- name: insertLines
-- The primary key keeps an event out of a second run, whoever prepares one at the same time.
insert into settlement_line
  (run_id, merchant_id, fund_id, event_kind, person_id, event_ref, amount_fen)
select :runId, * from unnest(:merchantIds::uuid[], :fundIds::uuid[], :eventKinds::text[],
  :personIds::uuid[], :eventRefs::uuid[], :amounts::bigint[]);

-- name: insertPayouts
-- The account is frozen here: a later change of it does not redirect this run.
insert into payout (payout_id, run_id, merchant_id, amount_fen, account, key_id, state)
select p.payout_id, :runId, p.merchant_id, p.amount_fen, m.settlement_account, m.key_id, 'prepared'
from unnest(:payoutIds::uuid[], :merchantIds::uuid[], :amounts::bigint[])
  as p(payout_id, merchant_id, amount_fen)
join merchant m using (merchant_id);

-- name: insertPayoutFunds
-- Which fund pays how much of it.
insert into payout_fund (payout_id, fund_id, paid_fen)
select * from unnest(:payoutIds::uuid[], :fundIds::uuid[], :amounts::bigint[]);

-- name: insertOffsets
-- Taken from what the run owes; posted at its approval.
insert into settlement_offset (run_id, merchant_id, fund_id, amount_fen)
select :runId, * from unnest(:merchantIds::uuid[], :fundIds::uuid[], :amounts::bigint[]);
