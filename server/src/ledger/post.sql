-- name: openAccounts
-- Accounts come into being with their first transfer; two transactions may both be first. Nearly
-- always all are there: asking costs a fifth of trying to write them.
insert into account (fund_id, kind, merchant_id)
select a.fund_id, a.kind, a.merchant_id
from unnest(:fundIds::uuid[], :kinds::text[], :merchantIds::uuid[]) as a(fund_id, kind, merchant_id)
where not exists (select from account_of(a.fund_id, a.kind, a.merchant_id))
order by 1, 2, 3
on conflict on constraint one_account_per_fund_kind_merchant do nothing;

-- name: insertTransfers
-- One statement per act: the trigger locks and moves every balance it touches at once. An account
-- is found by its key, with or without a merchant: a fund has one of each kind for every merchant.
insert into transfer (source_id, target_id, amount_fen, kind, reference_kind, reference_id,
  event_id, at)
select s.account_id, t.account_id, m.amount_fen, m.kind, m.reference_kind, m.reference_id,
  :eventId, :now::timestamptz
from unnest(:fundIds::uuid[], :sourceKinds::text[], :sourceMerchants::uuid[],
    :targetFunds::uuid[], :targetKinds::text[], :targetMerchants::uuid[], :amounts::bigint[],
    :transferKinds::text[], :referenceKinds::text[], :referenceIds::text[])
  as m(fund_id, source_kind, source_merchant, target_fund, target_kind, target_merchant, amount_fen,
    kind, reference_kind, reference_id)
cross join lateral account_of(m.fund_id, m.source_kind, m.source_merchant) s
cross join lateral account_of(m.target_fund, m.target_kind, m.target_merchant) t;

-- name: balancesOfFunds
-- Folded from the transfers, so it can serve as evidence as well as an answer.
select fund_id, kind, merchant_id, balance_fen from account_fold where fund_id =
  any(:fundIds::uuid[]);

-- name: lockAvailable
-- Whoever decides by what is available holds it until the decision is posted.
select fund_id, balance_fen from lock_available(:fundIds::uuid[]);
