-- name: clearDay
-- What became owed on one day, per merchant and fund: redemptions of the day less refunds of the
-- day.
select m.merchant_id, m.name as merchant_name, f.fund_id, o.name as funder_name,
  sum(e.redeemed)::bigint as redeemed_fen, sum(e.refunded)::bigint as refunded_fen,
  sum(e.redemptions)::int as redemption_count, sum(e.refunds)::int as refund_count
from (
  select r.merchant_id, r.fund_id, r.deduction_fen as redeemed, 0 as refunded, 1 as redemptions,
    0 as refunds
  from redemption r
  where r.programme_id = :programmeId and r.state in ('committed', 'reversed')
    and r.decided_at >= :from::timestamptz and r.decided_at < :before::timestamptz
  union all
  select r.merchant_id, r.fund_id, 0, f.voucher_fen, 0, 1
  from refund f join redemption r using (person_id, redemption_id)
  where r.programme_id = :programmeId
    and f.at >= :from::timestamptz and f.at < :before::timestamptz
) e
join merchant m using (merchant_id) join fund f using (fund_id)
join organisation o on o.organisation_id = f.funder_id
group by m.merchant_id, m.name, f.fund_id, o.name
order by m.merchant_id, f.fund_id limit 20000;

-- name: waiting
-- Every redemption that is not paid for, by the name of what it waits for, and since how many days:
-- in a run that is under way, or out of every run for one of the named reasons.
select w.merchant_id, w.merchant_name, w.waits_for, w.days::int as days,
  count(*)::int as redemption_count, sum(w.amount_fen)::bigint as amount_fen
from (
  select r.merchant_id, m.name as merchant_name, r.deduction_fen as amount_fen,
    :today::date - (e.at at time zone 'Asia/Shanghai')::date as days,
    case
      when l.run_id is not null and p.state in ('failed', 'came_back') then 'payout_failed'
      when l.run_id is not null and s.state = 'prepared' then 'approval'
      when l.run_id is not null then 'bank'
      when exists (select from payout_hold h where h.redemption_id = r.redemption_id
        and h.released_at is null) then 'payout_hold'
      when m.settlement_account is null then 'no_account'
      when m.settlement_account_changed_at > :now::timestamptz - interval '24 hours'
        then 'account_changed'
      when e.at >= :midnight::timestamptz then 'not_due'
      else 'next_run'
    end as waits_for
  from redemption r
  join event e on e.event_id = r.commit_event_id
  join merchant m using (merchant_id)
  left join settlement_line l on l.person_id = r.person_id and l.event_kind = 'redemption'
    and l.event_ref = r.redemption_id
  left join settlement_run s on s.run_id = l.run_id
  left join lateral (select p.state from payout p where p.run_id = l.run_id
    and p.merchant_id = r.merchant_id and p.state <> 'rejected'
    order by p.attempt desc limit 1) p on true
  where r.programme_id = :programmeId and r.state = 'committed'
    and (:merchantId::uuid is null or r.merchant_id = :merchantId)
    and not exists (select from payout_hold h where h.redemption_id = r.redemption_id
      and h.decision = 'void')
    and not (coalesce(p.state, '') = 'paid'
      or (p.state is null and coalesce(s.state, '') in ('approved', 'sent', 'finished')))
) w
group by w.merchant_id, w.merchant_name, w.waits_for, w.days
order by w.days desc, w.merchant_id, w.waits_for limit 20000;

-- name: listRuns
-- Latest first.
select r.run_id, r.programme_id, r.number, r.cut_off, r.state, r.line_count, r.amount_fen,
  encode(r.content_hash, 'hex') as content_hash, r.payer_account, r.prepared_by, r.approved_by,
  r.created_at, r.approved_at, r.bank_refusal,
  (select count(*)::int from payout p where p.run_id = r.run_id and p.attempt = 1) as payout_count
from settlement_run r
where r.programme_id = :programmeId and (:state::text is null or r.state = :state)
  and r.number < :before
order by r.number desc limit :limit;

-- name: findRun
-- One run as it stands.
select r.run_id, r.programme_id, r.number, r.cut_off, r.state, r.line_count, r.amount_fen,
  encode(r.content_hash, 'hex') as content_hash, r.payer_account, r.prepared_by, r.approved_by,
  r.created_at, r.approved_at, r.bank_refusal,
  (select count(*)::int from payout p where p.run_id = r.run_id and p.attempt = 1) as payout_count
from settlement_run r where r.run_id = :runId;

-- name: listPayouts
-- A run's payouts with every attempt; one merchant's where asked for.
select p.payout_id, p.run_id, r.programme_id, p.merchant_id, m.name as merchant_name, p.attempt,
  p.amount_fen, p.state, p.failure, p.prepared_by, p.sent_at, p.decided_at
from payout p join settlement_run r using (run_id) join merchant m using (merchant_id)
where p.run_id = :runId and (:merchantId::uuid is null or p.merchant_id = :merchantId)
  and (p.merchant_id, p.attempt) > (:afterMerchant::uuid, :afterAttempt::int)
order by p.merchant_id, p.attempt limit :limit;

-- name: findPayout
-- One attempt as it stands.
select p.payout_id, p.run_id, r.programme_id, p.merchant_id, m.name as merchant_name, p.attempt,
  p.amount_fen, p.state, p.failure, p.prepared_by, p.sent_at, p.decided_at
from payout p join settlement_run r using (run_id) join merchant m using (merchant_id)
where p.payout_id = :payoutId;

-- name: programmeOfRedemption
-- Who may hold it depends on its programme.
select programme_id from redemption where redemption_id = :redemptionId;
