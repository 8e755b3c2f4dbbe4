-- name: closedProgramme
-- Only a closed programme returns, by the day its closing fixed.
select c.programme_id, c.return_by, o.closing_order_id
from programme_closing c
join closing_order o on o.programme_id = c.programme_id and o.state = 'done'
where c.programme_id = :programmeId;

-- name: returnableFunds
-- Funds without a return under way, with the account their money goes back to, if it is known.
select f.fund_id, f.return_account is not null as has_account
from fund f
where f.programme_id = :programmeId and not exists (select 1 from fund_return r
  where r.fund_id = f.fund_id and r.state in ('prepared', 'approved', 'sent'))
order by f.position, f.fund_id;

-- name: insertReturns
-- The index referees: a fund has one return under way.
insert into fund_return (return_id, fund_id, amount_fen, state, return_by, prepared_by, created_at,
  closing_order_id)
select r.return_id, r.fund_id, r.amount_fen, 'prepared', :returnBy::date, :preparedBy,
  :now::timestamptz, :closingOrderId
from unnest(:returnIds::uuid[], :fundIds::uuid[], :amounts::bigint[])
  as r(return_id, fund_id, amount_fen)
on conflict (fund_id) where state in ('prepared', 'approved', 'sent') do nothing
returning return_id, fund_id, amount_fen;

-- name: findReturn
-- With its programme, by which it is authorized.
select r.return_id, r.fund_id, f.programme_id, r.amount_fen, r.state, r.return_by, r.prepared_by,
  r.approved_by, r.created_at, r.sent_at, r.returned_at
from fund_return r join fund f on f.fund_id = r.fund_id
where r.return_id = :returnId;

-- name: listReturns
-- A programme has few funds; failed returns stay in the list.
select r.return_id, r.fund_id, f.programme_id, r.amount_fen, r.state, r.return_by, r.prepared_by,
  r.approved_by, r.created_at, r.sent_at, r.returned_at
from fund_return r join fund f on f.fund_id = r.fund_id
where f.programme_id = :programmeId
order by r.created_at, r.return_id limit 1000;

-- name: decideReturn
-- Decided once; its own preparer fails the constraint.
update fund_return set state = :toState, approved_by = :decidedBy
where return_id = :returnId and state = 'prepared' returning return_id;

-- name: moveReturn
-- Of several statements of the same news exactly one moves it.
update fund_return set state = :toState,
  sent_at = case when :toState = 'sent' then :now::timestamptz else sent_at end,
  returned_at = case when :toState = 'returned' then :now::timestamptz else returned_at end
where return_id = :returnId and state = :fromState returning return_id;
