-- name: findFunds
-- Both ends, to judge that the money stays with its funder.
select fund_id, programme_id, funder_id, source_class, pool from fund
where fund_id in (:sourceFundId, :targetFundId);

-- name: insertPoolTransfer
-- Moves nothing before a second person approves.
insert into pool_transfer (pool_transfer_id, programme_id, source_fund_id, target_fund_id,
  amount_fen, reason, state, prepared_by, created_at)
values (:poolTransferId, :programmeId, :sourceFundId, :targetFundId, :amountFen, :reason,
  'prepared', :preparedBy, :now::timestamptz);

-- name: decidePoolTransfer
-- Decided once; the constraint keeps approver and preparer apart.
update pool_transfer set state = :state, approved_by = :approvedBy
where pool_transfer_id = :poolTransferId and state = 'prepared'
returning pool_transfer_id;

-- name: findPoolTransfer
-- Locked where it is decided: once.
select t.pool_transfer_id, t.programme_id, t.source_fund_id, s.pool as source_pool,
  t.target_fund_id, g.pool as target_pool, t.amount_fen, t.reason, t.state, t.prepared_by,
  t.approved_by, t.created_at
from pool_transfer t
join fund s on s.fund_id = t.source_fund_id join fund g on g.fund_id = t.target_fund_id
where t.pool_transfer_id = :poolTransferId;

-- name: listPoolTransfers
-- Only those of the programme asked for.
select t.pool_transfer_id, t.programme_id, t.source_fund_id, s.pool as source_pool,
  t.target_fund_id, g.pool as target_pool, t.amount_fen, t.reason, t.state, t.prepared_by,
  t.approved_by, t.created_at
from pool_transfer t
join fund s on s.fund_id = t.source_fund_id join fund g on g.fund_id = t.target_fund_id
where t.programme_id = :programmeId and t.pool_transfer_id > :after::uuid
order by t.pool_transfer_id limit :limit;
