-- name: fundedOfFunds
-- What was confirmed into a fund, and when its money last moved at all.
select a.fund_id,
  coalesce(sum(t.amount_fen) filter (where a.kind = 'funder'), 0)::bigint as confirmed_fen,
  max(t.at) as last_moved_at
from account a join transfer t on t.source_id = a.account_id
where a.fund_id = any(:fundIds::uuid[]) group by a.fund_id;

-- name: poolBalances
-- Every account kind of every pool, summed over its funds.
select f.pool, b.kind, sum(b.balance_fen)::bigint as balance_fen
from fund f join account_fold b on b.fund_id = f.fund_id
where f.programme_id = :programmeId
  and (:channels::text[] is null or f.channel = any(:channels::text[]))
group by f.pool, b.kind;

-- name: poolAvailable
-- The two accounts with a stored balance: read on hot paths without folding.
select coalesce(sum(b.balance_fen) filter (where b.kind = 'available'), 0)::bigint as available_fen,
  coalesce(sum(b.balance_fen) filter (where b.kind = 'committed'), 0)::bigint as committed_fen,
  exists (select 1 from funding_order_line l join funding_order o
      on o.funding_order_id = l.funding_order_id and o.state = 'confirmed'
    join fund g on g.fund_id = l.fund_id
    where g.programme_id = :programmeId and g.pool = :pool) as is_funded
from fund f
join account a on a.fund_id = f.fund_id and a.kind in ('available', 'committed')
join account_balance b on b.account_id = a.account_id
where f.programme_id = :programmeId and f.pool = :pool;

-- name: listTransfers
-- The fund's ledger in the order it was written; both sides, for a pool transfer has two funds.
select t.transfer_id, s.fund_id as source_fund_id, s.kind as source_kind, g.fund_id as
  target_fund_id,
  g.kind as target_kind, coalesce(s.merchant_id, g.merchant_id) as merchant_id, t.amount_fen,
    t.kind,
  t.reference_kind, t.reference_id, t.event_id, t.at, t.day
from transfer t
join account s on s.account_id = t.source_id join account g on g.account_id = t.target_id
where t.transfer_id > :after and (
  (t.source_id in (select a.account_id from account a where a.fund_id = :fundId)
    and (:account::text is null or s.kind = :account))
  or (t.target_id in (select a.account_id from account a where a.fund_id = :fundId)
    and (:account::text is null or g.kind = :account)))
  and (:kind::text is null or t.kind = :kind)
  and (:fromDay::date is null or t.day >= :fromDay::date)
  and (:toDay::date is null or t.day <= :toDay::date)
order by t.transfer_id limit :limit;

-- name: listNewest
-- The same backwards: a statement of its own, so that either walks the key in its order.
select t.transfer_id, s.fund_id as source_fund_id, s.kind as source_kind, g.fund_id as
  target_fund_id,
  g.kind as target_kind, coalesce(s.merchant_id, g.merchant_id) as merchant_id, t.amount_fen,
    t.kind,
  t.reference_kind, t.reference_id, t.event_id, t.at, t.day
from transfer t
join account s on s.account_id = t.source_id join account g on g.account_id = t.target_id
where t.transfer_id < :before and (
  (t.source_id in (select a.account_id from account a where a.fund_id = :fundId)
    and (:account::text is null or s.kind = :account))
  or (t.target_id in (select a.account_id from account a where a.fund_id = :fundId)
    and (:account::text is null or g.kind = :account)))
  and (:kind::text is null or t.kind = :kind)
  and (:fromDay::date is null or t.day >= :fromDay::date)
  and (:toDay::date is null or t.day <= :toDay::date)
order by t.transfer_id desc limit :limit;

-- name: flows
-- Every transfer stands once, under the fund it left: what a pool received from another is told by
-- its target.
select f.pool, h.pool as target_pool, s.kind as source, g.kind as target, t.kind,
  count(*) as transfers, sum(t.amount_fen)::bigint as amount_fen
from fund f join organisation o on o.organisation_id = f.funder_id
join account s on s.fund_id = f.fund_id
join transfer t on t.source_id = s.account_id
join account g on g.account_id = t.target_id
join fund h on h.fund_id = g.fund_id
where f.programme_id = :programmeId
  and (:everything
    or exists (select 1 from unnest(:paths::text[]) as r(path) where o.path like r.path || '%')
    or f.programme_id = any(:programmeIds::uuid[])
      and (:channels::text[] is null or f.channel = any(:channels::text[])))
group by f.pool, h.pool, s.kind, g.kind, t.kind
order by f.pool, h.pool, s.kind, g.kind, t.kind;
