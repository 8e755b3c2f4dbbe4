-- name: findFundsForOrder
-- All lines of an order are one funder's money in one programme.
select f.fund_id, f.programme_id, f.funder_id, f.pool, f.source_class, f.channel, o.name as
  funder_name
from fund f join organisation o on o.organisation_id = f.funder_id
where f.fund_id = any(:fundIds::uuid[]);

-- name: remarkIsFree
-- A code made by us is unlike every open one on the account.
select not exists (select 1 from funding_order where account_number = :accountNumber
  and remark_code = :remarkCode) as free;

-- name: insertOrder
-- Open until its money is confirmed.
insert into funding_order (funding_order_id, programme_id, funder_id, remark_code, account_number,
  account_name, account_bank, payer_index, total_fen, state, prepared_by, created_at)
values (:fundingOrderId, :programmeId, :funderId, :remarkCode, :accountNumber, :accountName,
  :accountBank, :payerIndex, :totalFen, 'open', :preparedBy, :now::timestamptz);

-- name: insertLines
-- What the order pays into which fund; fixed from here on.
insert into funding_order_line (funding_order_id, fund_id, amount_fen)
select :fundingOrderId, l.fund_id, l.amount_fen
from unnest(:fundIds::uuid[], :amounts::bigint[]) as l(fund_id, amount_fen);

-- name: findOrder
-- With the funder, who must recognise what he pays.
select f.funding_order_id, f.programme_id, f.funder_id, o.name as funder_name, o.path as
  funder_path,
  f.remark_code, f.account_name, f.account_number, f.account_bank, f.total_fen, f.state,
  f.prepared_by, f.created_at, f.confirmed_at
from funding_order f join organisation o on o.organisation_id = f.funder_id
where f.funding_order_id = :fundingOrderId;

-- name: findLines
-- In the order in which the money is posted.
select l.fund_id, f.pool, f.source_class, f.channel, l.amount_fen
from funding_order_line l join fund f on f.fund_id = l.fund_id
where l.funding_order_id = :fundingOrderId order by f.pool, f.position, l.fund_id;

-- name: listOrders
-- Only what the asker’s grants reach; a bank has an order that pays into its channel.
select f.funding_order_id, f.programme_id, f.funder_id, o.name as funder_name, o.path as
  funder_path,
  f.remark_code, f.account_name, f.account_number, f.account_bank, f.total_fen, f.state,
  f.prepared_by, f.created_at, f.confirmed_at
from funding_order f join organisation o on o.organisation_id = f.funder_id
where f.programme_id = :programmeId and (:state::text is null or f.state = :state)
  and (:everything
    or exists (select 1 from unnest(:paths::text[]) as r(path) where o.path like r.path || '%')
    or f.programme_id = any(:programmeIds::uuid[]) and (:channels::text[] is null or exists (
      select from funding_order_channel c
      where c.funding_order_id = f.funding_order_id and c.channel = any(:channels::text[]))))
  and f.funding_order_id > :after::uuid
order by f.funding_order_id limit :limit;

-- name: confirmOrders
-- Confirmed once: of two at the same time one finds it open.
update funding_order set state = 'confirmed', confirmed_at = :now::timestamptz
where funding_order_id = any(:fundingOrderIds::uuid[]) and state = 'open';

-- name: linesToPost
-- In one order, so that balances are locked in one order.
select funding_order_id, fund_id, amount_fen from funding_order_line
where funding_order_id = any(:fundingOrderIds::uuid[]) order by funding_order_id, fund_id;

-- name: cancelOrder
-- Only an open order: confirmed money stays.
update funding_order set state = 'cancelled', cancelled_by = :cancelledBy
where funding_order_id = :fundingOrderId and state = 'open'
returning programme_id;

-- name: hasWaitingConfirmation
-- An order that waits for its second person cannot be cancelled.
select exists (select 1 from money_confirmation where funding_order_id = :fundingOrderId
  and state = 'prepared') as waiting;
